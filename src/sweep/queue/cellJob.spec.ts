import { expect, test } from "vitest";
import { resolveTrainConfig } from "../../train/config.js";
import { type Cell, canonicalTrain, cellId, pruneLevelSchema } from "../cell.js";
import { bounds, cellJob, failedResult, readJob, readResult } from "./cellJob.js";

const dataHash = "0123456789abcdef".repeat(4);
const spec = {
  data: { data: "csv:/points.csv", labelColumn: "label" },
  train: canonicalTrain(resolveTrainConfig({ width: 10, noise: "isotropic", alpha: 1.7 })),
  levels: [pruneLevelSchema.parse({ relativeSquaredError: 0.1 }), pruneLevelSchema.parse({ units: 3, refit: "units" })],
};
const cell: Cell = { ...spec, id: cellId(spec, dataHash), labels: { seed: 0 }, dataHash };

const accuracies = { trainAccuracy: 0.5, testAccuracy: null };
const measure = { ...accuracies, parameters: 10, bytes: 100, msPerBatch: 1 };
const row = {
  ...{ keptColumns: 1, totalColumns: 10, prunedFraction: 0.9, relativeSquaredError: 0.1 },
  ...{ before: measure, after: measure, cut: accuracies, guaranteed: null, unchanged: 1 },
};
const numbers = { trainAccuracy: 0.5, testAccuracy: 0.5, trainLoss: 1, testLoss: null };
const done = {
  ...{ status: "done", seconds: 1, environment: { node: "v20" } },
  training: { steps: 3, stoppedBy: "steps", ...numbers, weights: dataHash },
  rows: cell.levels.map((level) => ({ level, ...row })),
};
const read = (result: unknown) => readResult(cell, JSON.stringify(result));

test("a job read after its way through JSON is the cell without its labels", () => {
  const job = readJob(cell.id, JSON.parse(JSON.stringify(cellJob(cell, true))));
  expect(job).toEqual({ spec: JSON.parse(JSON.stringify(spec)), dataHash, models: true });
});

test("a job of another cell, of no cell, with more than a cell or too much of it is refused", () => {
  const job = JSON.parse(JSON.stringify(cellJob(cell, true)));
  const other = { ...job, spec: { ...job.spec, train: { ...job.spec.train, seed: 1 } } };
  expect(() => readJob(cell.id, other)).toThrow(/expected the id [0-9a-f]{32} of its cell/);
  expect(() => readJob("x", job)).toThrow(/of its cell, got x/);
  for (const wrong of [
    null,
    "job",
    {},
    { ...job, command: "rm" },
    { ...job, dataHash: "../../etc" },
    { ...job, models: 1 },
  ]) {
    expect(() => readJob(cell.id, wrong)).toThrow(/expected its form/);
  }
  const config = { ...job, spec: { ...job.spec, train: { ...job.spec.train, alpha: 3 } } };
  expect(() => readJob(cell.id, config)).toThrow(/alpha/);
  const large = { ...job, spec: { ...job.spec, train: { ...job.spec.train, more: "x".repeat(bounds.job) } } };
  expect(() => readJob(cell.id, large)).toThrow(/expected at most 262144 bytes/);
});

test("a result is the cell's: finished or diverged, and of the cell's levels in their order", () => {
  expect(read(done)).toEqual({ id: cell.id, ...done });
  const training = { divergedAt: 3, parameter: "hidden0", lastFiniteLoss: null };
  const diverged = { ...done, status: "diverged", error: "not finite", training, rows: [] };
  expect(read(diverged)).toEqual({ id: cell.id, ...diverged });
  // What a later version adds to a row is kept.
  const more = { ...done, rows: done.rows.map((each) => ({ ...each, rounds: 3 })) };
  expect(read(more).rows[0]).toMatchObject({ rounds: 3 });
});

test("a result out of form is refused, with the place", () => {
  const { weights: _, ...incomplete } = done.training;
  expect(() => read({ ...done, training: incomplete })).toThrow(/training\.weights/);
  expect(() => read({ ...done, rows: [...done.rows].reverse() })).toThrow(/a row for each of its levels/);
  expect(() => read({ ...done, rows: [] })).toThrow(/a row for each of its levels/);
  expect(() => read({ ...done, status: "failed" })).toThrow(/expected its form/);
  expect(() => read({ ...done, rows: [{ ...done.rows[0], after: { ...measure, bytes: "100" } }] })).toThrow(
    /after\.bytes/,
  );
  expect(() => readResult(cell, "{")).toThrow(/expected its form/);
});

test("the reason of a failure is kept, up to a length", () => {
  const { error, status } = failedResult(cell.id, "x".repeat(10_000));
  expect(status).toBe("failed");
  expect(error).toHaveLength(4096);
});
