/** @file What runs in a worker's threads: one cell at a time. A thread keeps the data set of its last cell. */

import type { Dataset } from "../../dataset/dataset.js";
import type { CellSpec } from "../cell.js";
import { type CellOutcome, runCell } from "../runCell.js";
import { decodeDataset } from "./datasetTransfer.js";

/** What a thread is given. */
export interface CellTask {
  readonly spec: CellSpec;
  readonly dataHash: string;
  /** The data set from `fetchDataset`, in memory that all threads share. */
  readonly bytes: Uint8Array;
  /** Int32, shared: [0] is not 0 when the cell shall stop, [1] counts its steps. */
  readonly shared: SharedArrayBuffer;
}

let kept: { readonly hash: string; readonly dataset: Dataset } | undefined;

/**
 * Runs a cell in this thread.
 * @returns its outcome, as `runCell`
 * @throws where the cell was stopped; FormatError if the data set is damaged
 */
export default async function cellThread({ spec, dataHash, bytes, shared }: CellTask): Promise<CellOutcome> {
  const counters = new Int32Array(shared);
  const stop = new AbortController();
  if (kept?.hash !== dataHash) {
    kept = undefined;
    kept = { hash: dataHash, dataset: decodeDataset(bytes, dataHash) };
  }
  return await runCell(spec, kept.dataset, {
    signal: stop.signal,
    onStep(step) {
      Atomics.store(counters, 1, step);
      if (Atomics.load(counters, 0) !== 0) stop.abort();
    },
  });
}
