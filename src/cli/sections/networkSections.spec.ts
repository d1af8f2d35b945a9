import { expect, test } from "vitest";
import type { LayerTail } from "../../export/layerTail.js";
import { generalisationSection } from "./generalisationSection.js";
import { inspectSection } from "./inspectSection.js";

const layer: LayerTail = {
  ...{ name: "hidden1.weight", shape: [60, 4], columns: 60, zeroColumns: 0, reason: null, tailIndex: 1.5 },
  ...{ tailInterval: [1.3, 1.7], gaussianExcluded: true, fitDistance: 0.2, stableRejected: true, normTail: null },
  prunedFractionAt10: 0.7,
};
const small: LayerTail = {
  ...{ ...layer, name: "output.weight", columns: 2, reason: "2 columns are too few", tailIndex: null },
  ...{ tailInterval: null, gaussianExcluded: null, stableRejected: null, prunedFractionAt10: 0 },
};

test("inspect: layers keep their numbers, what could not be decided excludes nothing, and the model goes by its file name", () => {
  const facts = { input: "some/where/model.onnx", method: "likelihood", confidence: 0.9, fromStart: true };
  const section = inspectSection([layer, small], { ...facts, skipped: ["lstm"] });
  expect(section).toMatchObject({ kind: "inspect", model: "model.onnx", confidence: 0.9 });
  const { tailIndex, tailInterval } = layer;
  expect(section.layers).toEqual([
    { name: "hidden1.weight", columns: 60, tailIndex, tailInterval, prunedFractionAt10: 0.7, excludesTwo: true },
    {
      name: "output.weight",
      columns: 2,
      tailIndex: null,
      tailInterval: null,
      prunedFractionAt10: 0,
      excludesTwo: false,
    },
  ]);
  expect(section.protocol).toMatch(
    /likelihood.*initial weights.*No stable law fits .*hidden1.*too few.*Not read: lstm/,
  );
});

test("generalise: the bound stands beside the errors of the coded network, the cut one has none", () => {
  const point = {
    ...{ units: 5, keptFraction: 0.05, trainError: 0.1, testError: 0.12, bits: 800, bound: 0.4 },
    rounded: { trainError: 0.11, testError: 0.14 },
  };
  const facts = { rows: 500, testRows: 100, classes: 5, confidence: 0.95, majorityError: 0.416 };
  const section = generalisationSection([point], { ...facts, by: "norm", refit: true });
  expect(section).toMatchObject({ kind: "generalisation", guessError: 0.8, confidence: 0.95 });
  const size = { keptFraction: 0.05, keptColumns: 5 };
  expect(section.runs.map(({ points }) => points[0])).toEqual([
    { ...size, trainError: 0.1, testError: 0.12, bound: null, bits: null },
    { ...size, trainError: 0.11, testError: 0.14, bound: 0.4, bits: 800 },
  ]);
  expect(section.protocol).toMatch(/refitted.*41\.6 % of the test rows\. /);
  const idle = generalisationSection([{ ...point, bound: 0.42 }], { ...facts, by: "norm", refit: false });
  expect(idle.protocol).toMatch(/by norm\. .*less than any bound here\. /);
});
