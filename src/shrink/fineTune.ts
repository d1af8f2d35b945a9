/** @file Trains a network that was cut a little further, without noise. */

import type { Dataset } from "../dataset/dataset.js";
import { ParameterError } from "../errors.js";
import type { Network } from "../model/network.js";
import type { LossKind } from "../model/score.js";
import type { SessionOptions } from "../runtime/engine/session.js";
import { train } from "../train/train.js";

/** How to fine-tune: plain SGD on all layers. Names and domains are those of the training. */
export interface FineTune {
  /** How many steps, ≥ 1; with rounds all rounds share them. */
  readonly steps: number;
  /** η > 0. */
  readonly learningRate: number;
  /** Rows in a mini-batch. @default 500 */
  readonly batch?: number;
  /** @default "crossEntropy" */
  readonly loss?: LossKind;
  /** Decides the order of rows. @default 0 */
  readonly seed?: number;
}

/**
 * Fine-tunes a network on the training split, as it stands: biases are trained where there are any, and the output scale 1/n of
 * a mean-field network makes its gradients small by that factor.
 * @param network the network; left as it is
 * @param dataset its data
 * @param options steps, learning rate, batch, loss and seed
 * @param session threads and device
 * @returns the network after the last step
 * @throws ParameterError for a network with a short cut, which SGD does not train, and for values outside their domains;
 *   NumericalError where it diverges
 */
export async function fineTune(
  network: Network,
  dataset: Dataset,
  options: FineTune,
  session: SessionOptions = {},
): Promise<Network> {
  if (network.skip) {
    const remedy = "Refit the units only, or leave out the fine-tuning.";
    throw new ParameterError({ where: "fineTune", expected: "a network without a short cut", got: "one", remedy });
  }
  const config = { ...options, evalEvery: Number.MAX_SAFE_INTEGER };
  return (await train(dataset, config, { ...session, startFrom: network })).network;
}
