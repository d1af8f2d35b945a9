/** @file `heavytail sweep`: runs the cells of an experiment file, those that are not finished yet. */

import { join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { ParameterError } from "../errors.js";
import type { Cell, CellResult } from "../sweep/cell.js";
import type { ExperimentOverrides, LoadedExperiment } from "../sweep/resolveExperiment.js";
import type { Store } from "../sweep/store.js";
import type { TrainOptions } from "../train/config.js";
import { type CommandResult, type CommonOptions, command, count, interruptedCode } from "./command.js";
import { type DataFlags, defineDataFlags, givenData } from "./dataOptions.js";
import { untilInterrupted } from "./untilInterrupted.js";

interface SweepFlags extends CommonOptions, DataFlags {
  out?: string;
  workers?: number;
  seeds?: number;
  set: Record<string, unknown>;
  dryRun?: boolean;
  printConfig?: boolean;
  redis?: string;
  queue: string;
  attempts: number;
  status?: boolean;
  schema?: boolean;
  retryFailed?: boolean;
  models: boolean;
  tensorboard?: string;
  mlflow?: string;
}

/** The command. */
export function sweepCommand(): Command {
  return command(
    "sweep [experiment]",
    "Run an experiment file: every configuration × seed × pruning level, each once.",
    (made) =>
      defineDataFlags(made, "the data set, instead of the one in the file")
        .option("--out <dir>", "the folder of its results (sweeps/NAME)")
        .option("--workers <n>", "cells that run at once, each on one core (all cores)", count)
        .option("--seeds <n>", "only the first n seeds", count)
        .option("--set <field=value>", "a training field for all cells; may be repeated", assignment, {})
        .option("--dry-run", "say which cells would run and how long they might take")
        .option("--print-config", "say for every value of the configurations where it came from")
        .option("--retry-failed", "run cells again that failed before")
        .option("--no-models", "keep the numbers only, not the small models")
        .option("--tensorboard <dir>", "also write each finished cell as a TensorBoard run into this folder")
        .option("--mlflow <url>", "also tell an MLflow server of each finished cell")
        .option("--redis <url>", "let workers of this Redis or Valkey run the cells (see heavytail worker)")
        .option("--queue <name>", "with --redis: the queue of this name", "cells")
        .option("--attempts <n>", "with --redis: how often a cell is tried before it is given up", count, 3)
        .option("--status", "say how the queue of --redis stands; needs no experiment")
        .option("--schema", "print the JSON schema of experiment files; needs no experiment"),
    run,
  );
}

async function run(flags: SweepFlags, file: string | undefined): Promise<CommandResult> {
  if (flags.status) return await status(flags);
  if (flags.schema) return await schema();
  if (file === undefined) {
    const remedy = "See experiments/ for some, and the guide on sweeps.";
    throw new ParameterError({ where: "experiment", expected: "an experiment file", got: "nothing", remedy });
  }
  const { loadExperiment, expandExperiment, identifyCells } = await import("../sweep/resolveExperiment.js");
  const { configResult, dryRun } = await import("./sweepPlan.js");
  const overrides: ExperimentOverrides = {
    data: givenData(flags),
    set: flags.set as TrainOptions,
    ...(flags.seeds !== undefined && { seeds: flags.seeds }),
  };
  const experiment = await loadExperiment(file, overrides);
  const expanded = expandExperiment(experiment);
  if (flags.printConfig) return configResult(experiment, expanded);
  const cells = await identifyCells(expanded);
  const dir = flags.out ?? join("sweeps", experiment.name);
  return flags.dryRun ? await dryRun(dir, cells, flags.workers) : await sweep(flags, file, dir, experiment, cells);
}

async function schema(): Promise<CommandResult> {
  const { experimentJsonSchema } = await import("../sweep/experiment.js");
  const json = experimentJsonSchema();
  return { json, text: JSON.stringify(json, null, 2) };
}

async function status({ redis, queue }: SweepFlags): Promise<CommandResult> {
  const [{ redisUrl }, { queueStatus }] = await Promise.all([
    import("./worker.js"),
    import("../sweep/queue/queueStatus.js"),
  ]);
  const found = await queueStatus({ url: redisUrl(redis), queue });
  const lines = [
    `queue ${found.queue}: ${found.waiting} waiting, ${found.active} running, ${found.done} done, ${found.failed} given up`,
    ...found.workers.map(({ name, address, seconds }) => `worker ${name} at ${address}, ${seconds} s`),
    ...found.failures.map(({ id, error }) => `given up ${id}: ${error}`),
  ];
  return { json: { ...found }, text: lines.join("\n") };
}

async function sweep(
  flags: SweepFlags,
  file: string,
  dir: string,
  experiment: LoadedExperiment,
  cells: readonly Cell[],
): Promise<CommandResult> {
  const { openStore } = await import("../sweep/store.js");
  const { writeTables } = await import("../sweep/tables/writeTables.js");
  const store = await openStore(dir);
  await store.describe({ name: experiment.name, description: experiment.description, cells: cells.length });
  const started = performance.now();
  const interrupted = await untilInterrupted((signal) => runAll(flags, cells, store, signal));
  const [csv] = await writeTables(store);
  const counts = await countCells(cells, store);
  const seconds = (performance.now() - started) / 1000;
  const json = { name: experiment.name, dir, ...counts, seconds, table: csv };
  const again = `heavytail sweep ${file}${flags.out ? ` --out ${flags.out}` : ""}`;
  const text = [
    `${counts.done} of ${counts.cells} cells done, ${counts.diverged} diverged, ${counts.failed} failed → ${csv}`,
    counts.failed > 0
      ? `Failed cells: heavytail query ${dir} "SELECT DISTINCT cell, error FROM results WHERE status = 'failed'"`
      : "",
    interrupted
      ? `Interrupted; nothing finished is lost. Go on with the same command: ${again} …`
      : `Next: heavytail report ${dir}`,
  ];
  const exitCode = interrupted ? interruptedCode : counts.failed > 0 ? 1 : 0;
  return { json, text: text.filter(Boolean).join("\n"), exitCode };
}

/** Runs the cells by threads of this process, or by the workers of a queue. */
async function runAll(
  { workers, models, retryFailed = false, redis, queue, attempts, tensorboard, mlflow }: SweepFlags,
  cells: readonly Cell[],
  store: Store,
  signal: AbortSignal,
): Promise<void> {
  const { sweepProgress } = await import("./sweepProgress.js");
  const display = sweepProgress();
  const onNotice = (text: string): void => void process.stderr.write(`${text}\n`);
  const track = async (cell: Cell, result: CellResult): Promise<void> => {
    if (tensorboard === undefined && mlflow === undefined) return;
    const { trackCell } = await import("../sweep/track/trackCell.js");
    await trackCell({ tensorboard, mlflow }, cell, result).catch(({ message }: Error) => onNotice(message));
  };
  const watched = { store, signal, retryFailed, keepModels: models, onProgress: display.update, onResult: track };
  try {
    if (redis === undefined) {
      const { runCells } = await import("../sweep/runCells.js");
      await runCells(cells, { ...watched, ...(workers !== undefined && { workers }) });
    } else {
      const { runCellsOnQueue } = await import("../sweep/queue/runCellsOnQueue.js");
      await runCellsOnQueue(cells, { ...watched, url: redis, queue, attempts, onNotice });
    }
  } finally {
    display.stop();
  }
}

/** What has become of an experiment's cells so far. */
async function countCells(
  cells: readonly Cell[],
  store: Store,
): Promise<{ cells: number; done: number; diverged: number; failed: number; left: number }> {
  const counts = { done: 0, diverged: 0, failed: 0, left: 0 };
  const finished = new Set(await store.finishedIds());
  for (const { id } of cells) counts[finished.has(id) ? (await store.get(id)).result.status : "left"]++;
  return { cells: cells.length, ...counts };
}

/** Adds "field=value" to those before; the value is JSON where it can be, else text. */
function assignment(text: string, before: Record<string, unknown>): Record<string, unknown> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError(`expected field=value, got "${text}".`);
  const value = text.slice(at + 1);
  try {
    return { ...before, [text.slice(0, at)]: JSON.parse(value) };
  } catch {
    return { ...before, [text.slice(0, at)]: value };
  }
}
