/**
 * @file A worker: takes cells from a queue, runs each in a thread of its own, and sends the results back. It needs no files.
 *
 * While a cell runs its lease is renewed by the main thread, which never computes; a worker that vanishes stops renewing,
 * and another takes the cell over. Nothing is lost by doing a cell twice: results depend on the cell alone.
 */

import { hostname } from "node:os";
import type { Job } from "bullmq";
import { Piscina } from "piscina";
import { FormatError, ParameterError } from "../../errors.js";
import type { CellOutcome } from "../runCell.js";
import { type CellJob, readJob, reasonOf } from "./cellJob.js";
import type { CellTask } from "./cellThread.js";
import { connectQueue, type Notice, type QueueAddress, type QueueConnection } from "./connection.js";
import { fetchDataset } from "./datasetTransfer.js";
import { resultKey, sendResult } from "./resultTransfer.js";

/** How a worker serves. */
export interface ServeOptions extends QueueAddress {
  /** Cells at a time, one thread each. */
  readonly concurrency: number;
  /** Ends the worker; the cells it runs go back to the queue. */
  readonly signal: AbortSignal;
  /** Seconds without a sign of life after which a cell is taken over. @default 30 */
  readonly lease?: number | undefined;
  /** How often a cell may lose its worker before it is given up. @default 5 */
  readonly takeovers?: number | undefined;
  readonly onCell?: (event: CellEvent) => void;
  readonly onNotice?: Notice;
}

/** What happened to a cell on this worker; `text` says why it failed. */
export interface CellEvent {
  readonly id: string;
  readonly kind: "started" | "done" | "diverged" | "failed" | "returned";
  readonly text?: string;
}

/** Data sets kept in memory, the last used ones. */
const datasetsKept = 2;
/** Milliseconds between two words on how far a cell is. */
const stepInterval = 2000;
/** Milliseconds that the end may take, where Redis does not answer or a cell is in the middle of a long step. */
const farewell = 5000;

/**
 * Serves a queue until the signal comes.
 * @returns how many cells it finished, also diverged ones
 * @throws what `connectQueue` throws; later losses of the connection are waited for
 */
export async function serveCells(options: ServeOptions): Promise<number> {
  const { concurrency, signal, lease = 30, takeovers = 5, onCell = () => {}, onNotice = () => {} } = options;
  const connection = await connectQueue(options, onNotice);
  const { redis, queue, prefix, bullmq } = connection;
  const runner = cellRunner(connection, concurrency, signal);
  let finished = 0;

  const process = async (job: Job, token?: string): Promise<string> => {
    const id = job.id!;
    onCell({ id, kind: "started" });
    try {
      const { result } = await runner.run(id, readJob(id, job.data), (step) => job.updateProgress(step));
      if (result.status === "failed") throw new Error(result.error);
      finished++;
      onCell({ id, kind: result.status });
      return result.status;
    } catch (error) {
      if (signal.aborted) {
        onCell({ id, kind: "returned" });
        await job.moveToWait(token);
        throw new bullmq.WaitingError();
      }
      const text = reasonOf(error);
      onCell({ id, kind: "failed", text });
      // What is wrong in the job itself is wrong at every try.
      const lasting = error instanceof FormatError || error instanceof ParameterError;
      throw lasting ? new bullmq.UnrecoverableError(text) : error;
    }
  };

  const worker = new bullmq.Worker(queue, process, {
    connection: redis,
    prefix,
    concurrency,
    name: `${hostname()}-${globalThis.process.pid}`,
    lockDuration: lease * 1000,
    stalledInterval: lease * 500,
    maxStalledCount: takeovers,
    runRetryDelay: 1000,
  });
  worker.on("stalled", (id) => onNotice(`cell ${id} lost its worker and goes back to the queue`));
  worker.on("error", (error) => {
    if (isWorthTelling(error)) onNotice(reasonOf(error));
  });
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
  // Where Redis does not answer the leases run out, and the cells are taken over.
  await connection.close([worker], farewell);
  await runner.close();
  return finished;
}

interface CellRunner {
  /** Runs a cell and sends its result, unless it failed. */
  run(id: string, job: CellJob, onStep: (step: number) => Promise<void>): Promise<CellOutcome>;
  close(): Promise<void>;
}

function cellRunner({ redis, queue, prefix }: QueueConnection, concurrency: number, signal: AbortSignal): CellRunner {
  const threads = new Piscina<CellTask, CellOutcome>({
    filename: new URL("./cellThread.js", import.meta.url).href,
    ...{ minThreads: 0, maxThreads: concurrency, idleTimeout: 60_000, concurrentTasksPerWorker: 1 },
  });
  const datasets = new Map<string, Promise<Uint8Array>>();
  const running = new Map<string, Promise<CellOutcome>>();

  const datasetOf = (hash: string): Promise<Uint8Array> => {
    const found = datasets.get(hash) ?? fetchDataset(redis, prefix, hash);
    datasets.delete(hash);
    datasets.set(hash, found);
    found.catch(() => datasets.delete(hash));
    if (datasets.size > datasetsKept) datasets.delete(datasets.keys().next().value!);
    return found;
  };
  const compute = async (
    id: string,
    { spec, dataHash, models }: CellJob,
    onStep: (step: number) => Promise<void>,
  ): Promise<CellOutcome> => {
    const bytes = await datasetOf(dataHash);
    signal.throwIfAborted();
    const shared = new SharedArrayBuffer(8);
    const counters = new Int32Array(shared);
    const stop = (): void => void Atomics.store(counters, 0, 1);
    signal.addEventListener("abort", stop);
    const timer = setInterval(() => void onStep(Atomics.load(counters, 1)).catch(() => {}), stepInterval);
    try {
      const outcome = await threads.run({ spec, dataHash, bytes, shared });
      const sent = models ? outcome : { ...outcome, models: new Map<string, Uint8Array>() };
      if (outcome.result.status !== "failed") await sendResult(redis, resultKey(prefix, queue, id), sent);
      return outcome;
    } finally {
      clearInterval(timer);
      signal.removeEventListener("abort", stop);
    }
  };
  return {
    async run(id, job, onStep) {
      // A cell whose lease was lost may come back to the worker that still runs it.
      const work = running.get(id) ?? compute(id, job, onStep);
      running.set(id, work);
      return await work.finally(() => running.delete(id));
    },
    async close() {
      await threads.destroy();
    },
  };
}

/** Losses of the connection are told once, by the connection; a lost lease is told by who takes the cell over. */
function isWorthTelling({ message }: Error): boolean {
  return !/ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|EAI_AGAIN|Connection is closed|Socket timeout|lock|LOADING/i.test(message);
}
