/**
 * @file Tables in CSV (comma, semicolon, tab or bar; quotes as in RFC 4180), one row an example, parsed by papaparse
 * and split into train and test here.
 */

import Papa from "papaparse";
import { FormatError, ParameterError } from "../errors.js";
import { deriveKey, type Key } from "../math/random/key.js";
import { shuffle } from "../math/random/shuffle.js";
import { stream } from "../math/random/stream.js";
import { assembleDataset, checkLabels } from "./assembleDataset.js";
import type { Dataset, SourceFile } from "./dataset.js";
import { decodeText, parseNumber } from "./text.js";

/** Column names taken as the label when none is named. */
const labelNames = ["label", "class", "target"];

/** The table's columns: features in the file's order, and the label's in words. */
interface Table {
  readonly features: readonly Float32Array[];
  readonly labels: readonly string[];
  /** Where a row stands in the file. */
  readonly place: (row: number) => string;
}

/**
 * Reads one table and splits it: of each class, a share of `testFraction` (rounded) drawn by `key` goes to the test
 * split; both keep the order of the file. The values stay as they are.
 *
 * The first row is a header if none of its cells is a number, if one of them is `label`, `class` or `target`, or if
 * the label column was asked for by name.
 * @param name short name of the data set
 * @param file the table
 * @param key addresses the split
 * @param label the label column's name, or its index from 0; when absent the column called `label`, `class` or
 *   `target` (in any case), else the last
 * @param testFraction in (0, 1)
 * @throws ParameterError if there is no such column or the fraction is outside its domain.
 * @throws FormatError naming row (from 1, header included) and column for ragged rows and cells that are no numbers.
 */
export function csvDataset({
  name,
  file,
  key,
  label,
  testFraction = 0.2,
}: {
  name: string;
  file: SourceFile;
  key: Key;
  label?: string | number;
  testFraction?: number;
}): Dataset {
  if (!(testFraction > 0 && testFraction < 1)) {
    throw new ParameterError({ where: "testFraction", expected: "a number in (0, 1)", got: `${testFraction}` });
  }
  const { features, labels: words, place } = readTable(file, label);
  const labels = words.every((word) => Number.isFinite(Number(word))) ? words.map(Number) : words;
  checkLabels(labels, place);
  const testRows = drawTestRows(labels, testFraction, key);
  const { where } = file;
  if (testRows.size === 0) {
    throw new FormatError({
      where,
      expected: `enough rows of a class to put ${testFraction} of them aside for testing`,
      got: `${labels.length} rows`,
      remedy: "Raise the test fraction or check which column holds the label.",
    });
  }
  const width = features[0]!.length;
  const rows = (inTest: boolean) => {
    const chosen = [...labels.keys()].filter((row) => testRows.has(row) === inTest);
    const values = new Float32Array(chosen.length * width);
    chosen.forEach((row, i) => {
      values.set(features[row]!, i * width);
    });
    return {
      where,
      features: values,
      labels: chosen.map((row) => labels[row]!),
      place: (i: number) => place(chosen[i]!),
    };
  };
  return assembleDataset({ name, shape: [width], standardisation: null, train: rows(false), test: rows(true) });
}

function readTable(file: SourceFile, label: string | number | undefined): Table {
  const features: Float32Array[] = [];
  const labels: string[] = [];
  let header: string[] | null = null;
  let columns = 0;
  let labelColumn = -1;
  const place = (row: number) => `${file.where}, row ${row + (header ? 2 : 1)}`;
  const readRow = (row: string[]) => {
    if (columns === 0) {
      columns = row.length;
      header = isHeader(row, label) ? row : null;
      labelColumn = findLabelColumn(row, header !== null, label, file.where);
      if (header) return;
    }
    if (row.length !== columns) {
      const expected = `${columns} columns, as in row 1`;
      throw new FormatError({ where: place(labels.length), expected, got: `${row.length}` });
    }
    const column = (index: number) => () =>
      `${place(labels.length)}, column ${index + 1}${header ? ` (${header[index]})` : ""}`;
    const values = new Float32Array(columns - 1);
    for (let from = 0, to = 0; from < columns; from++) {
      if (from !== labelColumn) values[to++] = parseNumber(row[from]!, column(from));
    }
    const word = row[labelColumn]!.trim();
    if (word === "") {
      throw new FormatError({ where: column(labelColumn)(), expected: "a class label", got: "an empty cell" });
    }
    features.push(values);
    labels.push(word);
  };
  Papa.parse<string[]>(decodeText(file), {
    delimitersToGuess: [",", ";", "\t", "|"],
    step: ({ data, errors }) => {
      const error = errors.find(({ type }) => type === "Quotes");
      if (error) {
        const where = place(labels.length);
        throw new FormatError({ where, expected: "cells quoted as in RFC 4180", got: error.message });
      }
      readRow(data);
    },
  });
  if (labels.length === 0) throw new FormatError({ where: file.where, expected: "rows below the header", got: "none" });
  return { features, labels, place };
}

function isHeader(row: readonly string[], label: string | number | undefined): boolean {
  const isNumber = (cell: string) => cell.trim() !== "" && Number.isFinite(Number(cell));
  return typeof label === "string" || row.some(isLabelName) || !row.some(isNumber);
}

function isLabelName(cell: string): boolean {
  return labelNames.includes(cell.trim().toLowerCase());
}

function findLabelColumn(
  first: readonly string[],
  isHeader: boolean,
  label: string | number | undefined,
  where: string,
): number {
  if (first.length < 2) {
    throw new FormatError({ where, expected: "at least two columns", got: "one", remedy: "Separate cells by commas." });
  }
  const unnamed = isHeader ? first.findIndex((name) => name.trim() === "") : -1;
  if (unnamed >= 0) {
    throw new FormatError({
      where: `${where}, row 1, column ${unnamed + 1}`,
      expected: "a column name",
      got: "an empty cell",
      remedy: "If it is a row index, leave it out (pandas: index=False); else name it.",
    });
  }
  if (label === undefined) {
    const named = first.findIndex(isLabelName);
    return named >= 0 ? named : first.length - 1;
  }
  const column = typeof label === "string" ? first.findIndex((name) => name.trim() === label) : label;
  if (!(Number.isInteger(column) && column >= 0 && column < first.length)) {
    throw new ParameterError({
      where: `label column of ${where}`,
      expected: typeof label === "string" ? `one of ${first.join(", ")}` : `an index in 0 … ${first.length - 1}`,
      got: `${label}`,
    });
  }
  return column;
}

/** Stratified: each class is shuffled by its own key, so its draw does not depend on the other classes. */
function drawTestRows(labels: readonly (number | string)[], fraction: number, key: Key): Set<number> {
  const rowsOf = new Map<number | string, number[]>();
  labels.forEach((label, row) => {
    const rows = rowsOf.get(label);
    if (rows) rows.push(row);
    else rowsOf.set(label, [row]);
  });
  const chosen = new Set<number>();
  for (const [label, rows] of rowsOf) {
    const count = Math.min(Math.round(fraction * rows.length), rows.length - 1);
    shuffle(rows, stream(deriveKey(key, "split", String(label))));
    for (const row of rows.slice(0, count)) chosen.add(row);
  }
  return chosen;
}
