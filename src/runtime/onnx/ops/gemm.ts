/**
 * @file The affine map of a dense layer, Y = s·X Wᵀ + b, in two memory layouts.
 *
 * With a batch's examples in columns the gradient of the weights is a product of two untransposed matrices, which ONNX
 * Runtime multiplies a fifth faster than one whose first factor is transposed; the forward product costs the same.
 * In WebAssembly the whole step takes half the time.
 */

import { ShapeError } from "../../../errors.js";
import type { Graph, Value } from "../graph.js";
import { type BatchLayout, featureAxis } from "./batch.js";

/**
 * Applies a dense layer to a batch: Y = s·X Wᵀ + b, or with X and Y in columns Y = s·W X + b.
 *
 * Gradients, from G = ∂loss/∂Y with examples in rows: ∂X = s·G W, ∂W = s·Gᵀ X, ∂b = the sum of G over the batch.
 * @param x  X, [batch, inputs], or [inputs, batch] if `options.xLayout` is "columns"
 * @param weight  W, [outputs, inputs]
 * @param bias  b, [outputs], or null for none
 * @param options.scale  s; 1/n in the output layer of a mean-field network
 * @param options.yLayout  layout of the result
 * @param options.name  name of the result
 * @returns Y, [batch, outputs], or [outputs, batch] if `options.yLayout` is "columns"
 * @throws ShapeError if the shapes do not fit
 */
export function gemm(
  graph: Graph,
  x: Value,
  weight: Value,
  bias: Value | null = null,
  {
    scale = 1,
    xLayout = "rows",
    yLayout = "rows",
    name,
  }: { scale?: number; xLayout?: BatchLayout; yLayout?: BatchLayout; name?: string } = {},
): Value {
  const xColumns = xLayout === "columns";
  const yColumns = yLayout === "columns";
  const [batch, inputs] = xColumns ? [x.shape[1]!, x.shape[0]!] : [x.shape[0]!, x.shape[1]!];
  const outputs = weight.shape[0]!;
  if (x.shape.length !== 2 || weight.shape.length !== 2 || inputs !== weight.shape[1]) {
    const expected = `a matrix of ${weight.shape[1]} features in ${xLayout}`;
    throw new ShapeError({ where: `gemm with weight ${weight.name}`, expected, got: `[${x.shape}]` });
  }
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== outputs)) {
    throw new ShapeError({ where: `bias ${bias.name}`, expected: `[${outputs}]`, got: `[${bias.shape}]` });
  }

  const product = (
    a: Value,
    transA: boolean,
    b: Value,
    transB: boolean,
    shape: Value["shape"],
    c?: Value,
    name?: string,
  ) =>
    graph.node(
      "Gemm",
      c ? [a, b, c] : [a, b],
      { type: x.type, shape },
      {
        ...(scale !== 1 && { alpha: { float: scale } }),
        ...(transA && { transA: { int: 1 } }),
        ...(transB && { transB: { int: 1 } }),
      },
      name,
    );
  const addend = bias && yColumns ? asColumn(graph, bias) : (bias ?? undefined);
  const y = yColumns
    ? product(weight, false, x, !xColumns, [outputs, batch], addend, name)
    : product(x, xColumns, weight, true, [batch, outputs], addend, name);

  return graph.recordGradient(
    y,
    bias ? [x, weight, bias] : [x, weight],
    (upstream, [needsX, needsWeight, needsBias]) => {
      const dX = xColumns
        ? () => product(weight, true, upstream, !yColumns, x.shape)
        : () => product(upstream, yColumns, weight, false, x.shape);
      const dWeight = () => product(upstream, !yColumns, x, xColumns, weight.shape);
      return [
        needsX ? dX() : null,
        needsWeight ? dWeight() : null,
        needsBias ? sumOverBatch(graph, upstream, yLayout, bias!) : null,
      ];
    },
  );
}

function asColumn(graph: Graph, bias: Value): Value {
  return graph.node("Unsqueeze", [bias, graph.constant([1], "int64")], { type: bias.type, shape: [bias.shape[0]!, 1] });
}

function sumOverBatch(graph: Graph, matrix: Value, layout: BatchLayout, like: Value): Value {
  const axes = graph.constant([1 - featureAxis(layout)], "int64");
  return graph.node("ReduceSum", [matrix, axes], like, { keepdims: { int: 0 } });
}
