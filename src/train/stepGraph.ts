/**
 * @file The ONNX graphs of a training step: loss and gradients of a whole network in one graph; or, where the width is cut
 * into tiles, what a tile adds to the logits, the loss of their sum, and a tile's gradients.
 */

import { forward, type LayerValues, modelPorts, tensorNames } from "../model/graph.js";
import type { Network } from "../model/network.js";
import type { LossKind } from "../model/score.js";
import { gradients } from "../runtime/onnx/gradients.js";
import { type Dimension, Graph, type Value } from "../runtime/onnx/graph.js";
import { add } from "../runtime/onnx/ops/add.js";
import { type BatchLayout, oneHot } from "../runtime/onnx/ops/batch.js";
import { hinge } from "../runtime/onnx/ops/hinge.js";
import { softmaxCrossEntropy } from "../runtime/onnx/ops/softmaxCrossEntropy.js";
import { squaredError } from "../runtime/onnx/ops/squaredError.js";

/** What a step computes, for graphs. */
export interface StepShape {
  readonly loss: LossKind;
  /** Rows in a batch. */
  readonly batch: number;
  /** Whether the output layer is trained; in the mean-field scaling it is not. */
  readonly trainOutput: boolean;
}

/** The names of graph inputs and outputs beside `modelPorts` and the parameters. */
export const stepPorts = {
  labels: "labels",
  loss: "loss",
  before: "before",
  sum: "sum",
  upstream: "upstream",
} as const;

/** The name of the output with a parameter's gradient. */
export function gradientName(parameter: string): string {
  return `${parameter}.gradient`;
}

/** Examples lie in columns: a step then takes 10–14 % less processor time (measured in Node). */
const layout = "columns";

/** The whole step: `x` [batch, inputs], `labels` [batch] and the parameters in; `loss` and their gradients out. */
export function stepGraph(network: Network, { loss, batch, trainOutput }: StepShape): Graph {
  const graph = new Graph("step");
  const { logits, parameters } = graphOfLayers(graph, network, batch, layout);
  const value = graph.output(lossOf(graph, loss, logits, batch), stepPorts.loss);
  outputGradients(graph, value, trainOutput ? parameters : parameters.slice(0, -1));
  return graph;
}

/** The logits [rows, classes] of any number of rows, by weights that are fed. */
export function evaluationGraph(network: Network): Graph {
  const graph = new Graph("evaluation");
  graph.output(graphOfLayers(graph, network, "rows", "rows").logits, modelPorts.output);
  return graph;
}

/** A tile's units added to the logits of the units before: `sum` = `before` + tile, [classes, rows]. */
export function tileForwardGraph(network: Network): Graph {
  const graph = new Graph("tileForward");
  const { logits } = graphOfTile(graph, network);
  graph.output(add(graph, logits, graph.input(stepPorts.before, "float32", logits.shape)), stepPorts.sum);
  return graph;
}

/** The loss of logits [classes, batch], named `sum` here too, and its gradient `upstream`. */
export function tileLossGraph(classes: number, { loss, batch }: StepShape): Graph {
  const graph = new Graph("tileLoss");
  const logits = graph.input(stepPorts.sum, "float32", [classes, batch]);
  const value = graph.output(lossOf(graph, loss, logits, batch), stepPorts.loss);
  graph.output(gradients(graph, value, [logits])[0]!, stepPorts.upstream);
  return graph;
}

/** The gradients of a tile's parameters from `upstream`, that of the logits [classes, rows]. */
export function tileBackwardGraph(network: Network, { trainOutput }: StepShape): Graph {
  const graph = new Graph("tileBackward");
  const { logits, parameters } = graphOfTile(graph, network);
  const upstream = graph.input(stepPorts.upstream, "float32", logits.shape);
  // ⟨upstream, logits⟩ has the loss's gradients; nobody asks for its value.
  const product = graph.node("Mul", [logits, upstream], logits);
  const pairing = graph.node("ReduceSum", [product], { type: "float32", shape: [] }, { keepdims: { int: 0 } });
  graph.recordGradient(pairing, [logits], () => [upstream]);
  outputGradients(graph, pairing, trainOutput ? parameters : parameters.slice(0, -1));
  return graph;
}

function outputGradients(graph: Graph, loss: Value, layers: readonly LayerValues[]): void {
  const trained = layers.flatMap(({ weight, bias }) => (bias ? [weight, bias] : [weight]));
  for (const [i, gradient] of gradients(graph, loss, trained).entries()) {
    graph.output(gradient, gradientName(trained[i]!.name));
  }
}

/** One hidden layer with any number of units and rows; the output's bias is not a tile's affair. */
function graphOfTile(graph: Graph, { layers: [hidden, output] }: Network): ReturnType<typeof graphOfLayers> {
  const layers = [
    { ...hidden!, outputs: "units" },
    { ...output!, inputs: "units", bias: null },
  ];
  return graphOfLayers(graph, { layers }, "rows", layout);
}

/** A layer whose sizes may be symbolic. */
type OpenLayer = Omit<Network["layers"][number], "inputs" | "outputs"> & { inputs: Dimension; outputs: Dimension };

function graphOfLayers(
  graph: Graph,
  { layers }: { layers: readonly OpenLayer[] },
  batch: Dimension,
  layout: BatchLayout,
): { logits: Value; parameters: LayerValues[] } {
  const x = graph.input(modelPorts.input, "float32", [batch, layers[0]!.inputs]);
  const parameters = layers.map((layer): LayerValues => {
    const names = tensorNames(layer);
    const weight = graph.input(names.weight, "float32", [layer.outputs, layer.inputs]);
    return { weight, bias: layer.bias && graph.input(names.bias, "float32", [layer.outputs]) };
  });
  return { logits: forward(graph, x, layers, parameters, layout).logits, parameters };
}

function lossOf(graph: Graph, loss: LossKind, logits: Value, batch: number): Value {
  const labels = graph.input(stepPorts.labels, "int64", [batch]);
  switch (loss) {
    case "crossEntropy":
      return softmaxCrossEntropy(graph, logits, labels, { layout });
    case "squaredError":
      return squaredError(graph, logits, oneHot(graph, labels, logits, layout), { layout });
    case "hinge":
      return hinge(graph, logits, labels, { layout });
  }
}
