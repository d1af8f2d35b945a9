import fc from "fast-check";
import { expect, test } from "vitest";
import { ParameterError } from "../errors.js";
import { keyFromSeed } from "../math/random/key.js";
import { batchCursor, epochOrder } from "./batches.js";

/** Row r has the features r, r + 0.5 and the label r. */
const numbered = (rows: number) => ({
  rows,
  features: Float32Array.from({ length: 2 * rows }, (_, i) => i / 2),
  labels: Int32Array.from({ length: rows }, (_, row) => row),
});
const key = keyFromSeed(3);

test("an epoch shows batch * floor(rows / batch) different rows, each with its own features and label", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(), fc.nat(5), (rows, size, epoch) => {
      const batch = 1 + (size % rows);
      const cursor = batchCursor({ split: numbered(rows), batch, key });
      expect(cursor.stepsPerEpoch).toBe(Math.floor(rows / batch));
      const seen = new Set<number>();
      for (let i = 0; i < cursor.stepsPerEpoch; i++) {
        const { features, labels } = cursor.at(epoch * cursor.stepsPerEpoch + i);
        labels.forEach((row, j) => {
          seen.add(row);
          expect([features[2 * j], features[2 * j + 1]]).toEqual([row, row + 0.5]);
        });
      }
      expect(seen.size).toBe(batch * cursor.stepsPerEpoch);
    }),
  );
});

test("a batch depends on key and step alone, not on the steps before it", () => {
  const split = numbered(50);
  const forward = batchCursor({ split, batch: 8, key });
  const batches = Array.from({ length: 30 }, (_, step) => [...forward.at(step).labels]);
  const resumed = batchCursor({ split, batch: 8, key });
  for (const step of [29, 3, 17, 0]) expect([...resumed.at(step).labels]).toEqual(batches[step]);
  const other = batchCursor({ split, batch: 8, key: keyFromSeed(4) });
  expect([...other.at(0).labels]).not.toEqual(batches[0]);
});

test("epochs have different orders, so the rows left out change", () => {
  expect(epochOrder({ rows: 50, epoch: 0, key })).not.toEqual(epochOrder({ rows: 50, epoch: 1, key }));
  expect([...epochOrder({ rows: 50, epoch: 1, key })].sort((a, b) => a - b)).toEqual([...numbered(50).labels]);
});

test("a batch of all rows is the split itself at every step", () => {
  const split = numbered(7);
  const cursor = batchCursor({ split, batch: 7, key });
  expect(cursor.stepsPerEpoch).toBe(1);
  expect(cursor.at(5).features).toBe(split.features);
  expect(cursor.at(5).labels).toBe(split.labels);
});

test.each([0, -1, 2.5, 8, Number.NaN])("a batch of %d of 7 rows is a ParameterError", (batch) => {
  expect(() => batchCursor({ split: numbered(7), batch, key })).toThrow(ParameterError);
});
