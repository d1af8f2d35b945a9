/** @file What an experiment file may say, and what it is told when it says something else. */

import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { resolveTrainConfig } from "../train/config.js";
import { checkExperiment, experimentJsonSchema } from "./experiment.js";
import { trainFieldNames } from "./trainFields.js";

const least = { name: "tiny", data: "mnist" };

test("the least experiment has one variant, no axes and the paper's pruning level", () => {
  expect(checkExperiment(least, "file")).toEqual({
    ...least,
    base: {},
    axes: {},
    variants: [{}],
    prune: [{ relativeSquaredError: 0.1, by: "norm", refit: "none" }],
  });
});

test.each<[string, object, RegExp]>([
  ["an unknown key", { ...least, axis: {} }, /unknown field axis\. Did you mean axes\?/],
  [
    "an unknown field of the base",
    { ...least, base: { sgima: 1 } },
    /base.*unknown field sgima\. Did you mean sigma\?/,
  ],
  ["an unknown axis", { ...least, axes: { withd: [1] } }, /axes.*unknown field withd\. Did you mean width\?/],
  ["a seed among the axes", { ...least, axes: { seed: [1] } }, /axes.*unknown field seed/],
  ["an unknown field of a variant", { ...least, variants: [{ lable: "x" }] }, /variants\[0\].*Did you mean label\?/],
  ["an unknown amount", { ...least, prune: [{ keptFration: 0.1 }] }, /prune\[0\].*Did you mean keptFraction\?/],
  ["an unknown fact about data", { ...least, data: { data: "mnist", positivClass: "1" } }, /data.*positiveClass\?/],
  ["two amounts", { ...least, prune: [{ units: 3, keptFraction: 0.1 }] }, /prune\[0\].*exactly one of/],
  ["no amount", { ...least, prune: [{ by: "norm" }] }, /exactly one of/],
  ["an empty axis", { ...least, axes: { width: [] } }, /axes: width.*a list of at least 1/],
  ["text for a number", { ...least, base: { width: "wide" } }, /base: width: expected a number, got "wide"/],
  ["a name that is no file name", { ...least, name: "../x" }, /name: expected a name of letters/],
  ["seeds of no form", { ...least, seeds: 3 }, /seeds: expected a list of seeds or \{ from, count \}, got 3/],
])("%s is refused by name", (_, experiment, message) => {
  expect(() => checkExperiment(experiment, "file")).toThrow(message);
});

test("every field of a training configuration has its kind", () => {
  const known = Object.keys(resolveTrainConfig({ initStd: 1, initTail: 1, untilTrainAccuracy: 1, maxSeconds: 1 }));
  expect([...trainFieldNames].sort()).toEqual(known.sort());
});

test("schema/experiment.json is what sweep --schema prints", async () => {
  const file = await readFile(new URL("../../schema/experiment.json", import.meta.url), "utf8");
  expect(JSON.parse(file)).toEqual(experimentJsonSchema());
});
