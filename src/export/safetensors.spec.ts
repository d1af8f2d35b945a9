import fc from "fast-check";
import { expect, test } from "vitest";
import { FormatError, ParameterError, ShapeError } from "../errors.js";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.js";

/** A file with this header (an object or raw text) and these data bytes. */
function file(header: unknown, data: Uint8Array = new Uint8Array()): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}
const entry = (dtype: string, shape: number[], begin: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});
const raw = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
const decode = (bytes: Uint8Array) => decodeSafetensors(bytes, "m.safetensors");

const tensors = fc.uniqueArray(
  fc.record({
    name: fc.string({ unit: "binary" }).filter((name) => name !== "__metadata__"),
    data: fc.float32Array({ maxLength: 9 }),
  }),
  { selector: ({ name }) => name, maxLength: 5 },
);
const words = fc.dictionary(fc.string(), fc.string());

test("decode(encode(tensors, metadata)) gives both back, in order, from any place in a buffer", () => {
  fc.assert(
    fc.property(tensors, words, fc.nat(9), (list, metadata, offset) => {
      const given = list.map(({ name, data }) => ({ name, shape: [1, data.length], data }));
      const bytes = encodeSafetensors(given, metadata);
      const whole = new Uint8Array(bytes.length + offset);
      whole.set(bytes, offset);
      const read = decode(whole.subarray(offset));
      expect(read.tensors.length).toBe(given.length);
      expect(new Map(read.tensors.map((t) => [t.name, t]))).toEqual(new Map(given.map((t) => [t.name, t])));
      expect(Object.entries(read.metadata)).toEqual(Object.entries(metadata));
      expect(read.skipped).toEqual([]);
    }),
  );
});

test("the header is a multiple of eight bytes and tensors are views of an aligned file", () => {
  const bytes = encodeSafetensors([{ name: "w", shape: [2], data: Float32Array.from([1, 2]) }], { a: "b" });
  expect(new DataView(bytes.buffer).getBigUint64(0, true) % 8n).toBe(0n);
  expect(new TextDecoder().decode(bytes.subarray(8, 9))).toBe("{");
  expect(decode(bytes).tensors[0]!.data.buffer).toBe(bytes.buffer);
});

test("every truncation is a FormatError", () => {
  const bytes = encodeSafetensors([{ name: "w", shape: [2, 1], data: Float32Array.from([1, 2]) }]);
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decode(bytes.subarray(0, length))).toThrow(FormatError);
  }
  expect(() => decode(new Uint8Array([...bytes, 0]))).toThrow(/expected 8 bytes of tensors, got 9/);
});

test("a changed byte in the header gives a FormatError or a file of the same size, never another error", () => {
  const bytes = encodeSafetensors([{ name: "w", shape: [2, 1], data: Float32Array.from([1, 2]) }], { a: "b" });
  const header = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  fc.assert(
    fc.property(fc.nat(8 + header - 1), fc.nat(255), (at, byte) => {
      const changed = bytes.slice();
      changed[at] = byte;
      try {
        for (const { data, shape } of decode(changed).tensors) {
          expect(data.length).toBe(shape.reduce((product, size) => product * size, 1));
        }
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }),
    { numRuns: 1000 },
  );
});

test("F64, F16 and BF16 are converted; other dtypes are skipped by name", () => {
  const data = new Uint8Array([
    ...raw(new Float64Array([0.1, -2])),
    // 1, -2, the largest half 65504, the smallest subnormal 2^-24, infinity.
    ...raw(new Uint16Array([0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00])),
    ...raw(new Uint16Array([0x3f80, 0xc000])),
    ...raw(new BigInt64Array([5n])),
  ]);
  const header = {
    d: entry("F64", [2], 0, 16),
    h: entry("F16", [5], 16, 26),
    b: entry("BF16", [2], 26, 30),
    n: entry("I64", [], 30, 38),
  };
  // A Buffer of odd offset in Node's pool is the hardest case: its slice is no copy.
  for (const bytes of [file(header, data), Buffer.concat([Buffer.from([0]), file(header, data)]).subarray(1)]) {
    const { tensors, skipped } = decode(bytes);
    expect(tensors.map(({ name, data: values }) => [name, ...values])).toEqual([
      ["d", Math.fround(0.1), -2],
      ["h", 1, -2, 65504, 2 ** -24, Number.POSITIVE_INFINITY],
      ["b", 1, -2],
    ]);
    expect(skipped).toEqual(["n"]);
  }
});

test("F32 in a Buffer that is not aligned is copied, not misread", () => {
  const bytes = encodeSafetensors([{ name: "w", shape: [2], data: Float32Array.from([1, 2]) }]);
  const shifted = Buffer.concat([Buffer.from([0]), bytes]).subarray(1);
  expect([...decode(shifted).tensors[0]!.data]).toEqual([1, 2]);
});

test.each<[string, Uint8Array, RegExp]>([
  ["an empty file", new Uint8Array(), /expected eight bytes of header length, got 0/],
  ["a header length beyond the file", new Uint8Array(16).fill(255), /expected a header of at most 8 bytes/],
  ["a header that is no JSON", file("{"), /expected a header in JSON/],
  ["a header that is a list", file([]), /one entry for each tensor/],
  ["an unknown dtype", file({ w: entry("F31", [1], 0, 4) }, new Uint8Array(4)), /data_offsets of tensor w/],
  ["a negative dimension", file({ w: entry("F32", [-1], 0, 4) }, new Uint8Array(4)), /of tensor w/],
  ["a fractional dimension", file({ w: entry("F32", [1.5], 0, 6) }, new Uint8Array(6)), /of tensor w/],
  [
    "a huge shape",
    file({ w: entry("F32", [2 ** 50, 2 ** 50], 0, 4) }, new Uint8Array(4)),
    /tensor w: expected bytes 0/,
  ],
  ["a range beyond the file", file({ w: entry("F32", [2], 0, 8) }, new Uint8Array(4)), /tensor w: .*got 0 to 8/],
  ["a range that does not fit", file({ w: entry("F32", [2], 0, 4) }, new Uint8Array(4)), /tensor w: .*got 0 to 4/],
  ["a reversed range", file({ w: entry("F32", [1], 4, 0) }, new Uint8Array(4)), /tensor w/],
  [
    "overlapping ranges",
    file({ v: entry("F32", [1], 0, 4), w: entry("F32", [1], 2, 6) }, new Uint8Array(6)),
    /tensor w: expected bytes 4 to 8 of 6/,
  ],
  [
    "a gap",
    file({ v: entry("F32", [1], 0, 4), w: entry("F32", [1], 8, 12) }, new Uint8Array(12)),
    /tensor w: expected bytes 4 to 8/,
  ],
  ["metadata of numbers", file({ __metadata__: { a: 1 } }), /expected words in __metadata__/],
])("%s is a FormatError that names the place", (_, bytes, message) => {
  expect(() => decode(bytes)).toThrow(FormatError);
  expect(() => decode(bytes)).toThrow(message);
});

test("encode refuses names that are taken and shapes that do not fit", () => {
  const w = { name: "w", shape: [1], data: new Float32Array(1) };
  expect(() => encodeSafetensors([w, w])).toThrow(ParameterError);
  expect(() => encodeSafetensors([{ ...w, name: "__metadata__" }])).toThrow(ParameterError);
  expect(() => encodeSafetensors([{ ...w, shape: [2] }])).toThrow(ShapeError);
});
