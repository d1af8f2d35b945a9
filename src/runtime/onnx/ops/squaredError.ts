/**
 * @file Half the squared error, the usual loss of regression.
 */

import { ShapeError } from "../../../errors.js";
import type { Graph, Value } from "../graph.js";
import { type BatchLayout, batchSize } from "./batch.js";

/**
 * The mean over the batch of ½‖f − y‖², the sum running over the outputs. Gradient: (f − y)/batch.
 * @param outputs  f, [batch, outputs], or [outputs, batch] if `options.layout` is "columns"
 * @param targets  y, of the same shape; for class labels see `oneHot`
 * @returns a scalar
 * @throws ShapeError if the shapes differ
 */
export function squaredError(
  graph: Graph,
  outputs: Value,
  targets: Value,
  { layout = "rows", name }: { layout?: BatchLayout; name?: string } = {},
): Value {
  if (outputs.shape.join() !== targets.shape.join()) {
    throw new ShapeError({ where: "squaredError", expected: `targets [${outputs.shape}]`, got: `[${targets.shape}]` });
  }
  const scalar = { type: outputs.type, shape: [] };
  const batch = batchSize(graph, outputs, layout);
  const difference = graph.node("Sub", [outputs, targets], outputs);
  const square = graph.node("Mul", [difference, difference], outputs);
  const total = graph.node("ReduceSum", [square], scalar, { keepdims: { int: 0 } });
  const twice = graph.node("Mul", [batch, graph.constant(2, outputs.type)], scalar);
  const loss = graph.node("Div", [total, twice], scalar, {}, name);
  return graph.recordGradient(loss, [outputs], (upstream) => [
    graph.node("Mul", [difference, graph.node("Div", [upstream, batch], scalar)], outputs),
  ]);
}
