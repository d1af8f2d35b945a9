/**
 * @file `sweep`, `query` and `report` of the built program: killed at random moments and started again they give the table
 * of an undisturbed run, and every finished cell is kept.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStore } from "../src/sweep/store.js";
import { machineColumns, readTable, type TableRow } from "../src/sweep/tables/tidyTable.js";
import { blobs } from "./blobs.js";

const program = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
let folder: string;
const at = (...names: string[]): string => join(folder, ...names);

const experiment = {
  name: "tiny",
  data: "csv:data.csv",
  base: { width: 24, learningRate: 0.1, steps: 400, evalEvery: 50, sigma: 0.05 },
  axes: { noise: ["none", "isotropic"], alpha: [2, 1.75] },
  variants: [{}, { label: "diverges", noise: "none", loss: "squaredError", learningRate: 1e30 }],
  seeds: [1, 2, 3],
  prune: [{ relativeSquaredError: 0.1 }, { units: 4, refit: "units" }],
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "heavytail-sweep-"));
  const { train, features } = blobs({ rows: 150, classes: 2, features: 3 });
  const rows = Array.from(train.labels, (label, r) =>
    [...train.features.subarray(r * features, (r + 1) * features), label].join(","),
  );
  await writeFile(at("data.csv"), `a,b,c,label\n${rows.join("\n")}\n`);
  await writeFile(at("tiny.json"), JSON.stringify(experiment));
});
afterAll(() => rm(folder, { recursive: true }));

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, [program, ...args], { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
}

async function run(...args: string[]): Promise<{ code: number | null; text: string }> {
  const child = start(...args);
  let text = "";
  child.stdout!.on("data", (part) => (text += part));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, text };
}

const sweepInto = (dir: string): string[] => ["sweep", "tiny.json", "--workers", "2", "--out", dir, "--json"];
const finished = async (dir: string): Promise<string[]> => {
  const names = await readdir(at(dir, "cells")).catch(() => []);
  return names.filter((name) => /^[0-9a-f]+\.json$/.test(name));
};

/** Starts a sweep, ends it by a signal once so many cells are there, and gives its exit code. */
async function disturb(dir: string, cells: number, signal: "SIGKILL" | "SIGINT"): Promise<number | null> {
  const child = start(...sweepInto(dir));
  const closed = once(child, "close");
  while (child.exitCode === null && (await finished(dir)).length < cells) await new Promise((r) => setTimeout(r, 5));
  child.kill(signal);
  return ((await closed) as [number | null])[0];
}

async function comparable(dir: string): Promise<TableRow[]> {
  const rows = await readTable(await openStore(at(dir)));
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !machineColumns.includes(name))));
}

test("killed, interrupted and started again, a sweep ends in the table of an undisturbed one, cell by cell", async () => {
  const calm = await run(...sweepInto("calm"));
  expect(JSON.parse(calm.text)).toMatchObject({ cells: 12, done: 9, diverged: 3, failed: 0, left: 0 });
  expect(calm.code).toBe(0);

  expect(await disturb("rough", 2, "SIGKILL")).toBeNull();
  const kept = await finished("rough");
  expect(kept.length).toBeGreaterThanOrEqual(2);
  expect(kept.length).toBeLessThan(12);
  const times = await Promise.all(kept.map(async (name) => (await stat(at("rough", "cells", name))).mtimeMs));
  expect(await disturb("rough", kept.length + 2, "SIGINT")).toBe(130);
  const last = await run(...sweepInto("rough"));
  expect(JSON.parse(last.text)).toMatchObject({ cells: 12, done: 9, diverged: 3, failed: 0, left: 0 });

  expect(await comparable("rough")).toEqual(await comparable("calm"));
  // What was finished before the kill was never written again.
  const after = await Promise.all(kept.map(async (name) => (await stat(at("rough", "cells", name))).mtimeMs));
  expect(after).toEqual(times);
  expect((await readdir(at("rough", "models"))).filter((name) => name.endsWith(".onnx")).length).toBe(18);
});

