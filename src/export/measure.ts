/** @file What a model file costs and gives, measured on the file itself after reloading it. */

import { openSession } from "#session";
import type { Dataset, Split } from "../dataset/dataset.js";
import { EngineError } from "../errors.js";
import { evaluateLogits } from "../model/evaluate.js";
import { forwardReference, type Network, networkInputs, networkOutputs, parameterCount } from "../model/network.js";
import { accuracy } from "../model/score.js";
import type { SessionOptions } from "../runtime/engine/session.js";

/** A model file in numbers; accuracies are null without data. */
export interface ModelMeasure {
  readonly trainAccuracy: number | null;
  readonly testAccuracy: number | null;
  readonly parameters: number;
  /** Size of the ONNX file. */
  readonly bytes: number;
}

/** A measured model with the logits it was measured by, [rows, classes]; null without data. */
export interface MeasuredModel {
  readonly measure: ModelMeasure;
  readonly trainLogits: Float32Array | null;
  readonly testLogits: Float32Array | null;
}

/** Rows whose outputs are compared with the reference, which takes plain loops. */
const checkedRows = 16;

/**
 * Reloads a model file, checks that it computes what the network computes, and measures it.
 * @param bytes an ONNX file, as `exportOnnx` writes it
 * @param network the network it should be; the first rows are compared with its float64 reference
 * @param dataset the data, or null to measure the size only
 * @param options threads and device
 * @returns sizes and accuracies of the file
 * @throws EngineError if the file cannot be loaded, or an output differs from the reference by more than 10⁻⁴ of
 *   the largest sum of terms' sizes
 */
export async function measureModel(
  bytes: Uint8Array,
  network: Network,
  dataset: Dataset | null,
  options: SessionOptions = {},
): Promise<MeasuredModel> {
  const session = await openSession(bytes, options);
  try {
    const shape = { inputs: networkInputs(network), classes: networkOutputs(network) };
    const probe = dataset?.test.features.subarray(0, checkedRows * shape.inputs) ?? ramp(checkedRows * shape.inputs);
    checkOutputs(await evaluateLogits(session, probe, shape), network, probe);
    const evaluate = async ({ features, labels }: Split): Promise<{ logits: Float32Array; share: number }> => {
      const logits = await evaluateLogits(session, features, shape);
      return { logits, share: accuracy(logits, labels, shape.classes) };
    };
    const train = dataset && (await evaluate(dataset.train));
    const test = dataset && (await evaluate(dataset.test));
    return {
      measure: {
        trainAccuracy: train?.share ?? null,
        testAccuracy: test?.share ?? null,
        parameters: parameterCount(network),
        bytes: bytes.length,
      },
      trainLogits: train?.logits ?? null,
      testLogits: test?.logits ?? null,
    };
  } finally {
    await session.dispose();
  }
}

/** Features that are there without data: numbers spread over [−1, 1]. */
export function ramp(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => ((i * 0.618034) % 1) * 2 - 1);
}

/**
 * Compares logits with the float64 reference. A float32 sum of n terms errs by about √n·2⁻²⁴ of the sum of their sizes:
 * 10⁻⁴ of it leaves room for 10⁶ terms, however far they cancel. The largest such sum stands for all, because hidden
 * units near zero have large relative errors of their own.
 */
function checkOutputs(logits: Float32Array, network: Network, features: Float32Array): void {
  const expected = forwardReference(network, features);
  const size = largestTerms(network, features);
  expected.forEach((value, i) => {
    if (Math.abs(logits[i]! - value) <= 1e-4 * size) return;
    const got = `${logits[i]} for logit ${i}`;
    throw new EngineError({ where: "the exported model, reloaded", expected: `${value}`, got });
  });
}

/** The largest, over rows and classes, of Σ|s·w·h| + |b| + Σ|skip·x|: the sizes of the terms of which a logit is the sum. */
function largestTerms({ layers, skip }: Network, features: Float32Array): number {
  const output = layers.at(-1)!;
  const before = layers.slice(0, -1);
  const hidden = before.length > 0 ? forwardReference({ layers: before, skip: null }, features) : features;
  const inputs = layers[0]!.inputs;
  let largest = 0;
  for (let r = 0; r < features.length / inputs; r++) {
    for (let o = 0; o < output.outputs; o++) {
      let sum = Math.abs(output.bias?.[o] ?? 0);
      for (let i = 0; i < output.inputs; i++) {
        sum += Math.abs(output.scale * output.weight[o * output.inputs + i]! * hidden[r * output.inputs + i]!);
      }
      if (skip) for (let i = 0; i < inputs; i++) sum += Math.abs(skip[o * inputs + i]! * features[r * inputs + i]!);
      largest = Math.max(largest, sum);
    }
  }
  return largest;
}
