import { expect, test } from "vitest";
import { FormatError, ParameterError } from "../errors.js";
import { keyFromSeed } from "../math/random/key.js";
import { csvDataset } from "./csv.js";

const load = (text: string, options: { label?: string | number; testFraction?: number; seed?: number } = {}) => {
  const { seed = 1, ...rest } = options;
  const file = { where: "t.csv", bytes: new TextEncoder().encode(text) };
  return csvDataset({ name: "t", file, key: keyFromSeed(seed), testFraction: 0.5, ...rest });
};

/** Rows whose only feature is the row's number; two thirds of class a. */
const numbered = (rows: number) =>
  `x,label\n${Array.from({ length: rows }, (_, i) => `${i},${i % 3 === 0 ? "b" : "a"}`).join("\n")}\n`;

test("each class gives round(testFraction * rows) rows to the test split, every row goes to one split, in file order", () => {
  const { train, test: held, classNames } = load(numbered(300), { testFraction: 0.2 });
  expect(classNames).toEqual(["a", "b"]);
  expect([held.rows, train.rows]).toEqual([60, 240]);
  expect(held.labels.filter((label) => label === 1).length).toBe(20);
  const all = [...train.features, ...held.features];
  expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, i) => i));
  expect([...train.features]).toEqual([...train.features].sort((a, b) => a - b));
  for (const { features, labels } of [train, held]) {
    features.forEach((x, i) => {
      expect(labels[i]).toBe(x % 3 === 0 ? 1 : 0);
    });
  }
});

test("the same key gives the same split, another key another", () => {
  const rows = (seed: number) => [...load(numbered(300), { seed }).test.features];
  expect(rows(1)).toEqual(rows(1));
  expect(rows(1)).not.toEqual(rows(2));
});

test.each([
  ["a column called Label, wherever it is", "Label,x,y\na,1,2\na,1,2\nb,1,2\nb,1,2\n", {}],
  ["the last column otherwise", "x,y,kind\n1,2,a\n1,2,a\n1,2,b\n1,2,b\n", {}],
  ["the last column without a header", "1,2,a\n1,2,a\n1,2,b\n1,2,b", {}],
  ["the column of a name", "x,kind,y\n1,a,2\n1,a,2\n1,b,2\n1,b,2\n", { label: "kind" }],
  ["the column of an index", "a;1;2\na;1;2\nb;1;2\nb;1;2\n", { label: 0 }],
  ["quoted cells", '"x","y","class"\r\n"1","2","a"\r\n"1",2,"a"\r\n1,2,b\r\n1,2,b\r\n', {}],
])("takes %s as the label", (_, text, options) => {
  const { train, test: held, classNames, features } = load(text, options);
  expect([classNames, features, train.rows, held.rows]).toEqual([["a", "b"], 2, 2, 2]);
  expect([...train.features]).toEqual([1, 2, 1, 2]);
});

test("labels that are all numbers are sorted by value, and 1 and 1.0 are one class", () => {
  expect(load("0,10\n0,10\n0,9\n0,9.0\n0,-1\n0,-1").classNames).toEqual(["-1", "9", "10"]);
});

test.each<[string, string, RegExp]>([
  ["an empty file", "\n", /t\.csv: expected rows of numbers/],
  ["a header alone", "x,label\n", /t\.csv: expected rows below the header/],
  ["one column", "x\n1\n2\n", /expected at least two columns/],
  ["a ragged row", "x,y,label\n1,2,a\n1,b\n", /row 3: expected 3 columns, as in row 1, got 2/],
  ["an empty line in the middle", "x,y,label\n1,2,a\n\n1,2,b\n", /row 3: expected 3 columns.*got 1/],
  ["a word among numbers", "x,y,label\n1,2,a\n1,two,b\n", /row 3, column 2 \(y\): expected a finite.*got "two"/],
  ["an empty cell", "1,2,a\n,2,b\n", /row 2, column 1: .*got an empty cell/],
  ["NaN", "1,2,a\n1,nan,b\n", /row 2, column 2/],
  ["an infinity", "1,2,a\n1,Infinity,b\n", /row 2, column 2/],
  ["a missing label", "x,label\n1,a\n1, \n1,b", /row 3, column 2 \(label\): expected a class label/],
  ["a continuous target", "x,y\n1,3\n1,0.5\n2,0.25\n", /row 3: expected an integer class label, got 0\.5/],
  ["a column without a name", ",x,label\n0,1,a\n", /row 1, column 1: expected a column name/],
  ["classes of one row each", "1,a\n2,b\n3,c\n", /expected enough rows of a class/],
  ["one class only", "1,a\n2,a\n3,a\n", /at least two classes, got only the label a/],
  ["a broken quote", 'x,label\n"1,a\n2,b\n', /row 2: expected cells quoted/],
])("%s is a FormatError that names the place", (_, text, message) => {
  expect(() => load(text)).toThrow(FormatError);
  expect(() => load(text)).toThrow(message);
});

test("a label column that is not there and a fraction outside (0, 1) are ParameterErrors", () => {
  expect(() => load("x,y\n1,a\n", { label: "z" })).toThrow(/expected one of x, y, got z/);
  expect(() => load("x,y\n1,a\n", { label: 2 })).toThrow(ParameterError);
  for (const testFraction of [0, 1, -0.2, Number.NaN]) {
    expect(() => load(numbered(9), { testFraction })).toThrow(ParameterError);
  }
});
