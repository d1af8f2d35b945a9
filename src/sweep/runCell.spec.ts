/** @file A cell is carried out, and whatever becomes of it is a result; the store keeps it once; the table tells it. */

import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { blobs } from "../../test/blobs.js";
import { FormatError, ParameterError } from "../errors.js";
import { networkFromOnnx } from "../model/fromOnnx.js";
import { resolveTrainConfig, type TrainOptions } from "../train/config.js";
import { type Cell, type CellResult, type CellSpec, type LevelRow, pruneLevelSchema } from "./cell.js";
import { runCell } from "./runCell.js";
import { openStore, requireStore } from "./store.js";
import { tableColumns, tidyTable } from "./tables/tidyTable.js";

const dataset = blobs({ rows: 60 });
const levels = [{ units: 5 }, { relativeSquaredError: 0.2, refit: "units" as const }].map((level) =>
  pruneLevelSchema.parse(level),
);
const spec = (train: TrainOptions): CellSpec => ({
  data: { data: "blobs" },
  train: resolveTrainConfig({ width: 16, steps: 20, learningRate: 0.1, seed: 3, ...train }),
  levels,
});
const withoutTimes = ({ seconds: _, rows, ...result }: Omit<CellResult, "id">) => ({
  ...result,
  rows: rows.map(({ before: { msPerBatch: _b, ...before }, after: { msPerBatch: _a, ...after }, ...row }) => ({
    ...{ ...row, before, after },
  })),
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "heavytail-cell-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("a cell has a row and a model for each level, and comes out the same twice", async () => {
  const { result, models } = await runCell(spec({ noise: "coordinate", sigma: 0.2 }), dataset);
  expect(result).toMatchObject({ status: "done", training: { steps: 20, stoppedBy: "steps" } });
  expect(result.rows.map(({ level }) => level)).toEqual(levels);
  expect(result.rows[0]).toMatchObject({ keptColumns: 5, totalColumns: 16, prunedFraction: 11 / 16 });
  expect(result.rows[1]!.cut.trainAccuracy).not.toBeNull();
  expect([...models.keys()]).toEqual(["level0.onnx", "level1.onnx"]);
  const { network } = networkFromOnnx(models.get("level0.onnx")!, "model");
  expect(network.layers[0]!.outputs).toBe(5);
  const again = await runCell(spec({ noise: "coordinate", sigma: 0.2 }), dataset);
  expect(withoutTimes(again.result)).toEqual(withoutTimes(result));
});

test("a level may be cut in rounds and fine-tuned, which brings accuracy back", async () => {
  const tuned = pruneLevelSchema.parse({ units: 3, fineTune: { steps: 100, learningRate: 0.1 }, rounds: 2 });
  const { result } = await runCell({ ...spec({ seed: 4 }), levels: [tuned] }, blobs({ rows: 300, spread: 0.6 }));
  expect(result.status).toBe("done");
  const [{ cut, after, keptColumns }] = result.rows as [LevelRow];
  expect(keptColumns).toBe(3);
  expect(after.trainAccuracy!).toBeGreaterThan(cut.trainAccuracy!);
});

test("a divergence is a result with its step", async () => {
  const { result, models } = await runCell(spec({ learningRate: 1e30, loss: "squaredError" }), dataset);
  expect(result).toMatchObject({ status: "diverged", rows: [] });
  expect(result.training).toMatchObject({ divergedAt: expect.any(Number) });
  expect(result.error).toMatch(/finite/);
  expect(models.size).toBe(0);
});

test("a cell that cannot be carried out is a result with its error", async () => {
  const units = { ...spec({}), levels: [pruneLevelSchema.parse({ units: 17 })] };
  const { result } = await runCell(units, dataset);
  expect(result).toMatchObject({ status: "failed", training: null, rows: [] });
  expect(result.error).toMatch(/from 1 to 16/);
});

test("an aborted cell is no result", async () => {
  const stop = new AbortController();
  const running = runCell(spec({ steps: 100_000 }), dataset, {
    signal: stop.signal,
    onStep: (step) => step === 5 && stop.abort(),
  });
  await expect(running).rejects.toThrow(/abort/i);
});

const cellOf = (id: string): Cell => ({ ...spec({ noise: "node" }), id, labels: { seed: 3 }, dataHash: "h" });

test("the store keeps a cell once: what is done stays, what failed may be tried again", async () => {
  const store = await openStore(join(folder, "store"));
  const { result, models } = await runCell(spec({ noise: "node" }), dataset);
  const failed: CellResult = { ...result, id: "ab", status: "failed", error: "first", rows: [], training: null };
  await store.put(cellOf("ab"), failed, new Map());
  await store.put(cellOf("ab"), { ...result, id: "ab" }, models);
  await store.put(cellOf("ab"), failed, new Map());
  expect((await store.get("ab")).result).toEqual({ ...result, id: "ab" });
  expect(await store.has("ab")).toBe(true);
  expect(await store.has("cd")).toBe(false);
  expect(await store.finishedIds()).toEqual(["ab"]);
  expect((await readdir(join(folder, "store", "models"))).sort()).toEqual(["ab.level0.onnx", "ab.level1.onnx"]);
  await expect(
    store.put(cellOf("ef"), { ...result, id: "ef" }, new Map([["../../x", new Uint8Array()]])),
  ).rejects.toThrow(ParameterError);
});

test("a file half written is not a cell, a damaged one is named", async () => {
  const store = await openStore(join(folder, "damaged"));
  await writeFile(join(folder, "damaged", "cells", ".ab.json.1234.tmp"), "{");
  expect(await store.finishedIds()).toEqual([]);
  await writeFile(join(folder, "damaged", "cells", "ab.json"), "{");
  await expect(store.all()).rejects.toThrow(FormatError);
  await expect(requireStore(join(folder, "nowhere"))).rejects.toThrow(FormatError);
});

test("the table has a row for each level, all columns in each, and nothing where the noise has no such fact", async () => {
  const { result } = await runCell(spec({}), dataset);
  const none = { cell: { ...cellOf("ab"), ...spec({}) }, result: { ...result, id: "ab" } };
  const lost: CellResult = { ...result, id: "cd", status: "diverged", error: "a\nb", rows: [], training: null };
  const rows = tidyTable([{ cell: cellOf("cd"), result: lost }, none]);
  expect(rows.map((row) => [row.noise, row.alpha, row.level, row.status, row.keptColumns === null])).toEqual([
    ["node", 1.75, "relativeSquaredError 0.2, refit units", "diverged", true],
    ["node", 1.75, "units 5", "diverged", true],
    ["none", null, "relativeSquaredError 0.2, refit units", "done", false],
    ["none", null, "units 5", "done", false],
  ]);
  for (const row of rows) expect(Object.keys(row)).toEqual(Object.keys(tableColumns));
  expect(rows[0]).toMatchObject({ error: "a b", learningRateSchedule: "constant", seed: 3, cell: "cd" });
  expect(rows[3]).toMatchObject({ amount: "units", amountValue: 5, stepsMade: 20, keptFraction: 5 / 16 });
});