test("the table answers SQL, the page holds what the table says, and a cell comes out the same again", async () => {
  const query = await run("query", "calm", "SELECT status, count(*) AS n FROM results GROUP BY 1 ORDER BY 1", "--json");
  expect(JSON.parse(query.text).rows).toEqual([
    { status: "diverged", n: 6 },
    { status: "done", n: 18 },
  ]);
  expect((await run("query", "calm", "SELEKT 1", "--json")).code).toBe(2);
  expect((await run("query", "calm", "DROP TABLE results", "--json")).code).toBe(2);
  expect((await readFile(at("calm", "results.csv"), "utf8")).trim().split("\n").length).toBe(25);
  expect((await readFile(at("calm", "results.parquet"))).subarray(0, 4).toString()).toBe("PAR1");

  const page = await run("report", "calm", "--json");
  expect(JSON.parse(page.text)).toMatchObject({ done: 9, diverged: 3, failed: 0 });
  const html = await readFile(at("calm", "report.html"), "utf8");
  expect(html).toContain("Diverged and failed runs");
  expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);

  const check = await run("report", "calm", "--check", "--json");
  expect(JSON.parse(check.text)).toMatchObject({ comparison: "exact", agrees: true });
  const { id } = JSON.parse(check.text) as { id: string };
  const file = at("calm", "cells", `${id}.json`);
  const stored = await readFile(file, "utf8");
  await writeFile(file, stored.replace(/"weights": "..../, '"weights": "0000'));
  const changed = await run("report", "calm", "--check", "--cell", id.slice(0, 10), "--json");
  expect(changed.code).toBe(1);
  expect(JSON.parse(changed.text)).toMatchObject({ id, agrees: false });
});

test("a dry run names the cells and their time, and writes nothing", async () => {
  const { code, text } = await run("sweep", "tiny.json", "--dry-run", "--out", "dry", "--seeds", "1", "--json");
  expect(code).toBe(0);
  const json = JSON.parse(text);
  expect(json).toMatchObject({ cells: 4, done: 0, left: 4, estimate: { fromFinished: 0, fromMeasurement: 4 } });
  expect(json.seconds).toBeGreaterThan(0);
  expect(await readdir(folder)).not.toContain("dry");
  const known = await run("sweep", "tiny.json", "--dry-run", "--out", "calm", "--set", "seed=9", "--json");
  expect(JSON.parse(known.text).estimate.fromFinished).toBe(3);
});

test("compare runs the recipes once and judges them at equal size", async () => {
  const cut = [{ units: 4, by: "contribution" }];
  const recipes = {
    ...experiment,
    name: "recipes",
    axes: {},
    variants: [
      { label: "plain", prune: cut },
      { label: "start", initTail: 1, initUnits: 2, prune: cut },
      { label: "direct", width: 4, prune: [{ keptFraction: 1, by: "contribution" }] },
    ],
  };
  await writeFile(at("recipes.json"), JSON.stringify(recipes));
  const { code, text } = await run("compare", "recipes.json", "--out", "recipes", "--json");
  expect(code).toBe(0);
  const json = JSON.parse(text);
  expect(json).toMatchObject({ cells: 9, lost: 0 });
  expect(json.points.map(({ recipe, count }: { recipe: string; count: number }) => [recipe, count])).toContainEqual([
    "start",
    3,
  ]);
  const [verdict] = json.verdicts;
  expect(verdict).toMatchObject({ units: 4, finish: "cut", heavyTailed: { recipe: "start" } });
  expect(["plain", "direct"]).toContain(verdict.baseline.recipe);
  expect(verdict.oneTraining.recipe).toBe("plain");
  expect(await readFile(at("recipes", "compare.html"), "utf8")).toContain("heavy-tailed start");
});
