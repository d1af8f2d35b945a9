import fc from "fast-check";
import { expect, test } from "vitest";
import { ShapeError } from "../errors.js";
import type { DenseLayer, Network } from "../model/network.js";
import { checkNetwork, forwardReference, parameterCount } from "../model/network.js";
import { arbitraryPruneCase } from "../prune/arbitraryNetwork.laws.js";
import { pruneNetwork } from "../prune/prune.js";
import { compactNetwork } from "./compact.js";
import { maskNetwork } from "./mask.js";

function dense(facts: Partial<DenseLayer> & Pick<DenseLayer, "inputs" | "outputs">, weight: number[]): DenseLayer {
  const base = { name: "layer", bias: null, activation: "identity", scale: 1 } as const;
  return { ...base, weight: Float32Array.from(weight), ...facts };
}

test("compact(model, mask) equals the masked model on every input", () => {
  fc.assert(
    fc.property(arbitraryPruneCase, ({ network, mask, features }) => {
      const compact = compactNetwork(network, mask);
      checkNetwork(compact);
      const expected = forwardReference(maskNetwork(network, mask), features);
      const got = forwardReference(compact, features);
      // Only folded biases are rounded: each is at most 2 + 6·2·2 = 26 (a constant is at most 2, a ReLU's), so by at
      // most 2⁻²⁰. Each of up to two more layers multiplies an error by at most 6 units · weight 2.
      const tolerance = 2 ** -20 * (network.layers.length > 2 ? 3 * 12 ** 2 : 1);
      const worst = got.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
      expect(worst).toBeLessThanOrEqual(tolerance);
    }),
    { numRuns: 500, seed: 1 },
  );
});

test("compacting with every unit kept returns the same weights", () => {
  fc.assert(
    fc.property(arbitraryPruneCase, ({ network }) => {
      const mask = pruneNetwork(network, { amount: { keptFraction: 1 } });
      expect(compactNetwork(network, mask)).toEqual(network);
    }),
    { numRuns: 50, seed: 1 },
  );
});

test("the compact network has the kept columns and no others", () => {
  fc.assert(
    fc.property(arbitraryPruneCase, ({ network, mask }) => {
      const compact = compactNetwork(network, mask);
      expect(compact.layers.slice(0, -1).map((layer) => layer.outputs)).toEqual(mask.layers.map((l) => l.kept.length));
      expect(compact.layers.map((layer) => layer.scale)).toEqual(network.layers.map((layer) => layer.scale));
      expect(compact.skip).toBe(network.skip);
    }),
    { numRuns: 100, seed: 1 },
  );
});

test("a removed sigmoid unit leaves scale · ½ · its outgoing weight in a new bias", () => {
  const network: Network = {
    layers: [
      dense({ inputs: 1, outputs: 2, activation: "sigmoid" }, [3, 0.25]),
      dense({ inputs: 2, outputs: 2, scale: 0.5 }, [1, 8, -1, -4]),
    ],
    skip: null,
  };
  const compact = compactNetwork(network, pruneNetwork(network, { amount: { units: 1 } }));
  expect(compact.layers[1]!.bias).toEqual(Float32Array.of(2, -1));
  expect(compact.layers[1]!.weight).toEqual(Float32Array.of(1, -1));
});

test("removed ReLU units without bias leave no bias behind", () => {
  const network: Network = {
    layers: [
      dense({ inputs: 1, outputs: 3, activation: "relu" }, [1, 2, 3]),
      dense({ inputs: 3, outputs: 1 }, [1, 1, 1]),
    ],
    skip: null,
  };
  const compact = compactNetwork(network, pruneNetwork(network, { amount: { units: 1 } }));
  expect(compact.layers[1]!.bias).toBeNull();
  expect(parameterCount(compact)).toBe(2);
});

test("a mask of another network is refused by name", () => {
  const make = (units: number): Network => ({
    layers: [
      dense({ name: "hidden", inputs: 1, outputs: units }, Array(units).fill(1)),
      dense({ inputs: units, outputs: 1 }, Array(units).fill(1)),
    ],
    skip: null,
  });
  const mask = pruneNetwork(make(2), { amount: { units: 1 } });
  expect(() => compactNetwork(make(3), mask)).toThrow(ShapeError);
  expect(() => maskNetwork(make(3), mask)).toThrow(/mask of hidden: expected 3 units, got 2/);
});
