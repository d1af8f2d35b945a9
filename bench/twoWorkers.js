/**
 * @file `node bench/twoWorkers.js [--width N] [--cells N] [--rounds N] [--json]`: seconds a cell of one and of two
 * `heavytail worker` processes of one thread each, beside the coordinator and Redis on this machine, in turns. Cells train on
 * Gaussian rows of ECG5000's shape (500 × 140, two classes), 1000 steps of type II noise, and are cut and written as always.
 * Counted from when every worker has done two cells until the first has none left. Needs redis-server.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { table } from "../dist/cli/table.js";
import { summary } from "../dist/math/stats/summary.js";
import { runCellsOnQueue } from "../dist/sweep/queue/runCellsOnQueue.js";
import { expandExperiment, identifyCells, loadExperiment } from "../dist/sweep/resolveExperiment.js";
import { openStore } from "../dist/sweep/store.js";
import { foreignCores, machine } from "./machine.js";
import { startRedis } from "./redisServer.js";
import { madeDataset } from "./training.js";

const { values } = parseArgs({
  options: {
    width: { type: "string", default: "200" },
    cells: { type: "string", default: "40" },
    rounds: { type: "string", default: "3" },
    json: { type: "boolean", default: false },
  },
});
const [width, count, rounds] = [values.width, values.cells, values.rounds].map(Number);
const program = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const dir = await mkdtemp(join(tmpdir(), "heavytail-bench-"));
const ends = [() => rm(dir, { recursive: true, force: true })];

try {
  const others = await foreignCores();
  const { port, stop } = await startRedis(dir);
  ends.push(stop);
  const url = `redis://127.0.0.1:${port}`;
  const file = join(dir, "points.csv");
  await writeFile(file, csvOf(madeDataset({ inputs: 140, classes: 2 }, 625).train));
  const seconds = { 1: [], 2: [] };
  for (let round = 0; round < rounds; round++) {
    for (const workers of [1, 2]) seconds[workers].push(await measure({ url, file, workers, round }));
  }
  const [one, two] = [summary(seconds[1]), summary(seconds[2])];
  const ratio = one.median / two.median;
  const result = { width, cells: count, rounds, one, two, ratio, othersCores: others, machine: await machine() };
  if (values.json) console.log(JSON.stringify(result));
  else {
    const row = (label, { median, minimum, maximum }) => [
      label,
      ...[median, minimum, maximum].map((x) => x.toFixed(3)),
    ];
    const head = [`width ${width}, ${count} cells`, "seconds a cell, median", "least", "most"];
    console.log(table(head, [row("one worker", one), row("two workers", two)]));
    console.log(`two workers do ${ratio.toFixed(2)} times the cells of one`);
  }
} finally {
  for (const end of ends.reverse()) await end();
}

/** Seconds a cell. */
async function measure({ url, file, workers, round }) {
  const queue = `workers-${workers}-${round}`;
  const cells = await makeCells(file);
  const store = await openStore(join(dir, queue));
  const children = await Promise.all(Array.from({ length: workers }, () => startWorker(url, queue)));
  const times = [];
  await runCellsOnQueue(cells, { url, queue, store, onResult: () => void times.push(performance.now()) });
  for (const child of children) child.kill("SIGKILL");
  await Promise.all(children.map((child) => once(child, "exit")));
  const [first, last] = [2 * workers - 1, count - workers];
  return (times[last] - times[first]) / 1000 / (last - first);
}

async function makeCells(file) {
  const experiment = {
    name: "bench",
    data: { data: `csv:${file}`, labelColumn: "label", testFraction: 0.2 },
    base: { width, steps: 1000, batch: 500, noise: "coordinate", alpha: 1.75, sigma: 0.01, evalEvery: 1_000_000 },
    seeds: { from: 0, count },
    prune: [{ relativeSquaredError: 0.1 }],
  };
  return await identifyCells(expandExperiment(await loadExperiment(experiment, {})));
}

async function startWorker(url, queue) {
  const args = [program, "worker", "--redis", url, "--queue", queue, "--concurrency", "1"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  ends.push(() => child.kill("SIGKILL"));
  await once(child.stderr, "data");
  child.stderr.resume();
  return child;
}

function csvOf({ rows, features, labels }) {
  const width = features.length / rows;
  const head = [...Array.from({ length: width }, (_, c) => `x${c}`), "label"].join(",");
  const lines = Array.from(
    { length: rows },
    (_, r) => `${features.subarray(r * width, (r + 1) * width).join(",")},${labels[r]}`,
  );
  return `${[head, ...lines].join("\n")}\n`;
}
