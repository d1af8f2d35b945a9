/** @file The refit of a compacted network on a data set, run by the engine. */

import { withEngineGram } from "../compact/engineGram.js";
import { refitOutput } from "../compact/refit.js";
import type { Dataset } from "../dataset/dataset.js";
import { evaluateTiles, openNetwork } from "../model/evaluate.js";
import { activationName } from "../model/graph.js";
import type { Network } from "../model/network.js";
import type { SessionOptions } from "../runtime/engine/session.js";

/**
 * Refits the output layer of a compacted network to its parent's logits on the training split; see `refitOutput`.
 * @param network the compacted network
 * @param dataset the data
 * @param targets [rows of the training split, classes], the parent's logits
 * @param options skip: whether inputs get a short cut to the logits; threads and device
 * @returns the network with new output weights, a bias and perhaps a short cut
 */
export async function refitOnData(
  network: Network,
  dataset: Dataset,
  targets: Float32Array,
  { skip, ...options }: SessionOptions & { skip: boolean },
): Promise<Network> {
  const { features: inputs, classes, train } = dataset;
  const session = await openNetwork(network, { ...options, hidden: true });
  const hidden = activationName(network.layers.at(-2)!);
  async function* batches(): AsyncGenerator<{ hidden: Float32Array; inputs: Float32Array; targets: Float32Array }> {
    for await (const { from, rows, outputs } of evaluateTiles(session, train.features, inputs)) {
      yield {
        hidden: outputs[hidden]!,
        inputs: train.features.subarray(from * inputs, (from + rows) * inputs),
        targets: targets.subarray(from * classes, (from + rows) * classes),
      };
    }
  }
  try {
    return await withEngineGram(options, (gram) => refitOutput(network, batches(), { skip, gram }));
  } finally {
    await session.dispose();
  }
}
