import fc from "fast-check";
import { expect, test } from "vitest";
import { maskNetwork } from "../compact/mask.js";
import { ParameterError, ShapeError } from "../errors.js";
import type { DenseLayer, Network } from "../model/network.js";
import { arbitraryPruneCase } from "./arbitraryNetwork.laws.js";
import { pruneCurve } from "./curve.js";
import type { PruneAmount } from "./prune.js";
import { cutCurves, keptUnits, pruneNetwork } from "./prune.js";

/** One hidden layer with one input, so that a column is one number, and one output. */
function withColumns(columns: number[], outgoing = columns.map(() => 1)): Network {
  const units = columns.length;
  const layer = (name: string, inputs: number, outputs: number, weight: number[]): DenseLayer => ({
    name,
    inputs,
    outputs,
    weight: Float32Array.from(weight),
    bias: null,
    activation: "relu",
    scale: 1,
  });
  return { layers: [layer("hidden", 1, units, columns), layer("output", units, 1, outgoing)], skip: null };
}

function kept(network: Network, amount: PruneAmount): number[] {
  return [...pruneNetwork(network, { amount }).layers[0]!.kept];
}

test("pruning at keptFraction 1 returns the weights unchanged", () => {
  fc.assert(
    fc.property(arbitraryPruneCase, ({ network }) => {
      const mask = pruneNetwork(network, { amount: { keptFraction: 1 } });
      expect(maskNetwork(network, mask)).toEqual(network);
      expect(mask.relativeSquaredError).toBe(0);
      expect(mask.prunedFraction).toBe(0);
    }),
    { numRuns: 50, seed: 1 },
  );
});

test("permuting hidden units leaves the pruning error unchanged", () => {
  fc.assert(
    fc.property(arbitraryPruneCase, fc.double({ min: 0, max: 0.99, noNaN: true }), (prunable, relativeSquaredError) => {
      const { network } = prunable;
      const [first, second, ...rest] = network.layers as [DenseLayer, DenseLayer, ...DenseLayer[]];
      const order = [...Array(first.outputs).keys()].reverse();
      const rows = order.flatMap((unit) => [...first.weight.subarray(unit * first.inputs, (unit + 1) * first.inputs)]);
      const permuted = { ...network, layers: [{ ...first, weight: Float32Array.from(rows) }, second, ...rest] };
      const amount = { relativeSquaredError };
      const mask = pruneNetwork(network, { amount });
      expect(pruneNetwork(permuted, { amount }).relativeSquaredError).toBe(mask.relativeSquaredError);
    }),
    { numRuns: 100, seed: 1 },
  );
});

test("the error never exceeds its bound, one column less would, and it is ‖W − W_kept‖² / ‖W‖²", () => {
  fc.assert(
    fc.property(arbitraryPruneCase, fc.double({ min: 0, max: 0.99, noNaN: true }), ({ network }, bound) => {
      const curves = pruneCurve(network);
      const mask = cutCurves(curves, { relativeSquaredError: bound });
      const masked = maskNetwork(network, mask);
      mask.layers.forEach((layer, l) => {
        const { weight } = network.layers[l]!;
        const removed = weight.reduce((sum, w, i) => sum + (w - masked.layers[l]!.weight[i]!) ** 2, 0);
        const total = weight.reduce((sum, w) => sum + w * w, 0);
        expect(layer.relativeSquaredError).toBeLessThanOrEqual(bound);
        // At most 24 squares summed in another order in float64.
        expect(layer.relativeSquaredError).toBeCloseTo(total > 0 ? removed / total : 0, 13);
        const fewer = curves[l]!.relativeSquaredError[layer.kept.length - 1]!;
        expect(layer.kept.length === 1 || fewer > bound).toBe(true);
      });
    }),
    { numRuns: 200, seed: 1 },
  );
});

test("the column that would cross the bound is kept", () => {
  // Squares 1, 4, 9, 16 of 30: removing the first two costs 5/30.
  const network = withColumns([4, -1, 3, 2]);
  expect(kept(network, { relativeSquaredError: 5 / 30 })).toEqual([0, 2]);
  expect(kept(network, { relativeSquaredError: 4.99 / 30 })).toEqual([0, 2, 3]);
  expect(pruneNetwork(network, { amount: { relativeSquaredError: 0.2 } })).toMatchObject({
    keptColumns: 2,
    totalColumns: 4,
    prunedFraction: 0.5,
    relativeSquaredError: 5 / 30,
  });
});

test("relativeError e is relativeSquaredError e²", () => {
  const network = withColumns([4, -1, 3, 2]);
  expect(kept(network, { relativeError: 0.41 })).toEqual([0, 2]);
  expect(kept(network, { relativeError: 0.4 })).toEqual([0, 2, 3]);
});

test("bound 0 removes columns of zeros and nothing else", () => {
  expect(kept(withColumns([1, 0, 1e-30, 0]), { relativeSquaredError: 0 })).toEqual([0, 2]);
});

test("a layer of zeros is cut to one unit at error 0", () => {
  const mask = pruneNetwork(withColumns([0, 0, 0]), { amount: { relativeSquaredError: 0.1 } });
  expect([...mask.layers[0]!.kept]).toEqual([0]);
  expect(mask.relativeSquaredError).toBe(0);
});

test("columns whose squares overflow float32 are pruned like any other", () => {
  expect(kept(withColumns([1e30, 1e35, 3e37]), { relativeSquaredError: 0.1 })).toEqual([2]);
});

test("one unit stays whatever the bound", () => {
  expect(kept(withColumns([1, 1]), { relativeSquaredError: 0.999 })).toEqual([0]);
});

test("keptFraction κ keeps ⌊κn⌋ units, at least one, and does not lose one to rounding", () => {
  expect(keptUnits(0.29, 100)).toBe(29);
  expect(keptUnits(0.299, 100)).toBe(29);
  expect(keptUnits(0.001, 100)).toBe(1);
  for (let units = 1; units <= 300; units++) {
    for (let k = 1; k <= units; k++) if (keptUnits(k / units, units) !== k) expect.fail(`${k} of ${units}`);
  }
});

test("weights that are not finite are refused, not pruned to nothing", () => {
  for (const value of [NaN, Infinity]) {
    expect(() => kept(withColumns([1, value]), { relativeSquaredError: 0.1 })).toThrow(/hidden\.weight.*at unit 1/);
  }
});

test.each<PruneAmount>([
  { relativeSquaredError: 1 },
  { relativeSquaredError: -0.1 },
  { relativeSquaredError: NaN },
  { relativeError: 1 },
  { keptFraction: 0 },
  { keptFraction: 1.01 },
  { keptFraction: NaN },
  { units: 0 },
  { units: 3 },
  { units: 1.5 },
])("the amount %o is outside its domain", (amount) => {
  expect(() => kept(withColumns([1, 2]), amount)).toThrow(ParameterError);
});

test("a network without hidden layers is refused", () => {
  const network: Network = { layers: withColumns([1]).layers.slice(1), skip: null };
  expect(() => pruneNetwork(network, { amount: { units: 1 } })).toThrow(ShapeError);
});
