/** @file The data sets of cells: loaded by what a cell names, known by their content. */

import { createHash } from "node:crypto";
import type { Dataset } from "../dataset/dataset.js";
import { loadDataset } from "../disk/data.js";
import type { RunData } from "../disk/runFolder.js";
import { deriveKey, keyFromSeed } from "../math/random/key.js";

/**
 * Loads a cell's data set. A table is split into train and test as by seed 0, so that all seeds of an experiment see the
 * same split.
 * @param data which data, its path absolute
 * @throws as `loadDataset`
 */
export async function loadCellData({ data, positiveClass, labelColumn, testFraction }: RunData): Promise<Dataset> {
  const key = deriveKey(keyFromSeed(0), "split");
  return await loadDataset(data, { key, positiveClass, labelColumn, testFraction });
}

/**
 * The content of a data set: SHA-256 (hex) of its classes, shape, scaling, features and labels. Its name does not count.
 * @param dataset the data set, as a cell sees it
 */
export function datasetHash({ features, classes, classNames, shape, standardisation, train, test }: Dataset): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify({ features, classes, classNames, shape, standardisation, rows: [train.rows, test.rows] }));
  for (const split of [train, test]) {
    for (const { buffer, byteOffset, byteLength } of [split.features, split.labels]) {
      hash.update(new Uint8Array(buffer, byteOffset, byteLength));
    }
  }
  return hash.digest("hex");
}
