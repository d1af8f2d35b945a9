/**
 * @file Time series in the text format of the UCR archive (Dau et al. 2018): one series a line, its class label first,
 * then its values; separated by white space (2015 archive), tabs (2018) or commas.
 */

import { FormatError } from "../errors.js";
import { assembleDataset, type LabelledRows } from "./assembleDataset.js";
import type { Dataset, SourceFile } from "./dataset.js";
import { decodeText, parseNumber } from "./text.js";

/**
 * Reads a train and a test file; the values stay as they are, since the archive's series are z-normalised already.
 * @param name short name of the data set
 * @param train the file NAME_TRAIN
 * @param test the file NAME_TEST
 * @throws FormatError naming file, line and column for anything but equally long rows of finite numbers with an
 *   integer label (any integer, also written as 1.0000000e+00) first.
 */
export function ucrDataset({ name, train, test }: { name: string; train: SourceFile; test: SourceFile }): Dataset {
  const trainRows = decodeUcr(train);
  const testRows = decodeUcr(test);
  if (testRows.width !== trainRows.width) {
    throw new FormatError({
      where: test.where,
      expected: `series of ${trainRows.width} values, as in ${train.where}`,
      got: `${testRows.width}`,
    });
  }
  return assembleDataset({ name, shape: [trainRows.width], standardisation: null, train: trainRows, test: testRows });
}

function decodeUcr(file: SourceFile): LabelledRows & { width: number } {
  const lines = decodeText(file).split(/\r\n|\r|\n/);
  const place = (row: number) => `${file.where}, line ${row + 1}`;
  const width = cells(lines[0]!).length - 1;
  const labels = new Float64Array(lines.length);
  const features = new Float32Array(lines.length * width);
  lines.forEach((line, row) => {
    const texts = cells(line);
    if (texts.length !== width + 1 || width < 1) {
      throw new FormatError({
        where: place(row),
        expected: width < 1 ? "a label and at least one value" : `a label and ${width} values, as in line 1`,
        got: `${line.trim() === "" ? 0 : texts.length} numbers`,
        remedy: "Series must be equally long: cut or pad them.",
      });
    }
    const column = (index: number) => () => `${place(row)}, column ${index + 1}`;
    labels[row] = parseNumber(texts[0]!, column(0));
    for (let i = 0; i < width; i++) features[row * width + i] = parseNumber(texts[i + 1]!, column(i + 1));
  });
  return { where: file.where, width, features, labels, place: (row) => `${place(row)}, column 1` };
}

/** Two commas in a row keep an empty cell between them, so that a missing value is not passed over. */
function cells(line: string): string[] {
  return line.trim().split(/\s*,\s*|\s+/);
}
