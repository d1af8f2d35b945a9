import { expect, test } from "vitest";
import { blobs } from "../../test/blobs.js";
import { train } from "../train/train.js";
import { accuracyCurve } from "./accuracyCurve.js";
import { rankUnits } from "./rankUnits.js";

test("at full size the curve is the network's own accuracy, and a refit is at least as good at small sizes on average", async () => {
  const dataset = blobs({ rows: 300 });
  const { network, final } = await train(
    dataset,
    { width: 32, steps: 120, learningRate: 0.1, seed: 2 },
    { threads: 1 },
  );
  const ranked = await rankUnits(network, dataset, "norm");
  const points = await accuracyCurve(network, dataset, ranked, [2, 4, 8, 32], { threads: 1 });
  expect(points.map(({ units, keptFraction }) => [units, keptFraction])).toEqual([
    [2, 2 / 32],
    [4, 4 / 32],
    [8, 8 / 32],
    [32, 1],
  ]);
  expect(points[3]).toMatchObject({ accuracy: final.testAccuracy, relativeSquaredError: 0 });
  expect(points.map(({ relativeSquaredError }) => relativeSquaredError)).toEqual(
    points.map(({ relativeSquaredError }) => relativeSquaredError).sort((a, b) => b - a),
  );
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(points.map((point) => point.accuracyRefit))).toBeGreaterThanOrEqual(mean(points.map((p) => p.accuracy)));
});
