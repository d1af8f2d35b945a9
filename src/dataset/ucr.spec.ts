import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FormatError } from "../errors.js";
import { ucrDataset } from "./ucr.js";

const file = (where: string, text: string) => ({ where, bytes: new TextEncoder().encode(text) });
const dataset = (train: string, test = "1 1 2\n2 3 4\n") =>
  ucrDataset({ name: "tiny", train: file("A_TRAIN.txt", train), test: file("A_TEST.txt", test) });

test.each([
  ["spaces and exponents", "   1.0000000e+00  -1.5e-01   2\n   2.0000000e+00   3.0   4e0\n\n"],
  ["tabs and Windows line ends", "1\t-0.15\t2\r\n2\t3\t4\r\n"],
  ["commas and a byte order mark", "\ufeff1,-0.15, 2\n2,3,4"],
])("reads rows separated by %s", (_, text) => {
  const { train, features, shape, standardisation } = dataset(text);
  expect(train.features).toEqual(Float32Array.from([-0.15, 2, 3, 4]));
  expect([...train.labels]).toEqual([0, 1]);
  expect([features, shape, standardisation]).toEqual([2, [2], null]);
});

test("classes are the sorted distinct labels of both files, by value", () => {
  const { classNames, train, test: held } = dataset("10 0 0\n-1 0 0\n", "2 1 1\n-1 1 1\n");
  expect(classNames).toEqual(["-1", "2", "10"]);
  expect([...train.labels]).toEqual([2, 0]);
  expect([...held.labels]).toEqual([1, 0]);
});

test.each<[string, string, RegExp]>([
  ["an empty file", " \n\n", /A_TRAIN\.txt: expected rows of numbers, got an empty file/],
  ["a short row", "1 2 3\n2 3\n", /A_TRAIN\.txt, line 2: expected a label and 2 values.*got 2 numbers/],
  ["a long row", "1 2 3\n2 3 4 5\n", /line 2: .*got 4 numbers/],
  ["an empty line in the middle", "1 2 3\n\n2 3 4\n", /line 2: .*got 0 numbers/],
  ["labels alone", "1\n2\n", /line 1: expected a label and at least one value/],
  ["a word", "1 2 3\n2 3 four\n", /line 2, column 3: expected a finite float32 number, got "four"/],
  ["NaN", "1 2 3\n2 NaN 3\n", /line 2, column 2: .*got "NaN"/],
  ["an infinity", "1 2 3\n2 3 -Infinity\n", /line 2, column 3/],
  ["a number beyond float32", "1 2 3\n2 3 1e39\n", /line 2, column 3/],
  ["a missing cell", "1,2,3\n2,,3\n", /line 2, column 2: .*an empty cell/],
  ["a fractional label", "1 2 3\n1.5 2 3\n", /line 2, column 1: expected an integer class label, got 1\.5/],
  ["a word as label", "1 2 3\nnormal 2 3\n", /line 2, column 1/],
  ["another length than the test file", "1 2 3 4\n2 3 4 5\n", /A_TEST\.txt: expected series of 3 values/],
])("%s is a FormatError that names the place", (_, text, message) => {
  expect(() => dataset(text)).toThrow(FormatError);
  expect(() => dataset(text)).toThrow(message);
});

test("bytes that are not UTF-8 are a FormatError", () => {
  const bytes = new Uint8Array([31, 139, 8, 0, 255]);
  const make = () =>
    ucrDataset({ name: "zip", train: { where: "Z_TRAIN.txt", bytes }, test: file("Z_TEST.txt", "1 2") });
  expect(make).toThrow(/Z_TRAIN\.txt: expected text in UTF-8/);
});

test("a file of one class only is a FormatError", () => {
  expect(() => dataset("1 2 3\n1 3 4\n", "1 2 3\n")).toThrow(/at least two classes, got only the label 1/);
});

const folder = "../shared/data/ecg5000";
test("ECG5000 has its rows, its class counts and z-normalised series", ({ skip }) => {
  skip(!existsSync(folder), `the folder ${folder} is not there`);
  const read = (where: string) => ({ where, bytes: readFileSync(`${folder}/${where}`) });
  const ecg = ucrDataset({ name: "ecg5000", train: read("ECG5000_TRAIN.txt"), test: read("ECG5000_TEST.txt") });
  expect([ecg.train.rows, ecg.test.rows, ecg.features]).toEqual([500, 4499, 140]);
  expect(ecg.classNames).toEqual(["1", "2", "3", "4", "5"]);
  const counts = (labels: Int32Array) => [0, 1, 2, 3, 4].map((k) => labels.filter((label) => label === k).length);
  expect(counts(ecg.train.labels)).toEqual([292, 177, 10, 19, 2]);
  expect(counts(ecg.test.labels)).toEqual([2626, 1590, 86, 175, 22]);
  for (const { features, rows } of [ecg.train, ecg.test]) {
    for (let row = 0; row < rows; row++) {
      const sum = features.subarray(row * 140, (row + 1) * 140).reduce((total, value) => total + value, 0);
      // 140 values up to 7.4, each off by half a unit of its eighth digit or float32 bit: 140 · 2^-23 at most, and 1e-5 is safe.
      expect(Math.abs(sum)).toBeLessThan(1e-5);
    }
  }
});
