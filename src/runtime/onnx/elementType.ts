/**
 * @file The element types of tensors: ONNX's number for each, and the typed array that holds it in JavaScript.
 * Source: `TensorProto.DataType` of the ONNX specification; the names are those of ONNX Runtime's JavaScript interface.
 */

const kinds = {
  float32: { code: 1, array: Float32Array },
  uint8: { code: 2, array: Uint8Array },
  int8: { code: 3, array: Int8Array },
  int32: { code: 6, array: Int32Array },
  int64: { code: 7, array: BigInt64Array },
  bool: { code: 9, array: Uint8Array },
  float16: { code: 10, array: Uint16Array },
  float64: { code: 11, array: Float64Array },
} as const;

/** An element type of tensors; `float16` is held as its bits, `bool` as 0 or 1 in a byte. */
export type ElementType = keyof typeof kinds;

/** The typed arrays that hold tensors. */
export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint16Array
  | Int32Array
  | BigInt64Array;

/** A dense tensor, row-major: what initializers hold, and what is fed to and fetched from a session. */
export interface Tensor {
  readonly type: ElementType;
  readonly data: TensorData;
  readonly shape: readonly number[];
}

/** ONNX's number for an element type. */
export function elementCode(type: ElementType): number {
  return kinds[type].code;
}

/** The element type that has ONNX's number `code`, or undefined for one that is not supported (such as strings). */
export function elementTypeOf(code: number): ElementType | undefined {
  return (Object.keys(kinds) as ElementType[]).find((type) => kinds[type].code === code);
}

/** Bytes per element. */
export function elementBytes(type: ElementType): number {
  return kinds[type].array.BYTES_PER_ELEMENT;
}

/**
 * A typed array of the given type over existing bytes, without a copy.
 * @param offset  byte offset in `buffer`, a multiple of the element's size
 * @param length  number of elements
 */
export function viewElements(type: ElementType, buffer: ArrayBufferLike, offset: number, length: number): TensorData {
  return new kinds[type].array(buffer as ArrayBuffer, offset, length);
}

/** A typed array of `length` zeros. */
export function zeroElements(type: ElementType, length: number): TensorData {
  return new kinds[type].array(length);
}

/** The type that a typed array holds, where the array alone decides it (a `Uint8Array` is `uint8`, never `bool`). */
export function elementTypeOfData(data: TensorData): ElementType {
  return (Object.keys(kinds) as ElementType[]).find((type) => data instanceof kinds[type].array)!;
}
