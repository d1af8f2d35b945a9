import fc from "fast-check";
import { expect, test } from "vitest";
import { FormatError, ShapeError } from "../errors.js";
import { decodeNpy, encodeNpy, npyDataset } from "./npy.js";

/** An npy file of format 1.0 with this header, as numpy.save writes it (padded to 64 bytes). */
function npy(descr: string, shape: string, data: Uint8Array, order = "False"): Uint8Array {
  const dictionary = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;
  const header = `${dictionary.padEnd(Math.ceil((dictionary.length + 11) / 64) * 64 - 11)}\n`;
  const start = new Uint8Array([
    0x93,
    ...new TextEncoder().encode("NUMPY"),
    1,
    0,
    header.length & 255,
    header.length >> 8,
  ]);
  return new Uint8Array([...start, ...new TextEncoder().encode(header), ...data]);
}
const raw = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
const decode = (bytes: Uint8Array) => decodeNpy({ where: "a.npy", bytes });

test.each<[string, ArrayBufferView, number[]]>([
  ["|b1", new Uint8Array([1, 0]), [1, 0]],
  ["|u1", new Uint8Array([1, 255]), [1, 255]],
  ["|i1", new Int8Array([1, -1]), [1, -1]],
  ["<i2", new Int16Array([1, -300]), [1, -300]],
  ["<i4", new Int32Array([1, -70000]), [1, -70000]],
  ["<i8", new BigInt64Array([1n, -70000n]), [1, -70000]],
  ["<u8", new BigUint64Array([1n, 70000n]), [1, 70000]],
  ["<f2", new Uint16Array([0x3c00, 0xc000]), [1, -2]],
  ["<f4", new Float32Array([1.5, -2]), [1.5, -2]],
  ["<f8", new Float64Array([0.1, -2]), [0.1, -2]],
])("decodeNpy reads dtype %s", (descr, array, numbers) => {
  const { shape, data } = decode(npy(descr, "(2,)", raw(array)));
  expect(shape).toEqual([2]);
  expect(Array.from(data)).toEqual(numbers);
});

test("decodeNpy(encodeNpy(data, shape)) equals data and shape, also from the middle of a buffer", () => {
  fc.assert(
    fc.property(fc.float64Array({ maxLength: 30 }), fc.boolean(), fc.nat(9), (numbers, single, offset) => {
      const data = single ? Float32Array.from(numbers) : numbers;
      const bytes = encodeNpy(data, [data.length, 1]);
      const whole = new Uint8Array(bytes.length + offset);
      whole.set(bytes, offset);
      const read = decode(whole.subarray(offset));
      expect(read.shape).toEqual([data.length, 1]);
      expect(Array.from(read.data)).toEqual(Array.from(data));
    }),
  );
});

test("a Node Buffer from the shared pool is read like any bytes", () => {
  const bytes = encodeNpy(Float32Array.from([1, 2]), [2]);
  Buffer.from([1, 2, 3]);
  expect(Array.from(decode(Buffer.from(bytes)).data)).toEqual([1, 2]);
});

test("encodeNpy refuses a shape that does not fit", () => {
  expect(() => encodeNpy(new Float32Array(5), [2, 3])).toThrow(ShapeError);
});

test("every truncation and every extension of an npy file is a FormatError", () => {
  const bytes = npy("<f4", "(2, 3)", raw(new Float32Array(6)));
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decode(bytes.slice(0, length))).toThrow(FormatError);
  }
  expect(() => decode(new Uint8Array([...bytes, 0, 0, 0, 0]))).toThrow(/expected 6 numbers for shape \(2, 3\), got 7/);
});

test.each([
  ["objects", npy("|O", "(1,)", new Uint8Array(8))],
  ["big-endian numbers", npy(">f4", "(1,)", new Uint8Array(4))],
  ["complex numbers", npy("<c8", "(1,)", new Uint8Array(8))],
  ["strings", npy("<U1", "(1,)", new Uint8Array(4))],
  ["Fortran order", npy("<f4", "(2, 2)", new Uint8Array(16), "True")],
  ["a negative dimension", npy("<f4", "(-1, -1)", new Uint8Array(4))],
  ["a dimension that is no number", npy("<f4", "(x,)", new Uint8Array(4))],
  ["a shape of 2^80 numbers", npy("<f4", "(1208925819614629174706176,)", new Uint8Array(4))],
  ["a zip archive (npz)", new TextEncoder().encode("PK\u0003\u0004 and so on, longer than any header")],
])("%s are a FormatError", (_, bytes) => {
  expect(() => decode(bytes)).toThrow(FormatError);
});

const load = (changes: Record<string, Uint8Array> = {}) => {
  const content: Record<string, Uint8Array> = {
    xTrain: encodeNpy(Float64Array.from([1, 2, 3, 4]), [2, 1, 2]),
    yTrain: npy("<i8", "(2,)", raw(new BigInt64Array([7n, -7n]))),
    xTest: encodeNpy(Float32Array.from([5, 6]), [1, 1, 2]),
    yTest: encodeNpy(Float32Array.from([7]), [1, 1]),
    ...changes,
  };
  const file = (where: string) => ({ where: `${where}.npy`, bytes: content[where]! });
  return npyDataset({
    name: "tiny",
    xTrain: file("xTrain"),
    yTrain: file("yTrain"),
    xTest: file("xTest"),
    yTest: file("yTest"),
  });
};

test("npyDataset keeps values and row shape, and takes labels of any integer dtype", () => {
  const dataset = load();
  expect([dataset.shape, dataset.features, dataset.classNames]).toEqual([[1, 2], 2, ["-7", "7"]]);
  expect(dataset.train.features).toEqual(Float32Array.from([1, 2, 3, 4]));
  expect([...dataset.train.labels, ...dataset.test.labels]).toEqual([1, 0, 1]);
});

test.each<[string, Record<string, Uint8Array>, RegExp]>([
  ["fewer labels than rows", { yTrain: encodeNpy(Float32Array.from([1]), [1]) }, /yTrain\.npy: expected one label for/],
  ["one-hot labels", { yTrain: encodeNpy(new Float32Array(4), [2, 2]) }, /yTrain\.npy: expected labels of shape/],
  ["a fractional label", { yTrain: encodeNpy(Float32Array.from([1, 0.5]), [2]) }, /yTrain\.npy, row 2: .*integer/],
  ["a NaN label", { yTrain: encodeNpy(Float32Array.from([1, Number.NaN]), [2]) }, /yTrain\.npy, row 2: .*integer/],
  ["flat features", { xTrain: encodeNpy(new Float32Array(2), [2]) }, /xTrain\.npy: expected shape \(rows, features\)/],
  ["test rows of another shape", { xTest: encodeNpy(new Float32Array(3), [1, 3]) }, /xTest\.npy: expected rows of/],
  [
    "no test rows",
    { xTest: encodeNpy(new Float32Array(0), [0, 1, 2]), yTest: encodeNpy(new Float32Array(0), [0]) },
    /yTest/,
  ],
  ["a NaN", { xTest: encodeNpy(Float32Array.from([1, Number.NaN]), [1, 1, 2]) }, /xTest\.npy, row 1, column 2/],
  [
    "a number beyond float32",
    { xTest: encodeNpy(Float64Array.from([1e39, 0]), [1, 1, 2]) },
    /xTest\.npy, row 1, column 1/,
  ],
])("npyDataset with %s is a FormatError that names the place", (_, changes, message) => {
  expect(() => load(changes)).toThrow(FormatError);
  expect(() => load(changes)).toThrow(message);
});
