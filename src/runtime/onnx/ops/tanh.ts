/**
 * @file The hyperbolic tangent, Y = tanh X.
 */

import type { Graph, Value } from "../graph.js";

/**
 * Applies tanh to every element. Gradient, from G = ∂loss/∂Y: ∂X = G·(1 − Y²).
 */
export function tanh(graph: Graph, x: Value): Value {
  const y = graph.node("Tanh", [x], x);
  return graph.recordGradient(y, [x], (upstream) => {
    const slope = graph.node("Sub", [graph.constant(1, x.type), graph.node("Mul", [y, y], x)], x);
    return [graph.node("Mul", [upstream, slope], x)];
  });
}
