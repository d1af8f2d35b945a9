/** @file Opens a training step: of the whole network, or in tiles of the width where that would not fit. */

import type { Network } from "../model/network.js";
import { openTiledStep } from "./tiledStep.js";
import type { StepOptions, TrainingStep } from "./trainingStep.js";
import { openWholeStep } from "./wholeStep.js";

/** Memory above which one hidden layer is cut into tiles, in bytes: beyond it page faults cost more than computing twice. */
const wholeWidthLimit = 2 ** 29;
/** A tile's activations stay in the caches, in values; but products of fewer units than that are slow. */
const tileActivations = 2 ** 19;
const leastTileUnits = 1024;

/**
 * Opens the machinery for a network whose weights it copies.
 * @param initial the weights to start from
 * @param velocities momentum buffers by parameter name to start from; zero where absent
 * @param options the loss, the batch and what is trained; `tileUnits` is the number of hidden units of one hidden layer to
 *   compute at a time, by default all unless their activations and gradients would take more than 512 MiB. Results depend on it
 *   by float32 rounding of the sum over units alone; deeper networks are not cut.
 */
export function openStep(
  initial: Network,
  velocities: ReadonlyMap<string, Float32Array>,
  options: StepOptions,
): Promise<TrainingStep> {
  const tileUnits = options.tileUnits ?? automaticTile(initial, options.batch);
  return initial.layers.length === 2 && tileUnits < initial.layers[0]!.outputs
    ? openTiledStep(initial, velocities, { ...options, tileUnits })
    : openWholeStep(initial, velocities, options);
}

/** A hidden layer's step holds its activations, their gradient and one temporary each way, and twice the weights' gradient. */
function automaticTile({ layers }: Network, batch: number): number {
  const { inputs, outputs } = layers[0]!;
  const whole = 4 * outputs * (4 * batch + 2 * inputs);
  if (whole <= wholeWidthLimit) return Number.POSITIVE_INFINITY;
  return Math.max(leastTileUnits, Math.floor(tileActivations / batch));
}
