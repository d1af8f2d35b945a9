import fc from "fast-check";
import { expect, test } from "vitest";
import { ParameterError } from "../errors.js";
import { unitsWithinDrop } from "./maxAccuracyDrop.js";

test("where accuracy grows with the size the answer is the smallest size that passes", async () => {
  const sizes = fc
    .integer({ min: 1, max: 3000 })
    .chain((units) => fc.tuple(fc.constant(units), fc.integer({ min: 1, max: units })));
  await fc.assert(
    fc.asyncProperty(sizes, async ([units, threshold]) => {
      let measurements = 0;
      const accuracyAt = async (k: number): Promise<number> => {
        measurements++;
        return k >= threshold ? 0.96 : 0.94;
      };
      expect(await unitsWithinDrop({ units, fullAccuracy: 0.97, maxAccuracyDrop: 0.01, accuracyAt })).toBe(threshold);
      // A logarithmic bisection needs a few more steps than log₂ at its ends.
      expect(measurements).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(units + 1)) + 8);
    }),
    { numRuns: 300, seed: 1 },
  );
});

test("the answer moves down past a size that fails by chance", async () => {
  const accuracyAt = async (k: number): Promise<number> => (k >= 40 && k !== 44 ? 0.95 : 0.5);
  expect(await unitsWithinDrop({ units: 100, fullAccuracy: 0.95, maxAccuracyDrop: 0, accuracyAt })).toBe(40);
});

test("where nothing smaller passes every unit stays, without measuring it", async () => {
  const accuracyAt = async (k: number): Promise<number> => {
    expect(k).toBeLessThan(7);
    return 0;
  };
  expect(await unitsWithinDrop({ units: 7, fullAccuracy: 0.9, maxAccuracyDrop: 0.1, accuracyAt })).toBe(7);
});

test("a drop outside [0, 1] is refused", async () => {
  const accuracyAt = async (): Promise<number> => 1;
  for (const maxAccuracyDrop of [-0.1, 1.1, NaN]) {
    await expect(unitsWithinDrop({ units: 2, fullAccuracy: 1, maxAccuracyDrop, accuracyAt })).rejects.toThrow(
      ParameterError,
    );
  }
});
