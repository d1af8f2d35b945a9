/**
 * @file A run on disk: `config.json` (resolved configuration and data), `environment.json`, `metrics.csv`,
 * `weights.safetensors` (the state, also the checkpoint), `model.onnx` and `result.json`. Every file is written whole.
 */

import { access } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import type { Dataset } from "../dataset/dataset.js";
import { FormatError } from "../errors.js";
import { exportOnnx } from "../export/onnx.js";
import { decodeState, encodeState } from "../export/weights.js";
import { noiseFacts, resolveTrainConfig, type TrainConfig, type TrainOptions } from "../train/config.js";
import type { Evaluation, TrainState } from "../train/train.js";
import { version } from "../version.js";
import { isFolder, readWhole, writeWhole } from "./files.js";

/** Which data a run was trained on. */
export interface RunData {
  /** As given to `--data`, with its path made absolute. */
  readonly data: string;
  readonly positiveClass?: string;
  /** Of a table: the label column's name, or its index from 0. */
  readonly labelColumn?: string;
  /** Of a table: the share of rows put aside for testing. */
  readonly testFraction?: number;
}

/** What `config.json` holds. */
export interface RunConfig extends RunData {
  readonly train: TrainConfig;
}

const configSchema = z.object({
  data: z.string(),
  positiveClass: z.string().optional(),
  labelColumn: z.string().optional(),
  testFraction: z.number().optional(),
  train: z.record(z.string(), z.unknown()).default({}),
});

const columns = ["step", "trainLoss", "trainAccuracy", "testLoss", "testAccuracy", "seconds"] as const;

/** The files of a run folder. */
export const runFiles = {
  config: "config.json",
  environment: "environment.json",
  metrics: "metrics.csv",
  state: "weights.safetensors",
  model: "model.onnx",
  result: "result.json",
} as const;

/** Whether a folder holds a run. */
export function holdsRun(dir: string): Promise<boolean> {
  return exists(join(dir, runFiles.config));
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

/**
 * Reads a run's configuration.
 * @param input a run folder, or a JSON file of the same form as the folder's `config.json`
 * @throws FormatError if there is none or it is damaged; ParameterError if a value is outside its domain
 */
export async function readConfig(input: string): Promise<RunConfig> {
  const path = (await isFolder(input)) ? join(input, runFiles.config) : input;
  const text = new TextDecoder().decode(await readWhole(path, "the configuration of a run"));
  let parsed: z.output<typeof configSchema>;
  try {
    parsed = configSchema.parse(JSON.parse(text));
  } catch (cause) {
    const expected = 'a run\'s configuration in JSON, {"data": …, "train": {…}}';
    const remedy = "Give a folder that heavytail train made, or a file like its config.json.";
    throw new FormatError({ where: path, expected, got: "something else", remedy, cause });
  }
  const { train, ...data } = parsed;
  const given = Object.fromEntries(
    Object.entries(data).filter(([, value]) => value !== undefined),
  ) as unknown as RunData;
  return { ...given, train: resolveTrainConfig(train as TrainOptions) };
}

/** Writes a run's configuration and environment. */
export async function writeStart(dir: string, config: RunConfig, environment: Record<string, unknown>): Promise<void> {
  await writeWhole(join(dir, runFiles.config), json({ heavytail: version, ...config }));
  await writeWhole(join(dir, runFiles.environment), json(environment));
}

/** Reads the state of a run's last checkpoint. @throws FormatError if there is none or it is damaged */
export async function readState(dir: string): Promise<TrainState> {
  const path = join(dir, runFiles.state);
  return decodeState(await readWhole(path, "the weights of a run"), path);
}

/** Writes the state to continue from, and the metrics up to it. */
export async function writeCheckpoint(dir: string, state: TrainState, metrics: readonly Evaluation[]): Promise<void> {
  const rows = metrics.map((row) => columns.map((column) => row[column]).join(","));
  await writeWhole(join(dir, runFiles.metrics), `${[columns.join(","), ...rows].join("\n")}\n`);
  await writeWhole(join(dir, runFiles.state), encodeState(state));
}

/** Reads a run's metrics up to a step; rows beyond it belong to a checkpoint that was not written. Without a file: none. */
export async function readMetrics(dir: string, upTo: number): Promise<Evaluation[]> {
  const path = join(dir, runFiles.metrics);
  if (!(await exists(path))) return [];
  const [head, ...lines] = new TextDecoder()
    .decode(await readWhole(path, "the metrics of a run"))
    .trim()
    .split("\n");
  const rows = lines.map((line) => line.split(",").map(Number));
  if (head !== columns.join(",") || rows.some((row) => row.length !== columns.length || !Number.isInteger(row[0]))) {
    const remedy = "Delete the file to continue without the earlier rows.";
    throw new FormatError({ where: path, expected: `rows of ${columns.join(",")}`, got: "something else", remedy });
  }
  return rows
    .map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i]])) as unknown as Evaluation)
    .filter(({ step }) => step <= upTo);
}

/** Writes the trained model and the run's result. */
export async function writeResult(
  dir: string,
  state: TrainState,
  config: RunConfig,
  dataset: Dataset,
  result: Record<string, unknown>,
): Promise<void> {
  const doc = `A network of ${config.train.width} hidden units trained on ${dataset.name} by heavytail.`;
  const metadata = runMetadata(config.train, dataset);
  await writeWhole(join(dir, runFiles.model), exportOnnx(state.network, { doc, metadata }));
  await writeOutcome(dir, result);
}

/** Writes a run's result alone: what a diverged run leaves beside its last finite state. */
export async function writeOutcome(dir: string, result: Record<string, unknown>): Promise<void> {
  await writeWhole(join(dir, runFiles.result), json(result));
}

/** What exported models say of their training and of the features they take. */
export function runMetadata(train: TrainConfig, dataset: Dataset): Record<string, string | number | boolean> {
  const { learningRate, seed, scaling } = train;
  const { name, classNames, standardisation } = dataset;
  const facts = {
    data: name,
    classNames: JSON.stringify(classNames),
    ...noiseFacts(train),
    learningRate,
    seed,
    scaling,
  };
  const scale = standardisation ? { inputMean: standardisation.mean, inputStd: standardisation.std } : {};
  return Object.fromEntries(Object.entries({ ...facts, ...scale }).filter(([, value]) => value !== null)) as Record<
    string,
    string | number | boolean
  >;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
