/** @file A training to be repeated with other seeds: what `certify` and `verify compressibility` start from. */

import type { Dataset } from "../dataset/dataset.js";
import { loadDataset } from "../disk/data.js";
import { holdsRun, type RunData } from "../disk/runFolder.js";
import { deriveKey, keyFromSeed } from "../math/random/key.js";

/** Whether a name is that of a run folder or a JSON file, which `readConfig` reads. */
export async function isTrainSpec(name: string): Promise<boolean> {
  return name.endsWith(".json") || (await holdsRun(name));
}

/**
 * Loads a training's data, the same for all seeds trained on it.
 * @param data the data of a run's configuration
 * @param splitSeed the seed by which a table is split
 */
export async function loadSpecData(
  { data, positiveClass, labelColumn, testFraction }: RunData,
  splitSeed: number,
): Promise<Dataset> {
  const key = deriveKey(keyFromSeed(splitSeed), "split");
  return await loadDataset(data, { key, positiveClass, labelColumn, testFraction });
}
