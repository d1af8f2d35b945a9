/** @file From an experiment to its cells: every combination resolved, checked, named by its content, none of them twice. */

import { readFile } from "node:fs/promises";
import { dirname, extname, resolve } from "node:path";
import { resolveSpec } from "../disk/data.js";
import { nearestName } from "../disk/nearestName.js";
import type { RunData } from "../disk/runFolder.js";
import { FormatError, ParameterError } from "../errors.js";
import { checkRecipe } from "../shrink/cut.js";
import { resolveTrainConfig, type TrainConfig, type TrainOptions } from "../train/config.js";
import {
  type Cell,
  type CellSpec,
  canonicalJson,
  canonicalTrain,
  cellId,
  levelName,
  type PruneLevel,
  unusedFields,
} from "./cell.js";
import { datasetHash, loadCellData } from "./cellData.js";
import { type CheckedExperiment, checkExperiment, type Experiment } from "./experiment.js";
import { type TrainField, trainFieldNames } from "./trainFields.js";

/** What a caller may change of an experiment without touching its file. */
export interface ExperimentOverrides {
  /** Another place of the data, or other facts about it; a path in it is looked up in the working directory. */
  readonly data?: Partial<RunData>;
  /** Training fields that take precedence over all else; `seed` replaces the seeds. */
  readonly set?: TrainOptions;
  /** Only so many of the seeds, the first. */
  readonly seeds?: number;
}

/** An experiment read, checked and complete. */
export interface LoadedExperiment extends Omit<CheckedExperiment, "data"> {
  readonly data: RunData;
  readonly overrides: ExperimentOverrides;
}

/** Where a value of a cell came from. */
export type Origin = "default" | "base" | "axis" | "variant" | "seeds" | "command line" | "file" | "not used";

/** A cell before its id is known, with the origin of each of its values. */
export interface ExpandedCell extends CellSpec {
  readonly labels: Cell["labels"];
  readonly origins: Readonly<Record<string, Origin>>;
}

/** The most cells of one experiment. */
const mostCells = 1_000_000;

/**
 * Reads and checks an experiment.
 * @param source a JSON or TypeScript (or JavaScript) file, or the experiment itself
 * @param overrides what to change of it
 * @returns the experiment, the path of its data absolute
 * @throws FormatError for a file that cannot be read; ParameterError for what it may not say
 */
export async function loadExperiment(
  source: string | Experiment,
  overrides: ExperimentOverrides = {},
): Promise<LoadedExperiment> {
  const where = typeof source === "string" ? source : "experiment";
  const checked = checkExperiment(typeof source === "string" ? await readSource(source) : source, where);
  const folder = typeof source === "string" ? dirname(resolve(source)) : process.cwd();
  const written = typeof checked.data === "string" ? { data: checked.data } : checked.data;
  const data = {
    ...withoutUndefined(written),
    data: resolveSpec(written.data, folder),
    ...withoutUndefined(overrides.data ?? {}),
    ...(overrides.data?.data !== undefined && { data: resolveSpec(overrides.data.data) }),
  } as RunData;
  const unknown = Object.keys(overrides.set ?? {}).find((name) => !trainFieldNames.includes(name as TrainField));
  if (unknown !== undefined) {
    throw new ParameterError({
      where: "set",
      expected: `one of ${trainFieldNames.join(", ")}`,
      got: unknown,
      remedy: `Did you mean ${nearestName(unknown, trainFieldNames)}?`,
    });
  }
  return { ...checked, data, overrides };
}

/**
 * The cells of an experiment.
 * @param source a file or the experiment itself
 * @param overrides what to change of it
 * @returns its cells, those of the first seed first, each configuration once
 * @throws as `loadExperiment`, `expandExperiment` and `loadDataset`: the data are read, because their content is part of the ids
 */
export async function resolveExperiment(
  source: string | Experiment,
  overrides: ExperimentOverrides = {},
): Promise<Cell[]> {
  const experiment = await loadExperiment(source, overrides);
  return await identifyCells(expandExperiment(experiment));
}

/**
 * Gives cells their ids.
 * @param cells cells of any data
 * @throws as `loadDataset`
 */
export async function identifyCells(cells: readonly ExpandedCell[]): Promise<Cell[]> {
  const hashes = new Map<string, string>();
  const named: Cell[] = [];
  for (const { data, train, levels, labels } of cells) {
    const key = canonicalJson(data);
    const dataHash = hashes.get(key) ?? datasetHash(await loadCellData(data));
    hashes.set(key, dataHash);
    const spec = { data, train, levels };
    named.push({ id: cellId(spec, dataHash), labels, ...spec, dataHash });
  }
  return named;
}

/**
 * Multiplies an experiment out: for each seed, for each variant, every combination of the axes that neither the variant
 * nor an override fixes. Fields that a noise does not have collapse, so that "none" is one cell and not one for each α.
 * @param experiment a loaded experiment
 * @returns the cells, each configuration once, with the origin of every value
 * @throws ParameterError naming the field and the domain that a value is outside of
 */
