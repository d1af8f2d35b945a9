/** @file Weights found in files of any origin, turned the right way. */

import { expect, test } from "vitest";
import { FormatError } from "../errors.js";
import { encode } from "../runtime/onnx/encode.js";
import { type Attributes, Graph } from "../runtime/onnx/graph.js";
import { randomNetwork } from "./exampleNetworks.laws.js";
import { exportOnnx } from "./onnx.js";
import { encodeSafetensors } from "./safetensors.js";
import { onnxMatrices, safetensorsMatrices } from "./weightMatrices.js";

/** Two units of three inputs. */
const rows = Float32Array.from([1, 2, 3, 4, 5, 6]);
/** The same, stored [inputs, outputs]. */
const turned = Float32Array.from([1, 4, 2, 5, 3, 6]);
const matrix = { name: "w", columns: 2, inputs: 3, weight: rows };

/** A file with one operator on the input and stored tensors. */
function oneNode(
  opType: string,
  shape: readonly number[],
  data: Float32Array | Float64Array | Int8Array,
  { attributes = {}, before = "", stored = 1 }: { attributes?: Attributes; before?: string; stored?: number } = {},
): Uint8Array {
  const graph = new Graph("one");
  const x = graph.input("x", "float32", ["N", 3]);
  const w = graph.initializer("w", data, shape);
  const used = before === "" ? w : graph.node(before, [w], { type: "float32", shape }, {});
  const y = graph.node(opType, stored === 1 ? [x, used] : [used, x], { type: "float32", shape: ["N", 2] }, attributes);
  graph.output(y, "y");
  return encode(graph);
}

test("the operator says which axis counts units", () => {
  const one = (bytes: Uint8Array) => onnxMatrices(bytes, "m.onnx").matrices[0]!;
  expect(one(oneNode("Gemm", [2, 3], rows, { attributes: { transB: { int: 1 } } }))).toEqual({
    ...matrix,
    shape: [2, 3],
  });
  expect(one(oneNode("Gemm", [3, 2], turned))).toEqual({ ...matrix, shape: [3, 2] });
  expect(one(oneNode("MatMul", [3, 2], turned))).toEqual({ ...matrix, shape: [3, 2] });
  expect(one(oneNode("MatMul", [2, 3], rows, { stored: 0 }))).toEqual({ ...matrix, shape: [2, 3] });
  expect(one(oneNode("MatMul", [2, 3], rows, { before: "Transpose" }))).toEqual({ ...matrix, shape: [2, 3] });
  expect(one(oneNode("MatMul", [3, 2], turned, { before: "Identity" }))).toEqual({ ...matrix, shape: [3, 2] });
  expect(one(oneNode("Gemm", [3, 2], Float64Array.from(turned)))).toEqual({ ...matrix, shape: [3, 2] });
});

test("filters are flattened, and those of ConvTranspose are turned", () => {
  const shape = [2, 3, 1, 2];
  const data = Float32Array.from({ length: 12 }, (_, i) => i);
  const [conv] = onnxMatrices(oneNode("Conv", shape, data), "m.onnx").matrices;
  expect(conv).toEqual({ name: "w", shape, columns: 2, inputs: 6, weight: data });
  const [back] = onnxMatrices(oneNode("ConvTranspose", shape, data), "m.onnx").matrices;
  // [in, out, 1, 2]: filter o is what both inputs hold of it.
  const weight = Float32Array.from([0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11]);
  expect(back).toEqual({ name: "w", shape, columns: 3, inputs: 4, weight });
});

test("what cannot be read as weights is named", () => {
  const { matrices, skipped } = onnxMatrices(oneNode("Einsum", [2, 3], rows), "m.onnx");
  expect(matrices).toEqual([]);
  expect(skipped).toEqual(["w"]);
  expect(onnxMatrices(oneNode("Gemm", [3, 2], Int8Array.from(turned)), "m.onnx").skipped).toEqual(["w"]);
  expect(() => onnxMatrices(new Uint8Array([1, 2, 3]), "m.onnx")).toThrow(FormatError);
  expect(() => onnxMatrices(new Uint8Array([1, 2, 3]), "m.onnx")).toThrow(/^m.onnx/);
});

test("an exported network gives back its layers, also beyond chains", () => {
  const network = randomNetwork([5, 7, 3], "relu");
  const { matrices, skipped } = onnxMatrices(exportOnnx(network, { doc: "" }), "m.onnx");
  expect(skipped).toEqual([]);
  expect(matrices.map(({ columns, inputs, weight }) => ({ columns, inputs, weight }))).toEqual(
    network.layers.map(({ outputs, inputs, weight }) => ({ columns: outputs, inputs, weight })),
  );
});

test("a safetensors file has no operators: [outputs, inputs] unless said otherwise, filters always", () => {
  const filters = Float32Array.from({ length: 12 }, (_, i) => i);
  const bias = { name: "b", shape: [2], data: new Float32Array(2) };
  const file = (data: Float32Array, shape: number[]) =>
    encodeSafetensors([{ name: "w", shape, data }, bias, { name: "f", shape: [2, 3, 2], data: filters }]);
  const f = { name: "f", shape: [2, 3, 2], columns: 2, inputs: 6, weight: filters };
  expect(safetensorsMatrices(file(rows, [2, 3]), "m").matrices).toEqual([{ ...matrix, shape: [2, 3] }, f]);
  const other = safetensorsMatrices(file(turned, [3, 2]), "m", { transposed: true });
  expect(other.matrices).toEqual([{ ...matrix, shape: [3, 2] }, f]);
});
