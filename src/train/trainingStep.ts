/**
 * @file What a training step is, without saying how much of the width it computes at once: the memory in which the runtime
 * writes gradients and the kernels update weights. It knows no schedule, no stop rule and no noise of its own.
 */

import type { Network } from "../model/network.js";
import type { SessionOptions } from "../runtime/engine/session.js";
import type { Kernels } from "../runtime/kernels/kernels.js";
import type { Tensor } from "../runtime/onnx/elementType.js";
import type { StepShape } from "./stepGraph.js";

/** A weight matrix or bias in the kernels' memory, or those of its rows that belong to one tile. */
export interface Parameter {
  readonly name: string;
  /** [outputs, inputs], or [outputs] for a bias. */
  readonly shape: readonly number[];
  /** The layer's index of the first row. */
  readonly firstRow: number;
  readonly value: Float32Array;
  /** The gradient of the last step, overwritten by the next one or by another tile's; null where nothing is trained. */
  readonly gradient: Float32Array | null;
  /** The momentum buffer; null without momentum. */
  readonly velocity: Float32Array | null;
  /** Whether its rows are hidden units: those get noise. */
  readonly hiddenWeight: boolean;
}

/** A batch as the cursor gives it: features [batch, inputs] and labels [batch]. */
export interface StepBatch {
  readonly features: Float32Array;
  readonly labels: Int32Array;
}

/** The machinery of a run. */
export interface TrainingStep {
  readonly kernels: Kernels;
  readonly parameters: readonly Parameter[];
  /** Computes the mean loss of a batch at the present weights. */
  loss(batch: StepBatch): Promise<number>;
  /** The trained parameters as their gradients at the batch of the last `loss` are ready; each may be changed when it comes. */
  gradients(): AsyncIterable<Parameter>;
  /** The logits of rows of features at the present weights, [rows, classes]. */
  logits(features: Float32Array): Promise<Float32Array>;
  /** A copy of the present weights. */
  network(): Network;
  /** A copy of the momentum buffers by parameter name; empty without momentum. */
  velocities(): Map<string, Float32Array>;
  dispose(): Promise<void>;
}

/** What a step is made for. */
export interface StepOptions extends StepShape, SessionOptions {
  /** Whether parameters have momentum buffers. */
  readonly momentum: boolean;
  /** Hidden units computed at a time, see `openStep`. */
  readonly tileUnits?: number;
}

/** Class indices as the int64 input of a graph, written without making BigInts. */
export function createLabels(batch: number): { tensor: Tensor; set(classIndices: Int32Array): void } {
  const data = new BigInt64Array(batch);
  // The low words of little-endian 64-bit integers.
  const words = new Int32Array(data.buffer);
  return {
    tensor: { type: "int64", data, shape: [batch] },
    set(classIndices) {
      for (let i = 0; i < batch; i++) words[2 * i] = classIndices[i]!;
    },
  };
}

/** A run over features, bound anew only when they come in another array. */
export function bindToFeatures(
  bind: (x: Tensor) => () => Promise<void>,
  batch: number,
): (features: Float32Array) => Promise<void> {
  let bound: { features: Float32Array; run: () => Promise<void> } | undefined;
  return (features) => {
    if (bound?.features !== features) {
      bound = { features, run: bind({ type: "float32", data: features, shape: [batch, features.length / batch] }) };
    }
    return bound.run();
  };
}
