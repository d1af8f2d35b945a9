/**
 * @file Runs cells on this machine: a pool of threads, each with one thread of ONNX Runtime, because several runs side by
 * side are quicker that way than one run on all cores.
 */

import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import { environment } from "../disk/environment.js";
import type { Cell, CellResult } from "./cell.js";
import type { PoolTask } from "./poolWorker.js";
import type { CellOutcome } from "./runCell.js";
import type { Store } from "./store.js";

/** How far a sweep has come. */
export interface SweepProgress {
  readonly cells: number;
  /** Finished earlier, before this call. */
  readonly earlier: number;
  /** Finished by this call, by what became of them. */
  readonly done: number;
  readonly diverged: number;
  readonly failed: number;
  readonly running: readonly { readonly cell: Cell; readonly step: number }[];
  /** Null until a cell has finished. */
  readonly cellsPerMinute: number | null;
  readonly secondsLeft: number | null;
}

/** How cells are run. */
export interface RunCellsOptions {
  readonly store: Store;
  /** Threads. @default all cores */
  readonly workers?: number;
  /** Whether small models are kept. @default true */
  readonly keepModels?: boolean;
  /** Whether cells that failed before are tried again. @default false */
  readonly retryFailed?: boolean;
  /** Abandons the running cells at their next step and starts no others. */
  readonly signal?: AbortSignal;
  /** Called when a cell has finished, and a few times a second. */
  readonly onProgress?: (progress: SweepProgress) => void;
  /** Called with each result as it comes, after it was stored. */
  readonly onResult?: (cell: Cell, result: CellResult) => void | Promise<void>;
}

/** Milliseconds between two reports of progress. */
const progressInterval = 250;

/**
 * Runs the cells that the store does not have yet, and stores each as it finishes. Failures and divergences are stored and
 * stop nothing. Called again with the same store, after whatever ended the first call, it does the rest.
 * @param cells the cells, from `resolveExperiment`
 * @param options the store, and how to run
 * @returns how far it came: all the way, unless the signal was aborted
 */
export async function runCells(cells: readonly Cell[], options: RunCellsOptions): Promise<SweepProgress> {
  const { store, signal, onProgress, onResult, keepModels = true } = options;
  const waiting = await unfinishedCells(cells, store, options.retryFailed);
  const workers = Math.max(1, Math.min(options.workers ?? availableParallelism(), waiting.length));
  const shared = new SharedArrayBuffer(4 * (1 + workers));
  const counters = new Int32Array(shared);
  const running = new Map<number, Cell>();
  const counts = { done: 0, diverged: 0, failed: 0 };
  const earlier = cells.length - waiting.length;
  const started = performance.now();
  const progress = (): SweepProgress => {
    const finished = counts.done + counts.diverged + counts.failed;
    const perSecond = finished / ((performance.now() - started) / 1000);
    return {
      ...{ cells: cells.length, earlier, ...counts },
      running: [...running].map(([slot, cell]) => ({ cell, step: counters[1 + slot]! })),
      cellsPerMinute: finished > 0 ? 60 * perSecond : null,
      secondsLeft: finished > 0 ? (cells.length - earlier - finished) / perSecond : null,
    };
  };
  if (waiting.length === 0) return progress();

  const filename = new URL("./poolWorker.js", import.meta.url).href;
  const pool = new Piscina({ filename, minThreads: workers, maxThreads: workers, concurrentTasksPerWorker: 1 });
  const timer = setInterval(() => onProgress?.(progress()), progressInterval);
  const raise = (): void => void Atomics.store(counters, 0, 1);
  signal?.addEventListener("abort", raise);
  if (signal?.aborted) raise();
  let next = 0;
  const work = async (slot: number): Promise<void> => {
    while (next < waiting.length && !signal?.aborted) {
      const cell = waiting[next++]!;
      counters[1 + slot] = 0;
      running.set(slot, cell);
      const outcome = await inPool(pool, cell, { shared, slot });
      running.delete(slot);
      if (signal?.aborted) return;
      const result: CellResult = { id: cell.id, ...outcome.result };
      await store.put(cell, result, keepModels ? outcome.models : new Map());
      counts[result.status]++;
      await onResult?.(cell, result);
      onProgress?.(progress());
    }
  };
  try {
    await Promise.all(Array.from({ length: workers }, (_, slot) => work(slot)));
    return progress();
  } finally {
    clearInterval(timer);
    signal?.removeEventListener("abort", raise);
    await pool.destroy();
  }
}

/**
 * The cells that a store does not have yet, each once.
 * @param cells the cells of an experiment
 * @param store where finished cells are
 * @param retryFailed whether cells that failed count as unfinished
 */
export async function unfinishedCells(cells: readonly Cell[], store: Store, retryFailed = false): Promise<Cell[]> {
  const finished = new Set(await store.finishedIds());
  const waiting = new Map<string, Cell>();
  for (const cell of cells) {
    const again = retryFailed && finished.has(cell.id) && (await store.get(cell.id)).result.status === "failed";
    if (!finished.has(cell.id) || again) waiting.set(cell.id, cell);
  }
  return [...waiting.values()];
}

/** A cell in a thread of the pool; a thread that ends, for want of memory perhaps, fails its cell and is replaced. */
async function inPool(pool: Piscina, cell: Cell, watch: Omit<PoolTask, "spec">): Promise<CellOutcome> {
  const started = performance.now();
  const { data, train, levels } = cell;
  try {
    return (await pool.run({ spec: { data, train, levels }, ...watch } satisfies PoolTask)) as CellOutcome;
  } catch (error) {
    const seconds = (performance.now() - started) / 1000;
    const failure = { status: "failed", error: (error as Error).message, training: null, rows: [] } as const;
    return { result: { ...failure, seconds, environment: await environment() }, models: new Map() };
  }
}
