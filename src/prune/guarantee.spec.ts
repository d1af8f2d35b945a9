import fc from "fast-check";
import { expect, test } from "vitest";
import { maskNetwork } from "../compact/mask.js";
import type { Network } from "../model/network.js";
import { forwardReference, networkOutputs } from "../model/network.js";
import { arbitraryPruneCase } from "./arbitraryNetwork.laws.js";
import { guaranteedPoints, guaranteedShare, unchangedShare } from "./guarantee.js";
import { pruneNetwork } from "./prune.js";

test("no guaranteed point ever changes its prediction", () => {
  let guaranteed = 0;
  let changed = 0;
  let points = 0;
  fc.assert(
    fc.property(arbitraryPruneCase, ({ network, mask, features }) => {
      const classes = networkOutputs(network);
      const before = forwardReference(network, features);
      const after = forwardReference(maskNetwork(network, mask), features);
      guaranteedPoints(network, mask, features, before).forEach((sure, r) => {
        const row = (logits: Float64Array): Float64Array => logits.subarray(r * classes, (r + 1) * classes);
        const same = unchangedShare(row(before), row(after), classes) === 1;
        if (sure) expect(same).toBe(true);
        points++;
        guaranteed += sure;
        changed += same ? 0 : 1;
      });
    }),
    { numRuns: 3000, seed: 1 },
  );
  // The property is not vacuous: with these cases some 40 % of the points are guaranteed and 4 % do change.
  expect(guaranteed / points).toBeGreaterThan(0.2);
  expect(changed / points).toBeGreaterThan(0.02);
});

/** f(x) = (2·relu(x₀) + ½·relu(x₁/2), 0): the second unit goes. */
const network: Network = {
  layers: [
    {
      name: "hidden",
      inputs: 2,
      outputs: 2,
      weight: Float32Array.of(1, 0, 0, 0.5),
      bias: null,
      activation: "relu",
      scale: 1,
    },
    {
      name: "output",
      inputs: 2,
      outputs: 2,
      weight: Float32Array.of(2, 0.5, 0, 0),
      bias: null,
      activation: "identity",
      scale: 1,
    },
  ],
  skip: null,
};

test("one unit of norm ½ with outgoing difference ½ moves the margin by at most ¼·‖x‖", () => {
  const mask = pruneNetwork(network, { amount: { units: 1 } });
  // ‖x‖ = 5 in all rows, so the bound is 1.25; the margins are 1.3 and 1.2, then a tie.
  const features = Float32Array.of(3, 4, 3, 4, 3, 4);
  const points = guaranteedPoints(network, mask, features, [1.3, 0, 0, 1.2, 1, 1]);
  expect([...points]).toEqual([1, 0, 0]);
  expect(guaranteedShare(network, mask, features, [1.3, 0, 0, 1.2, 1, 1])).toBeCloseTo(1 / 3, 15);
});

test("with nothing removed every point without a tie is guaranteed", () => {
  const mask = pruneNetwork(network, { amount: { keptFraction: 1 } });
  expect([...guaranteedPoints(network, mask, [3, 4, 3, 4], [1, 0.9, 0, 0])]).toEqual([1, 0]);
});

test("a logit that is not a number is never guaranteed", () => {
  const mask = pruneNetwork(network, { amount: { keptFraction: 1 } });
  expect([...guaranteedPoints(network, mask, [3, 4, 3, 4], [1, NaN, NaN, 1])]).toEqual([0, 0]);
});

test("unchangedShare counts equal first maxima", () => {
  expect(unchangedShare([1, 2, 0, 3, 3, 1], [0, 9, 1, 3, 2, 9], 3)).toBe(0.5);
});
