/** @file One look at open cells: takes results, keeps failures, puts into the queue what is missing there. */

import type { Queue } from "bullmq";
import type { Cell, CellResult } from "../cell.js";
import type { Store } from "../store.js";
import { cellJob, failedResult, reasonOf } from "./cellJob.js";
import type { Notice, QueueConnection } from "./connection.js";
import { resultKey, takeResult } from "./resultTransfer.js";

/** Cells looked at at once, each with its models in memory. */
const breadth = 16;
/** Results out of form that a cell may have before it is given up. */
const strikesAllowed = 3;

/**
 * Looks at cells and does for each what there is to do.
 * @param cells open ones
 * @param first whether this is the coordinator's first look: then what was given up in an earlier life is tried again
 * @param onFinished told of every cell that is finished now, after it was stored
 */
export type Settle = (
  cells: readonly Cell[],
  first: boolean,
  onFinished: (cell: Cell, result: CellResult) => Promise<void>,
) => Promise<void>;

/**
 * Makes the look of a coordinator.
 * @param connection where the results are
 * @param queue where the jobs are; a job's id is its cell's, so no cell is there twice
 * @param options the store, and whether it wants the models
 */
export function openCells(
  { redis, prefix, queue: name }: QueueConnection,
  queue: Queue,
  { store, keepModels, onNotice }: { store: Store; keepModels: boolean; onNotice: Notice },
): Settle {
  const strikes = new Map<string, number>();

  /** The result of a cell and its models, if there is an end of it. */
  const ending = async (cell: Cell, key: string, state: string, first: boolean) => {
    const { id } = cell;
    try {
      const taken = await takeResult(redis, key, cell, keepModels);
      if (taken) return taken;
    } catch (error) {
      strikes.set(id, (strikes.get(id) ?? 0) + 1);
      onNotice(`${reasonOf(error)} It is thrown away.`);
      await redis.del(key);
      if (strikes.get(id)! >= strikesAllowed) return failure(id, reasonOf(error));
    }
    if (state !== "failed" || first) return null;
    return failure(id, givenUp((await queue.getJob(id))?.failedReason));
  };

  return async (cells, first, onFinished) => {
    for (let from = 0; from < cells.length; from += breadth) {
      const missing: Cell[] = [];
      const look = async (cell: Cell): Promise<void> => {
        const { id } = cell;
        const key = resultKey(prefix, name, id);
        // The state before the result: a job that is finished by now has its result there already.
        const state = await queue.getJobState(id);
        const end = await ending(cell, key, state, first);
        if (end) {
          await store.put(cell, end.result, end.models);
          await redis.del(key);
          // Taken over while its first worker finished it after all: nobody need do it again.
          if (state === "waiting" || state === "delayed") await queue.remove(id);
          await onFinished(cell, end.result);
          return;
        }
        // Finished without a result: taken by another coordinator, expired, or given up in an earlier life.
        const over = state === "completed" || state === "failed";
        if (over) await queue.remove(id);
        if (over || state === "unknown") missing.push(cell);
      };
      await Promise.all(cells.slice(from, from + breadth).map(look));
      const jobs = missing.map((cell) => ({
        ...{ name: "cell", data: cellJob(cell, keepModels), opts: { jobId: cell.id } },
      }));
      if (jobs.length > 0) await queue.addBulk(jobs);
    }
  };
}

function failure(id: string, reason: string) {
  return { result: failedResult(id, reason), models: new Map<string, Uint8Array>() };
}

function givenUp(reason: string | undefined): string {
  if (!reason) return "given up for no stated reason";
  return /stalled more than/.test(reason)
    ? "Its workers vanished while they ran it, more often than allowed: killed, out of memory, or cut off."
    : reason;
}
