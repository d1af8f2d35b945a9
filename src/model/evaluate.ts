/** @file Runs a model over many rows in tiles that stay in cache, whatever the number of rows. */

import { openSession } from "#session";
import { ShapeError } from "../errors.js";
import type { Session, SessionOptions, Tensors } from "../runtime/engine/session.js";
import { encode } from "../runtime/onnx/encode.js";
import { modelPorts, networkGraph } from "./graph.js";
import { type Network, networkInputs, networkOutputs } from "./network.js";

/** Rows evaluated at once. */
export const tileRows = 1000;

/** The outputs for some consecutive rows. */
export interface Tile {
  /** The first of them. */
  readonly from: number;
  readonly rows: number;
  /** [rows, columns] by output name. */
  readonly outputs: Readonly<Record<string, Float32Array>>;
}

/**
 * Runs a session over rows of features, a tile at a time.
 * @param session a model with the input `x` [N, inputs]
 * @param features [rows, inputs], row-major
 * @param inputs features of a row
 * @param feeds further inputs of the model, such as weights
 * @returns the outputs of each tile in turn; no tile where there are no rows
 * @throws ShapeError for a part of a row; EngineError where the model refuses the feeds
 */
export async function* evaluateTiles(
  session: Session,
  features: Float32Array,
  inputs: number,
  feeds: Tensors = {},
): AsyncGenerator<Tile> {
  const total = features.length / inputs;
  if (!Number.isInteger(total)) {
    throw new ShapeError({ where: "features", expected: `rows of ${inputs}`, got: `${features.length} values` });
  }
  for (let from = 0; from < total; from += tileRows) {
    const rows = Math.min(tileRows, total - from);
    const data = features.subarray(from * inputs, (from + rows) * inputs);
    const results = await session.run({
      ...feeds,
      [modelPorts.input]: { type: "float32", data, shape: [rows, inputs] },
    });
    const outputs: Record<string, Float32Array> = {};
    for (const [name, { data }] of Object.entries(results)) outputs[name] = data as Float32Array;
    yield { from, rows, outputs };
  }
}

/**
 * The logits of all rows, by a session.
 * @param session a model with the input `x` and the output `logits`
 * @param features [rows, inputs], row-major
 * @param shape inputs: features of a row; classes: logits of a row
 * @param feeds further inputs of the model
 * @returns [rows, classes], row-major
 * @throws as `evaluateTiles`
 */
export async function evaluateLogits(
  session: Session,
  features: Float32Array,
  { inputs, classes }: { inputs: number; classes: number },
  feeds: Tensors = {},
): Promise<Float32Array> {
  const logits = new Float32Array(Math.ceil(features.length / inputs) * classes);
  for await (const { from, outputs } of evaluateTiles(session, features, inputs, feeds)) {
    logits.set(outputs[modelPorts.output]!, from * classes);
  }
  return logits;
}

/**
 * Opens a session on a network; the caller disposes of it.
 * @param network the network
 * @param options.hidden whether hidden activations are outputs too, named `${layer}.activation`
 * @returns a session with the input `x` and the output `logits`
 * @throws EngineError where the runtime is missing or refuses the device
 */
export function openNetwork(
  network: Network,
  { hidden = false, ...options }: SessionOptions & { hidden?: boolean } = {},
): Promise<Session> {
  return openSession(encode(networkGraph(network, { hidden })), options);
}

/**
 * The logits of a network for all rows, in float32.
 * @param network the network
 * @param features [rows, inputs], row-major
 * @param options threads and device
 * @returns [rows, classes], row-major
 * @throws as `openNetwork` and `evaluateTiles`
 */
export async function networkLogits(
  network: Network,
  features: Float32Array,
  options: SessionOptions = {},
): Promise<Float32Array> {
  const session = await openNetwork(network, options);
  try {
    const shape = { inputs: networkInputs(network), classes: networkOutputs(network) };
    return await evaluateLogits(session, features, shape);
  } finally {
    await session.dispose();
  }
}
