/**
 * @file The multi-class hinge loss.
 */

import type { Graph, Value } from "../graph.js";
import { type BatchLayout, batchSize, featureAxis, oneHot } from "./batch.js";
import { isPositive } from "./relu.js";

/**
 * The mean over the batch of Σ_{c ≠ y} max(0, 1 + f_c − f_y). For two classes this is the binary hinge loss of the
 * margin f_y − f_c.
 *
 * Gradient: with m_c = 1 where class c ≠ y violates the margin, else 0, it is (m_c − 1[c = y]·Σ m)/batch.
 * Source: Weston & Watkins (1999), Support vector machines for multi-class pattern recognition, with margin 1
 * instead of 2.
 * @param scores  f, [batch, classes], or [classes, batch] if `options.layout` is "columns"
 * @param labels  y, [batch], int64, in 0 … classes − 1
 * @returns a scalar
 * @throws ShapeError if the shapes do not fit
 */
export function hinge(
  graph: Graph,
  scores: Value,
  labels: Value,
  { layout = "rows", name }: { layout?: BatchLayout; name?: string } = {},
): Value {
  const scalar = { type: scores.type, shape: [] };
  const axis = featureAxis(layout);
  const perExample = { type: scores.type, shape: scores.shape.with(axis, 1) };
  const sumOverClasses = (value: Value) =>
    graph.node("ReduceSum", [value, graph.constant([axis], "int64")], perExample, { keepdims: { int: 1 } });

  const indicator = oneHot(graph, labels, scores, layout);
  const batch = batchSize(graph, scores, layout);
  const own = sumOverClasses(graph.node("Mul", [scores, indicator], scores));
  const wrong = graph.node("Sub", [graph.constant(1, scores.type), indicator], scores);
  // At c = y this is 0 + f_y − f_y, exactly 0: no violation, no gradient.
  const margins = graph.node("Add", [wrong, graph.node("Sub", [scores, own], scores)], scores);
  const violations = graph.node("Relu", [margins], scores);
  const total = graph.node("ReduceSum", [violations], scalar, { keepdims: { int: 0 } });
  const loss = graph.node("Div", [total, batch], scalar, {}, name);
  return graph.recordGradient(loss, [scores], (upstream) => {
    const violated = isPositive(graph, violations);
    const pull = graph.node("Mul", [indicator, sumOverClasses(violated)], scores);
    const direction = graph.node("Sub", [violated, pull], scores);
    return [graph.node("Mul", [direction, graph.node("Div", [upstream, batch], scalar)], scores)];
  });
}
