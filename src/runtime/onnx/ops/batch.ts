/**
 * @file What the losses need to know of their batch: its layout, its size, and its labels as indicators.
 */

import { ShapeError } from "../../../errors.js";
import { elementCode } from "../elementType.js";
import type { Graph, Value } from "../graph.js";

/** How a batch lies in a matrix: an example per row, [batch, features], or per column, [features, batch]. */
export type BatchLayout = "rows" | "columns";

/** The axis of a batch matrix along which the features (or classes) of one example lie. */
export function featureAxis(layout: BatchLayout): 0 | 1 {
  return layout === "rows" ? 1 : 0;
}

/**
 * The number of examples in a batch as a scalar of the matrix's type: a constant where it is fixed, else read when the
 * graph is run.
 */
export function batchSize(graph: Graph, matrix: Value, layout: BatchLayout): Value {
  const axis = 1 - featureAxis(layout);
  const size = matrix.shape[axis]!;
  const { type } = matrix;
  if (typeof size === "number") return graph.constant(size, type);
  const shape = graph.node("Shape", [matrix], { type: "int64", shape: [matrix.shape.length] });
  const first = graph.node("Gather", [shape, graph.constant(axis, "int64")], { type: "int64", shape: [] });
  return graph.node("Cast", [first], { type, shape: [] }, { to: { int: elementCode(type) } });
}

/**
 * Class labels as indicators: 1 where example i is of class c, else 0. A label outside 0 … C − 1 gives zeros only.
 * @param labels  [batch], int64
 * @param like  a value of the wanted type and shape, such as the logits: [batch, C], or [C, batch] in columns
 * @throws ShapeError if the shapes do not fit, or C is symbolic
 */
export function oneHot(graph: Graph, labels: Value, like: Value, layout: BatchLayout = "rows"): Value {
  const axis = featureAxis(layout);
  const batch = like.shape[1 - axis];
  const classes = like.shape[axis];
  if (like.shape.length !== 2 || typeof classes !== "number" || labels.shape.join() !== `${batch}`) {
    const expected = `labels [batch] and logits of that batch in ${layout}`;
    throw new ShapeError({ where: "oneHot", expected, got: `[${labels.shape}] and [${like.shape}]` });
  }
  // Not the operator OneHot, which counts negative labels from the end and is not implemented for every type.
  const int64 = (shape: Value["shape"]) => ({ type: "int64" as const, shape });
  const list = graph.constant([...Array(classes).keys()], "int64");
  const unsqueeze = (value: Value, at: number, shape: Value["shape"]) =>
    graph.node("Unsqueeze", [value, graph.constant([at], "int64")], int64(shape));
  const [own, all] =
    layout === "rows" ? [unsqueeze(labels, 1, [batch!, 1]), list] : [labels, unsqueeze(list, 1, [classes, 1])];
  const equal = graph.node("Equal", [own, all], { type: "bool", shape: like.shape });
  return graph.node("Cast", [equal], like, { to: { int: elementCode(like.type) } });
}
