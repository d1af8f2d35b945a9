/** @file Asks two networks about one picture and times them side by side. */

import { type Dataset, exportOnnx, type Network, openNetwork, type Session } from "heavytail";
import { softmax } from "./pictures.js";
import type { Answer } from "./protocol.js";

const repeats = 30;

/**
 * Classifies one row by two networks, taking turns.
 * @param values [features], in [0, 1]
 * @param networks dense and compact
 * @param dataset where the features' scale comes from
 * @param threads of the runtime
 */
export async function classify(
  values: Float32Array,
  { dense, compact }: { dense: Network; compact: Network },
  { features, standardisation }: Dataset,
  threads: number,
): Promise<{ dense: Answer; compact: Answer }> {
  const { mean, std } = standardisation ?? { mean: 0, std: 1 };
  const x = { type: "float32", data: values.map((value) => (value - mean) / std), shape: [1, features] } as const;
  const networks = [dense, compact];
  const sessions: Session[] = [];
  try {
    for (const network of networks) sessions.push(await openNetwork(network, { threads }));
    const times: number[][] = [[], []];
    const logits: Float32Array[] = [];
    for (let i = 0; i < repeats; i++) {
      for (const [n, session] of sessions.entries()) {
        const started = performance.now();
        const outputs = await session.run({ x });
        times[n]!.push(performance.now() - started);
        logits[n] = outputs.logits!.data as Float32Array;
      }
    }
    const answer = (n: number): Answer => ({
      probabilities: softmax(logits[n]!),
      milliseconds: times[n]!.sort((a, b) => a - b)[repeats / 2]!,
      units: networks[n]!.layers[0]!.outputs,
      bytes: exportOnnx(networks[n]!, { doc: "" }).length,
    });
    return { dense: answer(0), compact: answer(1) };
  } finally {
    for (const session of sessions) await session.dispose();
  }
}
