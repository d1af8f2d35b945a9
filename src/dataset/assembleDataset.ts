/**
 * @file The last step of every reader: labels become class indices, and what must hold for any data set is checked
 * here once.
 */

import { FormatError } from "../errors.js";
import type { Dataset, Split, Standardisation } from "./dataset.js";

/** Rows as a reader found them. */
export interface LabelledRows {
  /** The file, for errors. */
  readonly where: string;
  /** [rows, features], row-major, finite. */
  readonly features: Float32Array;
  /** [rows], the labels in the file's own words. */
  readonly labels: ArrayLike<number | string>;
  /** Where in the file the label of a row stands. */
  readonly place: (row: number) => string;
}

/**
 * Makes a data set of two splits; its classes are the sorted distinct labels of both, numbers by value and words by
 * code unit. A class that only the test split knows keeps its index: nothing can learn it, and its rows count as
 * errors.
 * @param name short name of the data set
 * @param shape shape of one row
 * @param standardisation how the features were scaled, or null
 * @param train the rows to learn from
 * @param test the rows to judge by
 * @throws FormatError if a split is empty, labels and rows differ in number, a number as label is not an integer, or
 *   there are fewer than two classes.
 */
export function assembleDataset({
  name,
  shape,
  standardisation,
  train,
  test,
}: {
  name: string;
  shape: readonly number[];
  standardisation: Standardisation | null;
  train: LabelledRows;
  test: LabelledRows;
}): Dataset {
  const features = shape.reduce((product, size) => product * size, 1);
  for (const rows of [train, test]) checkRows(rows, features);
  const found = new Set([...Array.from(train.labels), ...Array.from(test.labels)]);
  const sorted = [...found].sort((a, b) => (a < b ? -1 : 1));
  if (sorted.length < 2) {
    throw new FormatError({
      where: train.where,
      expected: "at least two classes",
      got: `only the label ${sorted[0]}`,
      remedy: "Check that the labels stand where this format has them.",
    });
  }
  const indices = new Map(sorted.map((label, index) => [label, index]));
  const split = (rows: LabelledRows): Split => ({
    rows: rows.labels.length,
    features: rows.features,
    labels: Int32Array.from(rows.labels, (label) => indices.get(label)!),
  });
  return {
    name,
    features,
    classes: sorted.length,
    classNames: sorted.map(String),
    shape,
    standardisation,
    train: split(train),
    test: split(test),
  };
}

function checkRows({ where, features, labels, place }: LabelledRows, width: number): void {
  if (labels.length === 0 || width === 0) {
    throw new FormatError({ where, expected: "at least one row of at least one feature", got: "none" });
  }
  if (features.length !== labels.length * width) {
    throw new FormatError({
      where,
      expected: `one label for each of the ${features.length / width} rows`,
      got: `${labels.length} labels`,
      remedy: "Check that features and labels belong to the same split.",
    });
  }
  checkLabels(labels, place);
}

/**
 * Checks that labels that are numbers are integers.
 * @param labels in the file's own words
 * @param place where the label of a row stands
 * @throws FormatError naming the place of the first that is not.
 */
export function checkLabels(labels: ArrayLike<number | string>, place: (row: number) => string): void {
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row];
    if (typeof label === "number" && !Number.isSafeInteger(label)) {
      throw new FormatError({
        where: place(row),
        expected: "an integer class label",
        got: `${label}`,
        remedy: "Only classification is supported: bin a continuous target first.",
      });
    }
  }
}
