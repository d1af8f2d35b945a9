/**
 * @file The coordinator: puts cells into the queue and their results into the store.
 *
 * It keeps no state of its own. Again and again it looks at the cells that the store does not have: is there a result? take
 * it; is the cell given up? keep why; is it not in the queue? put it there. So it may be killed and started again, and so
 * may Redis, with or without its memory. Events only say where to look first.
 */

import type { Redis } from "ioredis";
import type { Cell, CellResult } from "../cell.js";
import { loadCellData } from "../cellData.js";
import { type RunCellsOptions, type SweepProgress, unfinishedCells } from "../runCells.js";
import { connectQueue, type Notice, type QueueAddress } from "./connection.js";
import { sendDataset } from "./datasetTransfer.js";
import { openCells } from "./openCells.js";

/** How cells are run on a queue. */
export interface QueueRunOptions extends QueueAddress, Omit<RunCellsOptions, "workers"> {
  /** How often a cell is tried before it is given up. @default 3 */
  readonly attempts?: number | undefined;
  readonly onNotice?: Notice;
}

/** Milliseconds between two looks at all open cells, at least; looking may take 5 % of the time. */
const interval = 5000;
/** Seconds that finished jobs stay countable. */
const jobLife = 7 * 24 * 3600;

/**
 * Runs the cells that the store does not have yet by the workers of a queue, and stores each result as it comes.
 * @param cells the cells, from `resolveExperiment`
 * @param options the queue, the store, and how to watch; when the signal is aborted, what is in the queue stays there
 * @returns how far it came: all the way, unless the signal was aborted
 * @throws what `connectQueue` throws; FormatError if a data set changed since the cells were made
 */
export async function runCellsOnQueue(cells: readonly Cell[], options: QueueRunOptions): Promise<SweepProgress> {
  const { store, signal, onProgress = () => {}, onResult, onNotice = () => {}, attempts = 3 } = options;
  const waiting = await unfinishedCells(cells, store, options.retryFailed ?? false);
  const open = new Map(waiting.map((cell) => [cell.id, cell]));
  const { progress, running, count } = sweepCounts(cells.length, open);
  if (open.size === 0 || signal?.aborted) return progress();

  const connection = await connectQueue(options, onNotice);
  const { redis, queue: name, prefix, bullmq } = connection;
  const queue = new bullmq.Queue(name, {
    connection: redis,
    prefix,
    defaultJobOptions: {
      attempts,
      backoff: { type: "exponential", delay: 1000 },
      removeOnComplete: { age: jobLife },
      removeOnFail: { age: jobLife },
    },
  });
  const events = new bullmq.QueueEvents(name, { connection: redis, prefix });
  queue.on("error", () => {});
  events.on("error", () => {});
  const due = new Set<string>();
  let lookAtAll = true;
  let wake = (): void => {};
  const ended = ({ jobId }: { jobId: string }): void => {
    running.delete(jobId);
    if (open.has(jobId)) due.add(jobId);
    wake();
  };
  events.on("completed", ended);
  events.on("failed", ended);
  events.on("stalled", ({ jobId }) => running.delete(jobId));
  events.on("waiting", ({ jobId }) => running.delete(jobId));
  for (const [event, stepOf] of [
    ["active", () => 0],
    ["progress", ({ data }: { data?: unknown }) => (typeof data === "number" ? data : 0)],
  ] as const) {
    events.on(event, (told: { jobId: string; data?: unknown }) => {
      const cell = open.get(told.jobId);
      if (cell) running.set(told.jobId, { cell, step: stepOf(told) });
      onProgress(progress());
    });
  }
  redis.on("ready", () => {
    lookAtAll = true;
    wake();
  });
  const settle = openCells(connection, queue, { store, keepModels: options.keepModels ?? true, onNotice });

  const coordinate = async (): Promise<void> => {
    await events.waitUntilReady();
    let pause = interval;
    let lastLook = 0;
    for (let first = true; ; first = false) {
      const all = first || lookAtAll || performance.now() - lastLook >= pause;
      const looked = all ? [...open.values()] : [...due].flatMap((id) => open.get(id) ?? []);
      const started = performance.now();
      if (all) lookAtAll = false;
      due.clear();
      if (all) await sendDatasets(redis, prefix, open.values(), onNotice);
      await settle(looked, first, async (cell, result) => {
        open.delete(cell.id);
        running.delete(cell.id);
        count(result);
        await onResult?.(cell, result);
        onProgress(progress());
      });
      if (open.size === 0) return;
      if (all) {
        lastLook = performance.now();
        pause = Math.max(interval, 20 * (lastLook - started));
      }
      if (lookAtAll || due.size > 0) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pause);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const aborted = new Promise<void>((resolve) => {
    signal?.addEventListener("abort", () => resolve(), { once: true });
  });
  const work = coordinate();
  try {
    await Promise.race([work, aborted]);
    return progress();
  } finally {
    // After an abort the work ends with the connection.
    work.catch(() => {});
    await connection.close([queue, events]);
  }
}

/** Sees to it that the data sets of cells are in Redis. */
async function sendDatasets(redis: Redis, prefix: string, cells: Iterable<Cell>, onNotice: Notice): Promise<void> {
  const byHash = new Map<string, Cell>();
  for (const cell of cells) byHash.set(cell.dataHash, cell);
  for (const [hash, { data }] of byHash) {
    if (await sendDataset(redis, prefix, hash, () => loadCellData(data))) onNotice(`sent the data set ${data.data}`);
  }
}

/** The counts of a sweep whose open cells are in a map. */
function sweepCounts(cells: number, open: ReadonlyMap<string, Cell>) {
  const counts = { done: 0, diverged: 0, failed: 0 };
  const running = new Map<string, { cell: Cell; step: number }>();
  const earlier = cells - open.size;
  const started = performance.now();
  const progress = (): SweepProgress => {
    const finished = counts.done + counts.diverged + counts.failed;
    const perSecond = finished / ((performance.now() - started) / 1000);
    return {
      ...{ cells, earlier, ...counts },
      running: [...running.values()],
      cellsPerMinute: finished > 0 ? 60 * perSecond : null,
      secondsLeft: finished > 0 ? open.size / perSecond : null,
    };
  };
  const count = ({ status }: CellResult): void => {
    counts[status]++;
  };
  return { progress, running, count };
}
