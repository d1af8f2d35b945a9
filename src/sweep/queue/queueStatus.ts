/** @file What a queue holds and who serves it, seen from anywhere. */

import { connectQueue, type QueueAddress } from "./connection.js";

/** A queue at a moment. */
export interface QueueStatus {
  readonly queue: string;
  readonly waiting: number;
  readonly active: number;
  /** Finished in the last seven days, also diverged cells. */
  readonly done: number;
  /** Given up in the last seven days. */
  readonly failed: number;
  readonly workers: readonly { readonly name: string; readonly address: string; readonly seconds: number }[];
  /** The last cells that were given up, at most 20, and why. */
  readonly failures: readonly { readonly id: string; readonly error: string }[];
}

/** Given-up cells that are listed. */
const listed = 20;

/**
 * Asks a queue how it stands.
 * @param address where the queue is
 * @throws what `connectQueue` throws
 */
export async function queueStatus(address: QueueAddress): Promise<QueueStatus> {
  const connection = await connectQueue(address, () => {}, 5000);
  const { redis, queue: name, prefix, bullmq } = connection;
  const queue = new bullmq.Queue(name, { connection: redis, prefix, skipMetasUpdate: true });
  queue.on("error", () => {});
  try {
    const counts = await queue.getJobCounts("wait", "prioritized", "delayed", "active", "completed", "failed");
    const count = (...states: string[]): number => states.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
    const workers = await queue.getWorkers();
    const failures = await queue.getFailed(0, listed - 1);
    return {
      queue: name,
      waiting: count("wait", "prioritized", "delayed"),
      active: count("active"),
      done: count("completed"),
      failed: count("failed"),
      workers: workers.map(({ rawname = "", addr = "", age = "" }) => ({
        ...{ name: rawname.replace(/^.*:w:/, ""), address: addr, seconds: Number(age) },
      })),
      failures: failures.map(({ id = "", failedReason = "" }) => ({ id, error: failedReason.slice(0, 4096) })),
    };
  } finally {
    await connection.close([queue]);
  }
}
