/** @file How long model files take for a batch, measured side by side so that a busy machine slows all of them alike. */

import { openSession } from "#session";
import { modelPorts } from "../model/graph.js";
import type { Session, SessionOptions } from "../runtime/engine/session.js";

/** Rows in a timed batch. */
export const batchRows = 500;
/** Each model runs at least this often, */
const leastRuns = 15;
/** and until all together have taken so many milliseconds. */
const leastTime = 150;

/**
 * Times one batch of several models, their runs taking turns.
 * @param files ONNX files with one input `x` [N, inputs]
 * @param features [rows, inputs]; the first 500 rows, or all if there are fewer, are the batch
 * @param inputs features of a row
 * @param options threads and device
 * @returns the median time of each model, in milliseconds
 */
export async function timeModels(
  files: readonly Uint8Array[],
  features: Float32Array,
  inputs: number,
  options: SessionOptions = {},
): Promise<number[]> {
  const rows = Math.min(batchRows, features.length / inputs);
  const x = { type: "float32", data: features.subarray(0, rows * inputs), shape: [rows, inputs] } as const;
  const sessions: Session[] = [];
  try {
    for (const file of files) sessions.push(await openSession(file, options));
    for (const session of sessions) await session.run({ [modelPorts.input]: x });
    const times = files.map((): number[] => []);
    for (let total = 0; times[0]!.length < leastRuns || total < leastTime; ) {
      for (const [m, session] of sessions.entries()) {
        const started = performance.now();
        await session.run({ [modelPorts.input]: x });
        times[m]!.push(performance.now() - started);
        total += times[m]!.at(-1)!;
      }
    }
    return times.map((list) => list.sort((a, b) => a - b)[list.length >> 1]!);
  } finally {
    for (const session of sessions) await session.dispose();
  }
}
