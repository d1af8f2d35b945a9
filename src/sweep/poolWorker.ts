/**
 * @file What runs in each thread of the pool: one cell after another. ONNX Runtime refuses shared memory, so every thread
 * reads its own copy of the data set, once; only the stop flag and the step counters are shared.
 */

import type { Dataset } from "../dataset/dataset.js";
import { type CellSpec, canonicalJson } from "./cell.js";
import { loadCellData } from "./cellData.js";
import { type CellOutcome, runCell } from "./runCell.js";

/** A cell for a thread. */
export interface PoolTask {
  readonly spec: CellSpec;
  /** Int32: [0] is not 0 when all cells shall stop, [1 + slot] counts the steps of the cell in a slot. */
  readonly shared: SharedArrayBuffer;
  readonly slot: number;
}

let latest: { key: string; dataset: Dataset } | undefined;

/**
 * Runs a cell in this thread.
 * @param task the cell and how to watch it
 * @returns its outcome, as `runCell`; a data set that cannot be read fails the cell
 * @throws where the stop flag was raised
 */
export default async function poolWorker({ spec, shared, slot }: PoolTask): Promise<CellOutcome> {
  const counters = new Int32Array(shared);
  const stop = new AbortController();
  const key = canonicalJson(spec.data);
  if (latest?.key !== key) {
    latest = undefined;
    latest = { key, dataset: await loadCellData(spec.data) };
  }
  return await runCell(spec, latest.dataset, {
    signal: stop.signal,
    onStep(step) {
      Atomics.store(counters, 1 + slot, step);
      if (Atomics.load(counters, 0) !== 0) stop.abort();
    },
  });
}
