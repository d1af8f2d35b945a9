import { expect, test } from "vitest";
import { ParameterError, ShapeError } from "../errors.js";
import type { Network } from "../model/network.js";
import { unitActivity } from "./activity.js";
import { pruneCurve } from "./curve.js";
import { pruneNetwork } from "./prune.js";

/** Three sigmoid units of falling column norm; the first is constant on data, the second hardly read. */
const network: Network = {
  layers: [
    {
      name: "hidden",
      inputs: 1,
      outputs: 3,
      weight: Float32Array.of(3, 2, 1),
      bias: Float32Array.of(0, 0, 0),
      activation: "sigmoid",
      scale: 1,
    },
    {
      name: "output",
      inputs: 3,
      outputs: 2,
      weight: Float32Array.of(1, 0.1, 3, 1, 0, 4),
      bias: null,
      activation: "identity",
      scale: 1,
    },
  ],
  skip: null,
};

test("activity is the root mean square over all batches of h − φ(b)", async () => {
  const batches = [[Float32Array.of(0.5, 1, 0.25, 0.5, 0.5, 0.75)], [Float32Array.of(0.5, 0.5, 0.75)]];
  const [activity] = await unitActivity(network, batches);
  // Exact in float64: squares 0, 1/4 and 3/16 over three rows.
  expect([...activity!]).toEqual([0, Math.sqrt(0.25 / 3), Math.sqrt(0.1875 / 3)]);
});

test("by contribution a unit is worth activity · ‖outgoing weights‖, by norm its column norm", () => {
  const activity = [Float64Array.of(0, 1, 0.5)];
  // Scores 0, 0.1 and 0.5 · 5.
  expect([...pruneCurve(network, { by: "contribution", activity })[0]!.order]).toEqual([0, 1, 2]);
  expect([...pruneCurve(network, { by: "norm" })[0]!.order]).toEqual([2, 1, 0]);
  const mask = pruneNetwork(network, { amount: { units: 1 }, by: "contribution", activity });
  expect([...mask.layers[0]!.kept]).toEqual([2]);
  expect(mask.relativeSquaredError).toBeCloseTo(13 / 14, 15);
});

test("contribution without activity, or with activity that is not finite, is refused", () => {
  const amount = { units: 1 };
  expect(() => pruneNetwork(network, { amount, by: "contribution" })).toThrow(/unitActivity/);
  const activity = [Float64Array.of(0, NaN, 1)];
  expect(() => pruneNetwork(network, { amount, by: "contribution", activity })).toThrow(ParameterError);
});

test("activations of the wrong shape, or none, are refused", async () => {
  await expect(unitActivity(network, [[new Float32Array(4)]])).rejects.toThrow(ShapeError);
  await expect(unitActivity(network, [])).rejects.toThrow(ShapeError);
});
