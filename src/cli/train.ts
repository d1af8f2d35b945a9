/** @file `heavytail train`: one training, into a run folder. */

import { basename, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Command } from "commander";
import type { RunConfig } from "../disk/runFolder.js";
import { NumericalError, ParameterError } from "../errors.js";
import type { RunStatus, Tracking } from "../sweep/track/tracker.js";
import type { noiseFacts, TrainConfig } from "../train/config.js";
import type { ProfilePart, Stopwatch } from "../train/stopwatch.js";
import type { Evaluation, TrainState } from "../train/train.js";
import { type CommandResult, command } from "./command.js";
import { type DataFlags, givenData } from "./dataOptions.js";
import { percent, table } from "./table.js";
import { defineTrainFlags, givenOptions, type TrainFlags } from "./trainOptions.js";

/** Seconds between checkpoints; a kill loses no more than these and one evaluation interval. */
const checkpointInterval = 3;

/** Fields that a resumed run may be given anew: they say when to stop, not what to compute. */
const stopFields = ["steps", "untilTrainAccuracy", "maxSeconds", "evalEvery"] as const;

/** The command. */
export function trainCommand(): Command {
  return command("train", "Train a network with heavy-tailed SGD.", defineTrainFlags, run);
}

async function run(flags: TrainFlags): Promise<CommandResult> {
  const folder = await import("../disk/runFolder.js");
  const [{ train }, { loadDataset }, { progress }] = await Promise.all([
    import("../train/train.js"),
    import("../disk/data.js"),
    import("./progress.js"),
  ]);
  const { dir, config, resumeFrom, earlier } = await prepare(flags);
  const { deriveKey, keyFromSeed } = await import("../math/random/key.js");
  const { environment } = await import("../disk/environment.js");
  const { noiseFacts } = await import("../train/config.js");
  const noise = noiseFacts(config.train);
  const { train: _, data, ...reading } = config;
  const dataset = await loadDataset(data, { key: deriveKey(keyFromSeed(config.train.seed), "split"), ...reading });
  await folder.writeStart(dir, config, await environment());

  const tracking = await track(flags, dir, config);
  const { createStopwatch } = await import("../train/stopwatch.js");
  const stopwatch = flags.profile ? createStopwatch() : undefined;
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort();
  process.once("SIGINT", onInterrupt);
  const bar = progress(`training ${dataset.name}`, config.train.steps);
  const metrics: Evaluation[] = [...earlier];
  let kept: TrainState | undefined = resumeFrom;
  let note = "";
  let written = performance.now();
  try {
    const result = await train(dataset, config.train, {
      device: flags.device,
      ...(flags.threads !== undefined && { threads: flags.threads }),
      ...(resumeFrom && { resumeFrom }),
      ...(stopwatch && { stopwatch }),
      signal: interrupt.signal,
      onStep: (step) => bar.update(step, note),
      async onEvaluation(evaluation, state) {
        metrics.push(evaluation);
        const { step, ...values } = evaluation;
        tracking.log(step, values);
        kept = state;
        note = `train ${percent(evaluation.trainAccuracy)}  test ${percent(evaluation.testAccuracy)}`;
        bar.update(evaluation.step, note);
        if (performance.now() - written < checkpointInterval * 1000) return;
        await folder.writeCheckpoint(dir, state, metrics);
        written = performance.now();
      },
    });
    bar.stop();
    await folder.writeCheckpoint(dir, result, metrics);
    const { parameterCount } = await import("../model/network.js");
    const facts = { stoppedBy: result.stoppedBy, parameters: parameterCount(result.network) };
    const profile = stopwatch && profileJson(stopwatch, result.step - (resumeFrom?.step ?? 0));
    const json = resultJson(dir, result.final, false, { ...noise, ...facts, ...(profile && { profile }) });
    await folder.writeResult(dir, result, config, dataset, json);
    const stopped = result.stoppedBy === "signal";
    await tracking.close(stopped ? "killed" : "finished");
    const hint = stopped
      ? `\nInterrupted; continue with: heavytail train --resume --out ${dir}`
      : `\nNext: heavytail prune ${dir}`;
    const divided = profile ? `\n${profileText(profile)}` : "";
    return { json, text: resultText(json) + divided + hint, ...(stopped && { exitCode: 1 }) };
  } catch (error) {
    bar.stop();
    if (!(error instanceof NumericalError)) throw error;
    const last = metrics.at(-1);
    if (kept) await folder.writeCheckpoint(dir, kept, metrics);
    const json = resultJson(dir, last ?? null, true, { ...noise, error: error.message, divergedAt: error.step });
    await folder.writeOutcome(dir, json);
    await tracking.close("failed");
    process.stderr.write(`heavytail: ${error.message}\n`);
    const where = kept ? `its last finite state is in ${dir}` : "before there was a state to keep";
    return { json, text: `The run diverged; ${where}.`, exitCode: 1 };
  } finally {
    process.removeListener("SIGINT", onInterrupt);
  }
}

/** The trackers that are asked for; one that fails is told of on stderr and ends no run. */
async function track(
  { tensorboard, mlflow }: TrainFlags,
  dir: string,
  { train, data }: RunConfig,
): Promise<Pick<Tracking, "log" | "close">> {
  if (tensorboard === undefined && mlflow === undefined) return { log() {}, async close() {} };
  const { openTrackers } = await import("../sweep/track/tracker.js");
  const plain = Object.entries({ ...train, data }).filter(([, value]) => typeof value !== "object");
  const params = Object.fromEntries(plain) as Record<string, string | number | boolean>;
  const tracking = await openTrackers({ tensorboard, mlflow }, { name: basename(resolve(dir)), params });
  const close = (status: RunStatus): Promise<void> =>
    tracking
      .close(status)
      .catch(({ message }: Error) => void process.stderr.write(`heavytail: not tracked: ${message}\n`));
  return { log: tracking.log, close };
}

