/**
 * @file A worker of empty cells for bench/queue.js: everything a worker does for a cell but its training: takes the job,
 * checks it, waits if told to, sends a result of the usual form with its model.
 */
import { readJob } from "../dist/sweep/queue/cellJob.js";
import { connectQueue } from "../dist/sweep/queue/connection.js";
import { resultKey, sendResult } from "../dist/sweep/queue/resultTransfer.js";

const [url, name, concurrency, modelBytes, wait] = process.argv.slice(2);
const connection = await connectQueue({ url, queue: name });
const { redis, queue, prefix, bullmq } = connection;
const accuracies = { trainAccuracy: 0.5, testAccuracy: 0.5 };
const measure = { ...accuracies, parameters: 1000, bytes: Number(modelBytes), msPerBatch: 1 };
const model = new Uint8Array(Number(modelBytes));

const worker = new bullmq.Worker(
  queue,
  async (job) => {
    const { spec } = readJob(job.id, job.data);
    if (wait !== "0") await new Promise((resolve) => setTimeout(resolve, Number(wait)));
    const training = {
      steps: 1,
      stoppedBy: "steps",
      ...accuracies,
      trainLoss: 1,
      testLoss: 1,
      weights: "0".repeat(64),
    };
    const facts = { keptColumns: 1, totalColumns: 2, prunedFraction: 0.5, relativeSquaredError: 0.1 };
    const row = { ...facts, before: measure, after: measure, cut: accuracies, guaranteed: 1, unchanged: 1 };
    const rows = spec.levels.map((level) => ({ level, ...row }));
    const result = { status: "done", seconds: 0, environment: { host: "bench" }, training, rows };
    const models = new Map(spec.levels.map((_, index) => [`level${index}.onnx`, model]));
    await sendResult(redis, resultKey(prefix, queue, job.id), { result, models });
    return "done";
  },
  { connection: redis, prefix, concurrency: Number(concurrency), name: `bench-${process.pid}` },
);
worker.on("error", () => {});
await worker.waitUntilReady();
console.log("ready");
