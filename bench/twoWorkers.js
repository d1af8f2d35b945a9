/**
 * @file `node bench/twoWorkers.js [--width N] [--cells N] [--rounds N] [--json]`: seconds a cell of one and of two
 * `heavytail worker` processes of one thread each, beside the coordinator and Redis on this machine, and of one and two
 * processes that do the same cells without a queue, which is what the machine can do; all in turns. Cells train on
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
const bare = fileURLToPath(new URL("bareCells.js", import.meta.url));
const dir = await mkdtemp(join(tmpdir(), "heavytail-bench-"));
const ends = [() => rm(dir, { recursive: true, force: true })];

try {
  const others = await foreignCores();
  const { port, stop } = await startRedis(dir);
  ends.push(stop);
  const url = `redis://127.0.0.1:${port}`;
  const file = join(dir, "points.csv");
  await writeFile(file, csvOf(madeDataset({ inputs: 140, classes: 2 }, 625).train));
  const ways = [
    { label: "one worker", workers: 1, measure },
    { label: "two workers", workers: 2, measure },
    { label: "one process, no queue", workers: 1, measure: measureBare },
    { label: "two processes, no queue", workers: 2, measure: measureBare },
  ];
  const seconds = ways.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, { workers, measure }] of ways.entries())
      seconds[i].push(await measure({ url, file, workers, round }));
  }
  const [one, two, bareOne, bareTwo] = seconds.map(summary);
  const [ratio, bareRatio] = [one.median / two.median, bareOne.median / bareTwo.median];
  const sizes = { width, cells: count, rounds };
  const result = {
    ...sizes,
    one,
    two,
    ratio,
    bareOne,
    bareTwo,
    bareRatio,
    othersCores: others,
    machine: await machine(),
  };
  if (values.json) console.log(JSON.stringify(result));
  else {
    const rows = [one, two, bareOne, bareTwo].map(({ median, minimum, maximum }, i) => [
      ways[i].label,
      ...[median, minimum, maximum].map((x) => x.toFixed(3)),
    ]);
    console.log(table([`width ${width}, ${count} cells`, "seconds a cell, median", "least", "most"], rows));
    console.log(
      `two workers do ${ratio.toFixed(2)} times the cells of one, two processes without a queue ${bareRatio.toFixed(2)}`,
    );
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
  await endAll(children);
  return perCell(times, workers);
}

/** The same without a queue. */
async function measureBare({ file, workers }) {
  const [{ data, train, levels }] = await makeCells(file);
  const times = [];
  const children = Array.from({ length: workers }, () => {
    const args = [bare, JSON.stringify({ data, train, levels })];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    ends.push(() => child.kill("SIGKILL"));
    return child;
  });
  await new Promise((resolve, reject) => {
    for (const child of children) {
      child.stdout.on("data", () => {
        times.push(performance.now());
        if (times.length === count) resolve();
      });
      child.on("exit", () => reject(new Error("a process ended early")));
    }
  });
  await endAll(children);
  return perCell(times, workers);
}

/** What still ran would take part in the next measurement. */
async function endAll(children) {
  for (const child of children) child.kill("SIGKILL");
  await Promise.all(children.map((child) => once(child, "exit")));
}

/**
 * Seconds a cell, from when every worker has done two until the first may have none left, over as many cells for each worker: two
 * that begin together end together, and an odd cell more would count nearly no time, one less twice its time.
 */
function perCell(times, workers) {
  const first = 2 * workers - 1;
  const cells = Math.floor((count - workers - first) / workers) * workers;
  return (times[first + cells] - times[first]) / 1000 / cells;
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
