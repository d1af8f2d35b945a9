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
 * @throws EngineError if the file cannot be loaded, or an output differs from the reference by more than rounding can
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
 * Compares logits with the float64 reference. A float32 sum of n terms errs by about √n·2⁻²⁴ of the sum of their sizes, in
 * every layer; 16 times that is allowed. The largest allowance stands for all logits, because hidden units near zero have
 * large relative errors of their own.
 */
function checkOutputs(logits: Float32Array, network: Network, features: Float32Array): void {
  const expected = forwardReference(network, features);
  const allowed = allowedError(network, features);
  expected.forEach((value, i) => {
    if (Math.abs(logits[i]! - value) <= allowed) return;
    const got = `${logits[i]} for logit ${i}`;
    throw new EngineError({ where: "the exported model, reloaded", expected: `${value}`, got });
  });
}

/**
 * The largest error that rounding may make in a logit. Through a layer, whose activation changes no difference by more than
 * itself, errors e of its inputs h become Σ|w|·e + c·(Σ|w·h| + |b|), c = 16·√n·2⁻²⁴: with heavy-tailed weights the terms of
 * a hidden unit may cancel to a millionth of their size, and its error does not.
 */
function allowedError({ layers, skip }: Network, features: Float32Array): number {
  const inputs = layers[0]!.inputs;
  const rows = features.length / inputs;
  const rounding = (terms: number): number => 16 * Math.sqrt(terms) * 2 ** -24;
  let values: Float64Array = Float64Array.from(features);
  let errors = new Float64Array(values.length);
  for (const layer of layers) {
    const next = new Float64Array(rows * layer.outputs);
    for (let r = 0; r < rows; r++) {
      for (let o = 0; o < layer.outputs; o++) {
        let [carried, sizes] = [0, 0];
        for (let i = 0; i < layer.inputs; i++) {
          const weight = Math.abs(layer.scale * layer.weight[o * layer.inputs + i]!);
          carried += weight * errors[r * layer.inputs + i]!;
          sizes += weight * Math.abs(values[r * layer.inputs + i]!);
        }
        next[r * layer.outputs + o] = carried + rounding(layer.inputs) * (sizes + Math.abs(layer.bias?.[o] ?? 0));
      }
    }
    values = forwardReference({ layers: [layer], skip: null }, values);
    errors = next;
  }
  const classes = layers.at(-1)!.outputs;
  return errors.reduce((largest, error, i) => {
    const [r, o] = [Math.floor(i / classes), i % classes];
    let sizes = 0;
    if (skip) for (let k = 0; k < inputs; k++) sizes += Math.abs(skip[o * inputs + k]! * features[r * inputs + k]!);
    return Math.max(largest, error + rounding(inputs) * sizes);
  }, 0);
}
