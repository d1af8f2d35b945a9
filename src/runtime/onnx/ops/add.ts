/**
 * @file The sum of two values of one shape.
 */

import { ShapeError } from "../../../errors.js";
import type { Graph, Value } from "../graph.js";

/**
 * Adds two values of the same shape. Gradient: that of the sum, for both.
 * @throws ShapeError if the shapes differ (nothing is broadcast)
 */
export function add(graph: Graph, a: Value, b: Value, name?: string): Value {
  if (a.shape.join() !== b.shape.join()) {
    throw new ShapeError({ where: `add(${a.name}, ${b.name})`, expected: `[${a.shape}]`, got: `[${b.shape}]` });
  }
  const sum = graph.node("Add", [a, b], a, {}, name);
  return graph.recordGradient(sum, [a, b], (upstream, needed) => needed.map((needs) => (needs ? upstream : null)));
}
