/** @file The page of `generalise`: the gap between training and test error against size, and the compression bound. */

import type { GeneralisationSection } from "../../report/theoryData.js";
import { percent } from "../table.js";

/** A network cut to one size. Errors are shares of rows that are classified wrongly. */
export interface CutPoint {
  /** Of each hidden layer. */
  readonly units: number;
  readonly keptFraction: number;
  readonly trainError: number;
  readonly testError: number;
  /** The network with rounded weights, which is the one that the bound and the bits are about. */
  readonly rounded: { readonly trainError: number; readonly testError: number };
  readonly bits: number;
  readonly bound: number;
}

/**
 * The section of one run: the cut networks, and the same with the rounded weights that they are written in.
 * @param points one a size
 * @param facts how much data there is, what was done, and the error of naming the most frequent class
 */
export function generalisationSection(
  points: readonly CutPoint[],
  facts: {
    rows: number;
    testRows: number;
    classes: number;
    confidence: number;
    majorityError: number;
    by: string;
    refit: boolean;
  },
): GeneralisationSection {
  const { rows, testRows, classes, confidence, majorityError, by, refit } = facts;
  const cut = points.map(({ units, keptFraction, trainError, testError }) => ({
    ...{ keptFraction, keptColumns: units, trainError, testError, bound: null, bits: null },
  }));
  const coded = points.map(({ units, keptFraction, rounded, bound, bits }) => ({
    ...{ keptFraction, keptColumns: units, trainError: rounded.trainError, testError: rounded.testError, bound, bits },
  }));
  const least = Math.min(...points.map(({ bound }) => bound));
  return {
    kind: "generalisation",
    title: "Size and generalisation",
    protocol:
      `${rows} training rows, ${testRows} test rows; units ranked by ${by}${refit ? ", the output layer refitted" : ""}. ` +
      `Always naming the most frequent class errs on ${percent(majorityError)} of the test rows${least >= majorityError ? ", less than any bound here" : ""}. The bounds hold ` +
      "together, if these rows and new data are independent draws of one law.",
    confidence,
    guessError: 1 - 1 / classes,
    runs: [
      { label: "cut network", points: cut },
      { label: "coded in few bits", points: coded },
    ],
  };
}
