/**
 * @file A network as an ONNX graph: the one place where layers become operators, used by training, evaluation and export.
 */

import { Graph, type Value } from "../runtime/onnx/graph.js";
import { add } from "../runtime/onnx/ops/add.js";
import type { BatchLayout } from "../runtime/onnx/ops/batch.js";
import { gemm } from "../runtime/onnx/ops/gemm.js";
import { relu } from "../runtime/onnx/ops/relu.js";
import { sigmoid } from "../runtime/onnx/ops/sigmoid.js";
import { tanh } from "../runtime/onnx/ops/tanh.js";
import { type Activation, type DenseLayer, type Network, networkInputs, networkOutputs } from "./network.js";

/** A layer without its numbers and sizes. */
export type LayerShape = Pick<DenseLayer, "name" | "activation" | "scale">;

/** A layer's parameters as values of a graph. */
export interface LayerValues {
  readonly weight: Value;
  readonly bias: Value | null;
}

/** What a forward pass gives. */
export interface Forward {
  /** [N, classes]. */
  readonly logits: Value;
  /** The hidden layers' activations in order, each [N, units]. */
  readonly hidden: readonly Value[];
}

const activations: Record<Exclude<Activation, "identity">, (graph: Graph, x: Value) => Value> = { relu, tanh, sigmoid };

/**
 * Appends layers to a graph, h ← φ(s·h Wᵀ + b) for each; gradients can be taken through them.
 * @param graph the graph
 * @param x the features, [N, inputs]
 * @param layers the layers' shapes
 * @param parameters their parameters, in the same order: weight [outputs, inputs], bias [outputs] or null
 * @returns the last layer's values and those of the layers before
 * @throws ShapeError where a parameter does not fit what comes before it
 */
export function forward(
  graph: Graph,
  x: Value,
  layers: readonly LayerShape[],
  parameters: readonly LayerValues[],
  layout: BatchLayout = "rows",
): Forward {
  const hidden: Value[] = [];
  let current = x;
  layers.forEach(({ name, activation, scale }, l) => {
    const { weight, bias } = parameters[l]!;
    const layouts = { xLayout: l === 0 ? "rows" : layout, yLayout: layout } as const;
    const product = gemm(graph, current, weight, bias, { scale, ...layouts, name: `${name}.product` });
    current = activation === "identity" ? product : activations[activation](graph, product);
    if (l < layers.length - 1) hidden.push(current);
  });
  return { logits: current, hidden };
}

/** The names of a layer's tensors in files and graphs. */
export function tensorNames(layer: { name: string }): { weight: string; bias: string } {
  return { weight: `${layer.name}.weight`, bias: `${layer.name}.bias` };
}

/** The name of the output with a hidden layer's activations, [N, units]. */
export function activationName(layer: { name: string }): string {
  return `${layer.name}.activation`;
}

/** The names, in every graph of a network, of the features [N, inputs], the logits [N, classes] and the short cut. */
export const modelPorts = { input: "x", output: "logits", skip: "skip.weight" } as const;

/**
 * The graph of a network with its weights stored in it: input `x` [N, inputs], output `logits` [N, classes].
 * @param network the network
 * @param options.hidden whether the hidden activations are outputs too, named `${layer}.activation`
 * @param options.docs documentation strings by tensor name
 * @returns a graph, to be encoded
 * @throws ShapeError where an array does not fit its shape
 */
export function networkGraph(
  network: Network,
  { hidden = false, docs = {} }: { hidden?: boolean; docs?: Readonly<Record<string, string>> } = {},
): Graph {
  const graph = new Graph("heavytail");
  const inputs = networkInputs(network);
  const x = graph.input(modelPorts.input, "float32", ["N", inputs], docs[modelPorts.input]);
  const parameters = network.layers.map((layer): LayerValues => {
    const names = tensorNames(layer);
    const shape = [layer.outputs, layer.inputs];
    return {
      weight: graph.initializer(names.weight, layer.weight, shape, docs[names.weight]),
      bias: layer.bias && graph.initializer(names.bias, layer.bias, [layer.outputs], docs[names.bias]),
    };
  });
  const result = forward(graph, x, network.layers, parameters);
  let logits = result.logits;
  if (network.skip) {
    const outputs = networkOutputs(network);
    const weight = graph.initializer(modelPorts.skip, network.skip, [outputs, inputs], docs[modelPorts.skip]);
    logits = add(graph, logits, gemm(graph, x, weight, null, { name: "skip.product" }));
  }
  graph.output(logits, modelPorts.output, docs[modelPorts.output]);
  if (hidden) for (const [l, value] of result.hidden.entries()) graph.output(value, activationName(network.layers[l]!));
  return graph;
}
