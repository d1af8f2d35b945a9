/** @file A network as an ONNX file that any runtime loads: named tensors, documented, with where it came from. */

import { modelPorts, networkGraph, tensorNames } from "../model/graph.js";
import { type Network, networkInputs, networkOutputs } from "../model/network.js";
import { encode } from "../runtime/onnx/encode.js";

/** What a model file says about itself. */
export interface ExportFacts {
  /** One or two sentences for people; the model's doc string. */
  readonly doc: string;
  /** Facts by name, such as the noise convention and the pruning; stored as `metadata_props` with the prefix `heavytail.`. */
  readonly metadata?: Readonly<Record<string, string | number | boolean>>;
}

/**
 * Writes a network as ONNX: input `x` [N, inputs] float32, output `logits` [N, classes] float32, weights in the layout of
 * `Gemm` with transB = 1. IR version 8, operator set 17.
 * @param network the network
 * @param facts what the file says about itself
 * @returns the bytes of the file
 */
export function exportOnnx(network: Network, { doc, metadata = {} }: ExportFacts): Uint8Array<ArrayBuffer> {
  const docs: Record<string, string> = {
    [modelPorts.input]: `Features, [N, ${networkInputs(network)}], standardised as in training.`,
    [modelPorts.output]: `Logits, [N, ${networkOutputs(network)}]; the largest is the predicted class.`,
    [modelPorts.skip]: "Short cut from the inputs to the logits, [classes, inputs], that stands in for removed units.",
  };
  for (const layer of network.layers) {
    const names = tensorNames(layer);
    docs[names.weight] = `Incoming weights of ${layer.outputs} units, [outputs, inputs]; a row is one unit's column.`;
    docs[names.bias] = `Biases of ${layer.outputs} units, [outputs].`;
  }
  const prefixed = Object.entries(metadata).map(([name, value]) => [`heavytail.${name}`, String(value)]);
  return encode(networkGraph(network, { docs }), { doc, metadata: Object.fromEntries(prefixed) });
}