export function expandExperiment(experiment: LoadedExperiment): ExpandedCell[] {
  const { base, axes, variants, data, overrides } = experiment;
  const { seed, ...set } = overrides.set ?? {};
  const seeds = seed === undefined ? seedList(experiment).slice(0, overrides.seeds) : [seed];
  const found = new Map<string, ExpandedCell>();
  for (const seed of seeds) {
    for (const { label, prune = experiment.prune, ...variant } of variants) {
      const fixed = { ...variant, ...set };
      for (const axis of product(
        withoutUndefined(axes),
        (name) => (fixed as Record<string, unknown>)[name] === undefined,
      )) {
        const layers = { base, axis, variant, "command line": set, seeds: { seed } };
        const given = Object.assign({}, ...Object.values(layers).map(withoutUndefined)) as TrainOptions;
        const train = canonicalTrain(resolveTrainConfig(given));
        checkLevels(prune, train);
        const origins = originsOf(train, layers, overrides);
        const labels = labelsOf(label, axis, train, origins);
        const key = canonicalJson({ train, prune });
        if (!found.has(key)) found.set(key, { data, train, levels: prune, labels, origins });
        if (found.size > mostCells) throw tooMany(experiment.name);
      }
    }
  }
  return [...found.values()];
}

async function readSource(path: string): Promise<unknown> {
  if ([".ts", ".mts", ".js", ".mjs"].includes(extname(path))) {
    const { createJiti } = await import("jiti");
    try {
      return await createJiti(import.meta.url, { fsCache: false }).import(resolve(path), { default: true });
    } catch (cause) {
      const remedy = "It should have a default export, made with defineExperiment.";
      throw new FormatError({ where: path, expected: "an experiment", got: (cause as Error).message, remedy, cause });
    }
  }
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    const got = missing ? "no such file" : (cause as Error).message;
    throw new FormatError({ where: path, expected: "an experiment in JSON or TypeScript", got, cause });
  }
}

function seedList({ seeds, base }: LoadedExperiment): number[] {
  if (seeds === undefined) return [(base.seed as number | undefined) ?? 0];
  return Array.isArray(seeds) ? seeds : Array.from({ length: seeds.count }, (_, i) => seeds.from + i);
}

/** Every combination of the axes that are free, the last varying fastest. */
function* product(
  axes: Record<string, unknown[]>,
  free: (name: string) => boolean,
): Generator<Record<string, unknown>> {
  const [first, ...rest] = Object.entries(axes).filter(([name]) => free(name));
  if (!first) return yield {};
  for (const value of first[1] as unknown[]) {
    for (const others of product(Object.fromEntries(rest), free)) yield { [first[0]]: value, ...others };
  }
}

function originsOf(
  train: TrainConfig,
  layers: Record<string, Record<string, unknown>>,
  { data }: ExperimentOverrides,
): Record<string, Origin> {
  const unused = unusedFields(train);
  const names = ["seeds", "command line", "variant", "axis", "base"] as const;
  const origin = (field: TrainField): Origin => {
    const from = names.find((name) => layers[name]![field] !== undefined) ?? "default";
    return unused.includes(field) ? "not used" : from;
  };
  return {
    data: data?.data === undefined ? "file" : "command line",
    ...Object.fromEntries(trainFieldNames.map((field) => [field, origin(field)])),
  };
}

function labelsOf(
  label: string | undefined,
  axis: Record<string, unknown>,
  train: TrainConfig,
  origins: Record<string, Origin>,
): Cell["labels"] {
  const values = Object.entries(axis)
    .filter(([name]) => origins[name] !== "not used")
    .map(([name, value]) => [
      name,
      typeof value === "number" || typeof value === "string" ? value : JSON.stringify(value),
    ]);
  return { ...(label !== undefined && { variant: label }), ...Object.fromEntries(values), seed: train.seed };
}

/** @throws ParameterError for a level that no network of the cell can be cut to */
function checkLevels(levels: readonly PruneLevel[], { width }: TrainConfig): void {
  for (const level of levels) {
    checkRecipe({ refit: level.refit, ...(level.fineTune && { fineTune: level.fineTune }), rounds: level.rounds ?? 1 });
    if ((level.units ?? 0) <= width) continue;
    const expected = `at most the ${width} units of the width`;
    throw new ParameterError({ where: `prune: ${levelName(level)}`, expected, got: `${level.units}` });
  }
}

function tooMany(name: string): ParameterError {
  const remedy = "Split the experiment.";
  return new ParameterError({ where: name, expected: `at most ${mostCells} cells`, got: "more", remedy });
}

function withoutUndefined<T extends object>(record: T): { [Name in keyof T]: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as never;
}
