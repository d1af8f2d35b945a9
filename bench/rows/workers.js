/**
 * @file Two workers against one: two runs in two worker threads against the same two one after the other, and cells a second of
 * two queue workers against one, by ../twoWorkers.js.
 */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { ownParty, scaled, takeTurns, versus } from "../measure.js";
import { skippedPeers } from "../peer.js";
import { shapeText } from "../training.js";

export const name = "workers";
export const what = "two workers, one thread each";
export const against = "one worker";
export const target = "≥ 1.9×";

const shape = { batch: 500, inputs: 140, width: 1000, classes: 2 };
/** As many steps for both: the longer of two turns would count as the time of both. */
const options = { noise: "coordinate", alpha: 1.75, sigma: 0.01, turnSteps: 60 };
/** Stretches of steps in one piece of work. */
const stretches = 2;

async function open() {
  const worker = new Worker(new URL("../trainWorker.js", import.meta.url), {
    workerData: { shape, options, stretches },
  });
  await once(worker, "message");
  return worker;
}

async function work(worker) {
  worker.postMessage("turn");
  await once(worker, "message");
}

/** Measures the row. */
export async function run({ quick }) {
  if (availableParallelism() < 2) return { cases: [], skipped: "one core" };
  const [first, second] = [await open(), await open()];
  const together = ownParty(() => Promise.all([work(first), work(second)]));
  const inTurn = ownParty(async () => {
    await work(first);
    await work(second);
  });
  const times = await takeTurns([together, inTurn], { rounds: quick ? 2 : 10, most: 1 });
  for (const worker of [first, second]) {
    worker.postMessage("close");
    await once(worker, "exit");
  }
  const [ours, theirs] = times.map((time) => scaled(time, 1000));
  const label = `two runs of ${shapeText(shape)}, type II noise`;
  const threads = versus({ label, unit: "ms", against: "one after the other", ours, theirs, target: 1.9, threads: 2 });
  const [narrow, wide] = quick ? [12, 0] : [24, 10];
  const cases = [threads];
  try {
    cases.push(...(await queueWorkers(200, narrow, quick ? 1 : 3)));
    if (wide > 0) cases.push(...(await queueWorkers(1000, wide, 2)));
  } catch (error) {
    if (!/spawn redis-server ENOENT/.test(error.message)) throw error;
    skippedPeers["queue workers"] = "redis-server is not installed";
  }
  return { cases };
}

/** Seconds a cell of two queue workers against one, and of two processes that do the same without a queue. */
async function queueWorkers(width, cells, rounds) {
  const script = fileURLToPath(new URL("../twoWorkers.js", import.meta.url));
  const args = [script, "--json", ...Object.entries({ width, cells, rounds }).flatMap(([k, v]) => [`--${k}`, `${v}`])];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { one, two, bareOne, bareTwo } = JSON.parse(stdout);
  const facts = { unit: "s", threads: 2 };
  const [queue, bare] = [`a cell of queue workers, ${width} units`, `a cell without a queue, ${width} units`];
  return [
    versus({ ...facts, label: queue, against: "one worker", ours: two, theirs: one, target: 1.9 }),
    versus({ ...facts, label: bare, against: "one process", ours: bareTwo, theirs: bareOne, target: null }),
  ];
}
