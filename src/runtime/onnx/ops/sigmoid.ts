/**
 * @file The logistic function, Y = 1/(1 + e^(−X)).
 */

import type { Graph, Value } from "../graph.js";

/**
 * Applies the logistic function to every element. Gradient, from G = ∂loss/∂Y: ∂X = G·Y·(1 − Y).
 */
export function sigmoid(graph: Graph, x: Value): Value {
  const y = graph.node("Sigmoid", [x], x);
  return graph.recordGradient(y, [x], (upstream) => {
    const slope = graph.node("Mul", [y, graph.node("Sub", [graph.constant(1, x.type), y], x)], x);
    return [graph.node("Mul", [upstream, slope], x)];
  });
}
