/**
 * @file The cross-entropy of softmax probabilities, the usual loss of classification.
 */

import type { Graph, Value } from "../graph.js";
import { type BatchLayout, batchSize, featureAxis, oneHot } from "./batch.js";

/**
 * The mean over the batch of −log p_y, where p = softmax(f) and y is the label.
 *
 * Gradient: (p − 1[c = y])/batch. Both come from LogSoftmax, which subtracts the largest logit first, so nothing
 * overflows however far apart finite logits lie.
 * @param logits  f, [batch, classes], or [classes, batch] if `options.layout` is "columns"
 * @param labels  y, [batch], int64, in 0 … classes − 1
 * @returns a scalar
 * @throws ShapeError if the shapes do not fit
 */
export function softmaxCrossEntropy(
  graph: Graph,
  logits: Value,
  labels: Value,
  { layout = "rows", name }: { layout?: BatchLayout; name?: string } = {},
): Value {
  const scalar = { type: logits.type, shape: [] };
  const indicator = oneHot(graph, labels, logits, layout);
  const batch = batchSize(graph, logits, layout);
  const logProbabilities = graph.node("LogSoftmax", [logits], logits, { axis: { int: featureAxis(layout) } });
  const picked = graph.node("Mul", [logProbabilities, indicator], logits);
  const total = graph.node("ReduceSum", [picked], scalar, { keepdims: { int: 0 } });
  const mean = graph.node("Div", [total, batch], scalar);
  // Not Neg, which would make −0 of a loss of 0.
  const loss = graph.node("Sub", [graph.constant(0, logits.type), mean], scalar, {}, name);
  return graph.recordGradient(loss, [logits], (upstream) => {
    const probabilities = graph.node("Exp", [logProbabilities], logits);
    const difference = graph.node("Sub", [probabilities, indicator], logits);
    return [graph.node("Mul", [difference, graph.node("Div", [upstream, batch], scalar)], logits)];
  });
}
