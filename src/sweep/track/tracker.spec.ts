import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { resolveTrainConfig } from "../../train/config.js";
import { type Cell, type CellResult, pruneLevelSchema } from "../cell.js";
import { trackCell } from "./trackCell.js";
import { openTrackers } from "./tracker.js";

const folder = mkdtempSync(join(tmpdir(), "heavytail-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("without trackers what is logged goes nowhere", async () => {
  const tracking = await openTrackers({}, { name: "none", params: {} });
  tracking.log(1, { trainLoss: 1 });
  await expect(tracking.close("finished")).resolves.toBeUndefined();
});

test("a tracker that fails holds up nobody, is told nothing more, and is reported at the end", async () => {
  const asked: string[] = [];
  const http = createServer((request, response) => {
    const path = request.url!.replace("/api/2.0/mlflow/", "");
    asked.push(path);
    const answers: Record<string, unknown> = { "runs/create": { run: { info: { run_id: "r" } } } };
    const found = answers[path] ?? { experiment: { experiment_id: "1" } };
    // Parameters were told before: what fails are the values.
    const refused = path === "runs/log-batch" && asked.filter((each) => each === path).length > 1;
    response.writeHead(refused ? 400 : 200).end(JSON.stringify(refused ? { message: "full" } : found));
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const mlflow = `http://127.0.0.1:${(http.address() as { port: number }).port}`;
  const tracking = await openTrackers({ mlflow, tensorboard: folder }, { name: "both", params: { alpha: 1.7 } });
  for (const step of [1, 2, 3]) tracking.log(step, { trainLoss: step });
  await expect(tracking.close("finished")).rejects.toThrow(/400 full/);
  http.close();
  expect(asked.filter((path) => path === "runs/log-batch")).toHaveLength(2);
  expect(asked).not.toContain("runs/update");
  // The other tracker has all three values, each in its own record.
  const [name] = readdirSync(join(folder, "both"));
  expect(readFileSync(join(folder, "both", name!), "latin1").match(/trainLoss/g)).toHaveLength(3);
});

test("a finished cell is a run of its id with its training and its levels; null is left out", async () => {
  const level = pruneLevelSchema.parse({ units: 20, refit: "units" });
  const train = resolveTrainConfig({});
  const cell: Cell = {
    id: "c0ffee",
    data: { data: "mnist" },
    train,
    levels: [level],
    labels: { seed: 0 },
    dataHash: "",
  };
  const numbers = { trainAccuracy: 0.5, testAccuracy: 0.5, trainLoss: 1, testLoss: null };
  const measure = { trainAccuracy: 0.4, testAccuracy: 0.4, parameters: 1, bytes: 9, msPerBatch: 1 };
  const row = { keptColumns: 20, totalColumns: 100, prunedFraction: 0.8, relativeSquaredError: 0.1 };
  const result: CellResult = {
    ...{ id: cell.id, status: "done", seconds: 1, environment: {} },
    training: { steps: 5, stoppedBy: "steps", ...numbers, weights: "" },
    rows: [{ level, ...row, before: measure, after: measure, cut: measure, guaranteed: null, unchanged: null }],
  };
  await trackCell({ tensorboard: folder }, cell, result);
  const [name] = readdirSync(join(folder, cell.id));
  const text = readFileSync(join(folder, cell.id, name!), "latin1");
  for (const tag of ["trainLoss", "units 20 refit units/keptColumns", "units 20 refit units/bytes"])
    expect(text).toContain(tag);
  expect(text).not.toContain("testLoss");
});
