/**
 * @file The safetensors format: eight bytes of header length (uint64, little-endian), a JSON header that gives each
 * tensor's dtype, shape and byte range, then the tensors without gaps.
 *
 * Written after the format's description (huggingface/safetensors, README, "Format"); no maintained package does it.
 * Hosts are taken to be little-endian, as all current JavaScript engines' are.
 */

import { FormatError, ParameterError, ShapeError } from "../errors.js";

/** A named array of float32, last index fastest. */
export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** What a safetensors file holds. */
export interface Safetensors {
  /** In the order of the file. */
  readonly tensors: readonly Tensor[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Names of tensors of integers, booleans and 8-bit floats, which are not read. */
  readonly skipped: readonly string[];
}

/** Readers exclude longer headers, so that a damaged length cannot make them allocate without bound. */
const longestHeader = 100_000_000;
const metadataName = "__metadata__";

/** Bytes a number. */
const sizes: Readonly<Record<string, number>> = {
  ...{ BOOL: 1, U8: 1, I8: 1, F8_E5M2: 1, F8_E4M3: 1, I16: 2, U16: 2, F16: 2, BF16: 2 },
  ...{ I32: 4, U32: 4, F32: 4, I64: 8, U64: 8, F64: 8 },
};

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [begin: number, end: number];
}

/**
 * Writes tensors as F32, in the order given; the header is padded with spaces to a multiple of eight bytes, so that
 * readers can map the data in place.
 * @param tensors names are distinct and not `__metadata__`
 * @param metadata any words
 * @throws ShapeError if a shape does not fit its data.
 * @throws ParameterError if a name is taken or the header would be longer than 100 MB.
 */
export function encodeSafetensors(
  tensors: readonly Tensor[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const entries: [string, unknown][] = Object.keys(metadata).length > 0 ? [[metadataName, metadata]] : [];
  const names = new Set([metadataName]);
  let length = 0;
  for (const { name, shape, data } of tensors) {
    if (names.has(name)) {
      throw new ParameterError({ where: "safetensors", expected: "tensor names not yet taken", got: name });
    }
    names.add(name);
    if (elements(shape) !== data.length) {
      throw new ShapeError({ where: name, expected: `shape [${shape.join(", ")}]`, got: `${data.length} numbers` });
    }
    entries.push([name, { dtype: "F32", shape, data_offsets: [length, (length += data.byteLength)] }]);
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const start = 8 + Math.ceil(json.length / 8) * 8;
  if (start - 8 > longestHeader) {
    const expected = `a header of at most ${longestHeader} bytes`;
    throw new ParameterError({ where: "safetensors", expected, got: `${start - 8}` });
  }
  const bytes = new Uint8Array(start + length).fill(0x20, 8, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(json, 8);
  let at = start;
  for (const { data } of tensors) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * Reads the tensors of dtype F32 (as views of `bytes` where the alignment allows), F16, BF16 and F64 (converted).
 * @param bytes the whole file
 * @param where the file, for errors
 * @throws FormatError if the header is damaged, or the byte ranges do not fill the rest of the file without gap or
 *   overlap, or a range does not fit its shape.
 */
export function decodeSafetensors(bytes: Uint8Array, where: string): Safetensors {
  const { entries, metadata, start } = readHeader(bytes, where);
  const tensors: Tensor[] = [];
  const skipped: string[] = [];
  const data = bytes.subarray(start);
  let filled = 0;
  for (const [name, { dtype, shape, data_offsets }] of entries) {
    const [begin, end] = data_offsets;
    const size = elements(shape) * sizes[dtype]!;
    if (begin !== filled || end - begin !== size || end > data.length) {
      throw new FormatError({
        where: `${where}, tensor ${name}`,
        expected: `bytes ${filled} to ${filled + size} of ${data.length} for ${dtype} [${shape.join(", ")}]`,
        got: `${begin} to ${end}`,
        remedy: "Fetch the file again: it is cut or damaged.",
      });
    }
    filled = end;
    const read = readers[dtype];
    if (read) tensors.push({ name, shape, data: read(data.subarray(begin, end)) });
    else skipped.push(name);
  }
  if (filled !== data.length) {
    throw new FormatError({ where, expected: `${filled} bytes of tensors`, got: `${data.length}` });
  }
  return { tensors, metadata, skipped };
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The header's entries in the order of their data. */
function readHeader(bytes: Uint8Array, where: string) {
  const damaged = (expected: string, got: string, cause?: unknown) =>
    new FormatError({ where, expected, got, remedy: "Is it a safetensors file, and complete?", cause });
  if (bytes.length < 8) throw damaged("eight bytes of header length", `${bytes.length} bytes`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (length > Math.min(longestHeader, bytes.length - 8)) {
    throw damaged(`a header of at most ${Math.min(longestHeader, bytes.length - 8)} bytes`, `${length}`);
  }
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch (cause) {
    throw damaged("a header in JSON", "other text", cause);
  }
  if (!isRecord(header)) throw damaged("a header with one entry for each tensor", "another JSON value");
  const { [metadataName]: metadata = {}, ...rest } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === "string")) {
    throw damaged(`words in ${metadataName}`, JSON.stringify(metadata).slice(0, 80));
  }
  const entries = Object.entries(rest).map(([name, entry]): [string, Entry] => {
    if (isEntry(entry)) return [name, entry];
    throw damaged(`dtype, shape and data_offsets of tensor ${name}`, JSON.stringify(entry).slice(0, 80));
  });
  const order = ([, a]: [string, Entry], [, b]: [string, Entry]) =>
    a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1];
  return { entries: entries.sort(order), metadata: metadata as Record<string, string>, start: 8 + length };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isEntry(value: unknown): value is Entry {
  const isCounts = (list: unknown) => Array.isArray(list) && list.every((n) => Number.isSafeInteger(n) && n >= 0);
  return (
    isRecord(value) &&
    Object.hasOwn(sizes, value.dtype as string) &&
    isCounts(value.shape) &&
    isCounts(value.data_offsets) &&
    (value.data_offsets as number[]).length === 2
  );
}

/** Copies go through `new Uint8Array`, because `slice` of a Node Buffer is a view of the same, larger memory. */
const readers: Readonly<Record<string, (bytes: Uint8Array) => Float32Array>> = {
  F32: (bytes) => {
    const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
    return new Float32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
  },
  F64: (bytes) => new Float32Array(new Float64Array(new Uint8Array(bytes).buffer)),
  BF16: (bytes) =>
    new Float32Array(Uint32Array.from(new Uint16Array(new Uint8Array(bytes).buffer), (half) => half << 16).buffer),
  F16: (bytes) => Float32Array.from(new Uint16Array(new Uint8Array(bytes).buffer), fromHalf),
};

/** IEEE 754 binary16: 1 sign, 5 exponent (bias 15) and 10 fraction bits. */
function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = (half & 0x3ff) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
}
