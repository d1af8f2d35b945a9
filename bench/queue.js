/**
 * @file `node bench/queue.js [--cells N] [--json]`: what one queue carries. Empty cells: job, data set, result, model and
 * store as always, but no training, so that only the queue is measured. Workers stand in network namespaces of their own
 * where this user may make them (Linux, root). Needs redis-server.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { table } from "../dist/cli/table.js";
import { connectQueue } from "../dist/sweep/queue/connection.js";
import { runCellsOnQueue } from "../dist/sweep/queue/runCellsOnQueue.js";
import { expandExperiment, identifyCells, loadExperiment } from "../dist/sweep/resolveExperiment.js";
import { openStore } from "../dist/sweep/store.js";
import { foreignCores, machine } from "./machine.js";
import { startRedis } from "./redisServer.js";

const { values } = parseArgs({
  options: { cells: { type: "string", default: "2000" }, json: { type: "boolean", default: false } },
});
const count = Number(values.cells);
const dir = await mkdtemp(join(tmpdir(), "heavytail-bench-"));
const ends = [() => rm(dir, { recursive: true, force: true })];

try {
  const links = [makeLink(0), makeLink(1)];
  const { port, stop } = await startRedis(
    dir,
    links.flatMap((link) => (link ? [link.address] : [])),
  );
  ends.push(stop);
  await writeFile(
    join(dir, "points.csv"),
    `x,label\n${Array.from({ length: 20 }, (_, i) => `${i},${i % 2}`).join("\n")}\n`,
  );
  const cases = [];
  for (const plan of [
    { workers: 1, modelBytes: 0, cells: count },
    { workers: 2, modelBytes: 0, cells: count },
    { workers: 2, modelBytes: 20_000, cells: Math.ceil(count / 2) },
    { workers: 2, modelBytes: 1_000_000, cells: Math.ceil(count / 10) },
    // One cell at a time that only waits: what two workers gain where no processor is short.
    { workers: 1, modelBytes: 20_000, cells: 60, concurrency: 1, wait: 200 },
    { workers: 2, modelBytes: 20_000, cells: 60, concurrency: 1, wait: 200 },
  ]) {
    cases.push(await measure({ links, port, concurrency: 16, wait: 0, ...plan }));
  }
  const facts = { ...(await machine()), redis: execFileSync("redis-server", ["--version"]).toString().split(" ")[2] };
  const network = links.every(Boolean) ? "network namespaces" : "one machine, no namespaces";
  if (values.json) console.log(JSON.stringify({ machine: facts, network, cases }));
  else {
    const head = [
      "workers",
      "a cell waits",
      "model",
      "cells",
      "cells/s",
      "MB/s",
      "kB of Redis a waiting cell",
      "cores of others",
    ];
    console.log(table(head, cases.map(textOf)), `\nworkers in ${network}; `, JSON.stringify(facts));
  }
} finally {
  for (const end of ends.reverse()) await end();
}

async function measure({ links, port, workers, modelBytes, cells: size, concurrency, wait }) {
  const queue = `bench-${workers}-${modelBytes}-${wait}`;
  const url = `redis://127.0.0.1:${port}`;
  const cells = await makeCells(size);
  const store = await openStore(join(dir, queue));
  const others = await foreignCores();
  const connection = await connectQueue({ url, queue });
  const usedBefore = await usedMemory(connection.redis);
  // All cells wait before the first worker comes, so that the memory of waiting cells can be told.
  let finished = 0;
  const run = runCellsOnQueue(cells, {
    url,
    queue,
    store,
    keepModels: modelBytes > 0,
    onResult: () => void finished++,
  });
  const jobs = new connection.bullmq.Queue(queue, { connection: connection.redis, prefix: connection.prefix });
  while ((await jobs.getWaitingCount()) < size) await new Promise((resolve) => setTimeout(resolve, 50));
  const kB = ((await usedMemory(connection.redis)) - usedBefore) / 1000 / size;
  const children = await Promise.all(
    Array.from({ length: workers }, (_, index) =>
      startWorker(links[index], port, [queue, concurrency, modelBytes, wait]),
    ),
  );
  while (finished === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const [started, from] = [performance.now(), finished];
  await run;
  const seconds = (performance.now() - started) / 1000;
  for (const child of children) child.kill("SIGKILL");
  await connection.close();
  const cellsPerSecond = (size - from) / seconds;
  return {
    workers,
    concurrency,
    wait,
    modelBytes,
    cells: size,
    cellsPerSecond,
    kBPerWaitingCell: kB,
    othersCores: others,
  };
}

function textOf({ workers, wait, modelBytes, cells, cellsPerSecond, kBPerWaitingCell, othersCores }) {
  const megabytes = (cellsPerSecond * modelBytes) / 1e6;
  return [
    ...[
      `${workers}`,
      wait === 0 ? "–" : `${wait} ms`,
      modelBytes === 0 ? "none" : `${modelBytes / 1000} kB`,
      `${cells}`,
    ],
    ...[cellsPerSecond.toPrecision(3), megabytes.toFixed(1), kBPerWaitingCell.toFixed(1), othersCores.toFixed(1)],
  ];
}

async function makeCells(size) {
  const experiment = {
    name: "bench",
    data: { data: `csv:${join(dir, "points.csv")}`, labelColumn: "label" },
    base: { width: 8, steps: 1, batch: 8 },
    seeds: { from: 0, count: size },
  };
  return await identifyCells(expandExperiment(await loadExperiment(experiment, {})));
}

async function usedMemory(redis) {
  return Number(/used_memory:(\d+)/.exec(await redis.info("memory"))[1]);
}

async function startWorker(link, port, args) {
  const script = fileURLToPath(new URL("queueWorker.js", import.meta.url));
  const url = `redis://${link?.address ?? "127.0.0.1"}:${port}`;
  const command = [...(link?.prefix ?? []), process.execPath, script, url, ...args.map(String)];
  const child = spawn(command[0], command.slice(1), { stdio: ["ignore", "pipe", "inherit"] });
  ends.push(() => child.kill("SIGKILL"));
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return child;
}

/** A network namespace behind a pair of virtual interfaces; undefined where this user may not make one. */
function makeLink(index) {
  const name = `heavytailBench${index}`;
  const [outside, inside] = [`htb${index}o`, `htb${index}i`];
  // From the range that RFC 2544 sets aside for benchmarks of networks.
  const [address, other] = [1, 2].map((host) => `198.19.${index}.${host}`);
  const ip = (line) => execFileSync("ip", line.split(" "), { stdio: "ignore" });
  ends.push(() => {
    for (const line of [`link del ${outside}`, `netns del ${name}`]) {
      try {
        ip(line);
      } catch {
        // It was not made.
      }
    }
  });
  try {
    ip(`netns add ${name}`);
    ip(`link add ${outside} type veth peer name ${inside} netns ${name}`);
    ip(`addr add ${address}/30 dev ${outside}`);
    ip(`link set ${outside} up`);
    ip(`-n ${name} addr add ${other}/30 dev ${inside}`);
    ip(`-n ${name} link set ${inside} up`);
    return { address, prefix: ["ip", "netns", "exec", name] };
  } catch {
    return undefined;
  }
}