interface Prepared {
  dir: string;
  config: RunConfig;
  resumeFrom?: TrainState;
  earlier: Evaluation[];
}

/** Decides what to run and where, and refuses to overwrite another run. */
async function prepare(flags: TrainFlags): Promise<Prepared> {
  const { holdsRun, readConfig, readMetrics, readState } = await import("../disk/runFolder.js");
  const { noiseFacts, resolveTrainConfig } = await import("../train/config.js");
  if (flags.resume) {
    const dir = required("out", flags.out, "the folder of the run to continue");
    const saved = await readConfig(dir);
    const config = { ...saved, train: resolveTrainConfig({ ...saved.train, ...givenOptions(flags) }) };
    const { resolveSpec } = await import("../disk/data.js");
    refuseChanges(saved, config, { ...givenData(flags), ...(flags.data && { data: resolveSpec(flags.data) }) });
    const resumeFrom = await readState(dir);
    return { dir, config, resumeFrom, earlier: await readMetrics(dir, resumeFrom.step) };
  }
  const { resolveSpec } = await import("../disk/data.js");
  const data = required("data", flags.data, "a data set, such as mnist");
  const config = { ...givenData(flags), data: resolveSpec(data), train: resolveTrainConfig(givenOptions(flags)) };
  const dir = flags.out ?? defaultFolder({ ...config, data }, noiseFacts(config.train));
  if (!flags.overwrite && (await holdsRun(dir)) && !isDeepStrictEqual(await readConfig(dir), config)) {
    throw new ParameterError({
      where: "out",
      expected: "a new folder, or one with a run of this configuration",
      got: `${dir}, which holds another run`,
      remedy: "Choose another folder, or add --overwrite.",
    });
  }
  return { dir, config, earlier: [] };
}

function required(name: string, value: string | undefined, expected: string): string {
  if (value !== undefined) return value;
  throw new ParameterError({ where: name, expected, got: "nothing", remedy: `Add --${name}.` });
}

function refuseChanges(saved: RunConfig, config: RunConfig, given: DataFlags): void {
  const changed = (Object.keys(config.train) as (keyof TrainConfig)[]).find(
    (field) =>
      !(stopFields as readonly string[]).includes(field) && !isDeepStrictEqual(saved.train[field], config.train[field]),
  );
  const steps = saved.train.steps !== config.train.steps && saved.train.annealFrom < 1 ? "steps" : undefined;
  const other = (Object.keys(given) as (keyof DataFlags)[]).find((name) => given[name] !== saved[name]);
  const field = changed ?? steps ?? other;
  if (!field) return;
  const remedy =
    field === "steps"
      ? "Annealing ties the noise to the number of steps; start a new run instead."
      : `Only ${stopFields.join(", ")} may change; start a new run for another ${field}.`;
  const got = "another";
  throw new ParameterError({
    where: `${field} of a resumed run`,
    expected: "the value it was started with",
    got,
    remedy,
  });
}

function defaultFolder(
  { data, positiveClass, train }: RunConfig,
  { noise: kind, alpha, sigma }: ReturnType<typeof noiseFacts>,
): string {
  const name = data
    .replace(/[^A-Za-z0-9.]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .toLowerCase();
  const noise = kind === "none" ? kind : `${kind}-a${alpha}-s${sigma}`;
  const parts = [
    name,
    positiveClass,
    `n${train.width}`,
    train.depth > 2 && `d${train.depth}`,
    noise,
    `seed${train.seed}`,
  ];
  return `runs/${parts.filter(Boolean).join("-")}`;
}

function resultJson(
  dir: string,
  final: Evaluation | null,
  diverged: boolean,
  facts: Record<string, unknown>,
): Record<string, unknown> {
  const {
    step = 0,
    seconds = 0,
    trainAccuracy = null,
    testAccuracy = null,
    trainLoss = null,
    testLoss = null,
  } = final ?? {};
  return {
    ...{ dir, steps: step, seconds, trainAccuracy, testAccuracy, trainLoss, testLoss, diverged },
    ...facts,
  };
}

function resultText(json: Record<string, unknown>): string {
  const value = (name: string): number => json[name] as number;
  const rows = [
    ["training", percent(value("trainAccuracy")), value("trainLoss").toPrecision(4)],
    ["test", percent(value("testAccuracy")), value("testLoss").toPrecision(4)],
  ];
  const made = `${json.steps} steps in ${value("seconds").toFixed(1)} s (stopped by ${json.stoppedBy}) → ${json.dir}`;
  return `${table(["", "accuracy", "loss"], rows)}\n${made}`;
}

/** How a run's time divides: by part, seconds in all, milliseconds a step, and the share of the whole. */
function profileJson({ totals }: Stopwatch, steps: number): Record<ProfilePart, Record<string, number>> {
  const all = Object.values(totals).reduce((sum, milliseconds) => sum + milliseconds, 0);
  const entries = Object.entries(totals).map(([part, milliseconds]) => [
    part,
    { seconds: milliseconds / 1000, msPerStep: milliseconds / Math.max(1, steps), share: milliseconds / all },
  ]);
  return Object.fromEntries(entries) as Record<ProfilePart, Record<string, number>>;
}

function profileText(profile: Record<ProfilePart, Record<string, number>>): string {
  const rows = Object.entries(profile).map(([part, { seconds, msPerStep, share }]) => [
    ...[part, seconds!.toFixed(2), msPerStep!.toFixed(3), percent(share)],
  ]);
  return table(["time", "s", "ms a step", "share"], rows);
}
