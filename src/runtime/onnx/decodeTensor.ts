/**
 * @file A `TensorProto` as a typed array. ONNX stores elements either as little-endian `raw_data` or in a repeated
 * field that depends on the type, where the narrow types are widened to int32.
 */

import { type TensorProto, TensorProto_DataLocation } from "onnx-buf";
import { FormatError } from "../../errors.js";
import {
  type ElementType,
  elementBytes,
  elementTypeOf,
  type Tensor,
  type TensorData,
  viewElements,
  zeroElements,
} from "./elementType.js";

/**
 * Decodes a tensor into an array of its own.
 * @param where  what to call it in errors
 * @throws FormatError if its type is not supported, its data lie in another file, or data and shape disagree
 */
export function decodeTensor(proto: TensorProto, where: string): Tensor {
  const type = elementTypeOf(proto.dataType);
  if (type === undefined) {
    throw new FormatError({ where, expected: "a numeric element type", got: `ONNX data type ${proto.dataType}` });
  }
  if (proto.dataLocation !== TensorProto_DataLocation.DEFAULT || proto.externalData.length > 0) {
    const remedy = "Save the model with its weights inside the file.";
    throw new FormatError({ where, expected: "data inside the file", got: "external data", remedy });
  }
  if (proto.segment) throw new FormatError({ where, expected: "a whole tensor", got: "a segment of one" });
  const shape = proto.dims.map(Number);
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  if (shape.some((dimension) => dimension < 0) || !Number.isSafeInteger(size)) {
    throw new FormatError({ where, expected: "a shape of sizes >= 0", got: `[${proto.dims}]` });
  }
  const data = proto.rawData.length > 0 ? fromRaw(proto.rawData, type) : fromFields(proto, type);
  if (data === null || data.length !== size) {
    const got = data === null ? `${proto.rawData.length} bytes` : `${data.length} values`;
    throw new FormatError({ where, expected: `data of shape [${shape}]`, got });
  }
  return { type, data, shape };
}

/** Null if the bytes are not a whole number of elements. */
function fromRaw(raw: Uint8Array, type: ElementType): TensorData | null {
  const width = elementBytes(type);
  if (raw.length % width !== 0) return null;
  // A copy: raw data begin anywhere in a file, a typed array only at a multiple of its width. ONNX and every host of
  // JavaScript engines in use are little-endian.
  return viewElements(type, new Uint8Array(raw).buffer, 0, raw.length / width);
}

function fromFields(proto: TensorProto, type: ElementType): TensorData {
  switch (type) {
    case "float32":
      return Float32Array.from(proto.floatData);
    case "float64":
      return Float64Array.from(proto.doubleData);
    case "int64":
      return BigInt64Array.from(proto.int64Data);
    default: {
      const data = zeroElements(type, proto.int32Data.length);
      (data as Int32Array).set(proto.int32Data);
      return data;
    }
  }
}
