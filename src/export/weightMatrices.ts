/**
 * @file The weight matrices in a model file of any origin, each turned so that one row is one unit's incoming weights.
 *
 * Files do not agree on which axis counts units: PyTorch stores [outputs, inputs], Keras and `MatMul` take [inputs, outputs],
 * filters are [outputs, inputs, …]. In an ONNX file the operator that uses a tensor decides; in a safetensors file there is
 * nothing to decide by, so [outputs, inputs] is assumed unless the caller says otherwise.
 */

import { FormatError } from "../errors.js";
import { type DecodedNode, decode } from "../runtime/onnx/decode.js";
import type { Tensor } from "../runtime/onnx/elementType.js";
import { decodeSafetensors } from "./safetensors.js";

/** One weight tensor. */
export interface WeightMatrix {
  /** The tensor's name in the file. */
  readonly name: string;
  /** The tensor's shape in the file. */
  readonly shape: readonly number[];
  /** Units, or filters: each has one column in the paper's sense. */
  readonly columns: number;
  /** Incoming weights of a unit. */
  readonly inputs: number;
  /** [columns, inputs], row-major. */
  readonly weight: Float32Array;
}

/** What a file holds. */
export interface WeightMatrices {
  readonly matrices: readonly WeightMatrix[];
  /** Tensors of two or more axes that are no weights we can read: unknown operators, other element types. */
  readonly skipped: readonly string[];
}

/** A stored tensor on its way to the operator that uses it. */
interface Stored {
  readonly name: string;
  readonly tensor: Tensor;
  readonly transposed: boolean;
}

/**
 * Finds the weights of an ONNX file: matrices used by Gemm and MatMul, filters used by Conv and ConvTranspose (without
 * groups), directly or through Identity, Constant and Transpose of a matrix. A tensor used twice is listed once.
 * @param bytes an ONNX file; operators that are not known are allowed, and not looked into
 * @param where the file's name, for messages
 * @returns the matrices in the order of their use
 * @throws FormatError if the file is damaged
 */
export function onnxMatrices(bytes: Uint8Array, where: string): WeightMatrices {
  const { nodes, initializers } = decodeNamed(bytes, where);
  const stored = new Map<string, Stored>();
  for (const [name, tensor] of initializers) stored.set(name, { name, tensor, transposed: false });
  const found = new Map<string, WeightMatrix>();
  for (const node of nodes) {
    forward(node, stored);
    const use = weightUse(node, stored);
    if (!use || found.has(use.stored.name)) continue;
    const matrix = asMatrix(use.stored.name, use.stored.tensor, use.stored.transposed ? 1 - use.axis : use.axis);
    if (matrix) found.set(matrix.name, matrix);
  }
  const candidates = [...stored.values()].filter(({ tensor: { shape, type } }) => {
    return shape.length >= 2 && !["int64", "int32", "bool"].includes(type);
  });
  const skipped = new Set(candidates.map(({ name }) => name).filter((name) => !found.has(name)));
  return { matrices: [...found.values()], skipped: [...skipped] };
}

/**
 * Takes every tensor of two or more axes in a safetensors file as weights.
 * @param bytes the file
 * @param where its name, for messages
 * @param options transposed: whether matrices are stored [inputs, outputs]; filters are [outputs, inputs, …] in any case
 * @returns the matrices in the order of the file
 * @throws FormatError if the file is damaged
 */
export function safetensorsMatrices(
  bytes: Uint8Array,
  where: string,
  { transposed = false }: { transposed?: boolean } = {},
): WeightMatrices {
  const { tensors, skipped } = decodeSafetensors(bytes, where);
  const matrices = tensors.flatMap(({ name, shape, data }) => {
    const axis = transposed && shape.length === 2 ? 1 : 0;
    return asMatrix(name, { type: "float32", shape, data }, axis) ?? [];
  });
  return { matrices, skipped };
}

function decodeNamed(bytes: Uint8Array, where: string): ReturnType<typeof decode> {
  try {
    return decode(bytes);
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    const { expected, got, remedy } = cause;
    throw new FormatError({ where: `${where}: ${cause.where}`, expected, got, remedy, cause });
  }
}

/** Follows stored tensors through operators that only pass them on. */
function forward({ opType, domain, inputs, outputs, attributes }: DecodedNode, stored: Map<string, Stored>): void {
  if (domain !== "") return;
  const name = outputs[0]!;
  if (opType === "Constant" && attributes.value?.tensor) {
    stored.set(name, { name, tensor: attributes.value.tensor, transposed: false });
  }
  const from = stored.get(inputs[0] ?? "");
  if (!from) return;
  if (opType === "Identity") stored.set(name, from);
  if (opType === "Transpose" && from.tensor.shape.length === 2) {
    const turns = (attributes.perm?.ints ?? [1, 0]).join() === "1,0";
    stored.set(name, { ...from, transposed: from.transposed !== turns });
  }
}

/** The stored operand of a node and the axis of it that counts units. */
function weightUse(
  { opType, domain, inputs, attributes }: DecodedNode,
  stored: ReadonlyMap<string, Stored>,
): { stored: Stored; axis: number } | undefined {
  if (domain !== "") return undefined;
  const [left, right] = [stored.get(inputs[0] ?? ""), stored.get(inputs[1] ?? "")];
  const flag = (name: string): number => attributes[name]?.int ?? 0;
  if (opType === "Gemm" || opType === "MatMul") {
    // x W has its units along the columns of W, W x along the rows.
    if (right) return { stored: right, axis: flag("transB") === 0 ? 1 : 0 };
    return left && { stored: left, axis: flag("transA") === 0 ? 0 : 1 };
  }
  if (opType === "Conv") return right && { stored: right, axis: 0 };
  const groups = attributes.group?.int ?? 1;
  return opType === "ConvTranspose" && groups === 1 ? right && { stored: right, axis: 1 } : undefined;
}

/** The tensor with the axis of units first and the others flattened; undefined where it is no array of floats of two or more axes. */
function asMatrix(name: string, { shape, data }: Tensor, axis: number): WeightMatrix | undefined {
  if (shape.length < 2 || data.length === 0) return undefined;
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return undefined;
  const columns = shape[axis]!;
  const inputs = data.length / columns;
  if (axis === 0) return { name, shape, columns, inputs, weight: Float32Array.from(data) };
  const inner = inputs / shape[0]!;
  const weight = new Float32Array(data.length);
  for (let o = 0, at = 0; o < shape[0]!; o++) {
    for (let u = 0; u < columns; u++) {
      for (let r = 0; r < inner; r++, at++) weight[u * inputs + o * inner + r] = data[at]!;
    }
  }
  return { name, shape, columns, inputs, weight };
}
