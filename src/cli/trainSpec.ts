/**
 * @file A training to be repeated with other seeds: what `certify` and `verify compressibility` start from. It is a run
 * folder, or a JSON file of the same form as the folder's `config.json`: {"data", "positiveClass"?, "train": {…}}.
 */

import { stat } from "node:fs/promises";
import * as z from "zod";
import type { Dataset } from "../dataset/dataset.js";
import { FormatError } from "../errors.js";
import { deriveKey, keyFromSeed } from "../math/random/key.js";
import { resolveTrainConfig, type TrainOptions } from "../train/config.js";
import { loadDataset } from "./data.js";
import { readWhole } from "./files.js";
import { holdsRun, type RunConfig, type RunData, readConfig } from "./runFolder.js";

const schema = z.object({
  data: z.string(),
  positiveClass: z.string().optional(),
  train: z.record(z.string(), z.unknown()).default({}),
});

/** Whether a name is that of a run folder or a JSON file. */
export async function isTrainSpec(name: string): Promise<boolean> {
  return name.endsWith(".json") || (await holdsRun(name));
}

/**
 * Reads a training's specification.
 * @param path a run folder or a JSON file
 * @throws FormatError if it is neither; ParameterError if a value is outside its domain
 */
export async function readTrainSpec(path: string): Promise<RunConfig> {
  const folder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (folder) return await readConfig(path);
  const text = new TextDecoder().decode(await readWhole(path, "a run folder or a JSON file"));
  let parsed: z.output<typeof schema>;
  try {
    parsed = schema.parse(JSON.parse(text));
  } catch (cause) {
    const expected = 'a training as JSON, {"data": …, "train": {…}}';
    const remedy = "Give a folder that heavytail train made, or a file like its config.json.";
    throw new FormatError({ where: path, expected, got: "something else", remedy, cause });
  }
  const { data, positiveClass, train } = parsed;
  const named = positiveClass === undefined ? { data } : { data, positiveClass };
  return { ...named, train: resolveTrainConfig(train as TrainOptions) };
}

/**
 * Loads a specification's data, the same for all seeds trained on it.
 * @param spec the data, and the seed by which a table is split
 */
export async function loadSpecData({ data, positiveClass }: RunData, splitSeed: number): Promise<Dataset> {
  return await loadDataset(data, { key: deriveKey(keyFromSeed(splitSeed), "split"), positiveClass });
}
