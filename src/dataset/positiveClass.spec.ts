import { expect, test } from "vitest";
import { ParameterError } from "../errors.js";
import type { Dataset } from "./dataset.js";
import { positiveClass } from "./positiveClass.js";

const split = { rows: 4, features: new Float32Array(4), labels: Int32Array.from([0, 1, 2, 1]) };
const dataset: Dataset = {
  name: "three",
  features: 1,
  classes: 3,
  classNames: ["1", "2", "10"],
  shape: [1],
  standardisation: null,
  train: split,
  test: { ...split, labels: Int32Array.from([2, 2, 0, 0]) },
};

test("the positive class has index 1, all others 0, in both splits", () => {
  const two = positiveClass(dataset, "10");
  expect([two.classes, two.classNames]).toEqual([2, ["not 10", "10"]]);
  expect([...two.train.labels]).toEqual([0, 0, 1, 0]);
  expect([...two.test.labels]).toEqual([1, 1, 0, 0]);
  expect(two.train.features).toBe(dataset.train.features);
  expect([...dataset.train.labels]).toEqual([0, 1, 2, 1]);
});

test("an unknown class is a ParameterError that lists the classes", () => {
  expect(() => positiveClass(dataset, "1.0")).toThrow(ParameterError);
  expect(() => positiveClass(dataset, "1.0")).toThrow(/expected one of 1, 2, 10, got 1\.0/);
});
