/** @file `heavytail certify`: trains independent seeds and states what they prove about the next one. */

import { basename, dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import type { Dataset } from "../dataset/dataset.js";
import { NumericalError, ParameterError } from "../errors.js";
import type { Network } from "../model/network.js";
import type { TrainConfig } from "../train/config.js";
import type { TrainControl } from "../train/train.js";
import { breaksPromise, certificateJson, certificateText, statementsOf } from "./certificateResult.js";
import { type CommandResult, type CommonOptions, command, integer, number } from "./command.js";
import type { Promised, SeedFile, SeedRecord } from "./seedFile.js";
import { type ReportOption, reporting, withReport } from "./theoryPage.js";

interface CertifyFlags extends CommonOptions, ReportOption {
  runs?: number;
  keptFraction?: number;
  relativeSquaredError?: number;
  relativeError?: number;
  delta: number;
  confidence: number;
  maxAccuracyDrop?: number;
  watch?: boolean;
  seed?: number;
  out?: string;
  threads?: number;
}

/** The command. */
export function certifyCommand(): Command {
  return command(
    "certify <spec>",
    "Train independent seeds of a run (a run folder, or a JSON file like its config.json) and certify a promise about the next.",
    reporting((made) =>
      made
        .option("--kept-fraction <k>", "κ, the fraction of the units that stays, in (0, 1]", number)
        .option("--relative-squared-error <e>", "promise: squared weight error at most this, in [0, 1)", number)
        .option("--relative-error <e>", "the same with the error's square root", number)
        .option("--max-accuracy-drop <t>", "promise too: test accuracy falls by at most this, in [0, 1)", number)
        .option("--delta <d>", "a fresh seed breaks the promise with probability at most this", number, 0.05)
        .option("--confidence <c>", "of the certificate, in (0, 1)", number, 0.95)
        .option("--runs <r>", "seeds to train (as few as can certify all that is promised if none fails)", integer)
        .option("--watch", "stop as soon as the evidence suffices; --runs is the most, and may be raised later")
        .option("--seed <s>", "the first seed (the one after the run's own, which was looked at)", integer)
        .option("--out <dir>", "where the outcomes are kept; a restart continues there (runs/certify-NAME)")
        .option("--threads <n>", "threads of the runtime (all cores)", integer)
        .addHelpText(
          "after",
          "\nκ, the error, δ and the number of runs must be fixed before looking; --out remembers them.\nA diverged run counts as a failure.",
        ),
    ),
    run,
  );
}

async function run(flags: CertifyFlags, input: string): Promise<CommandResult> {
  const [{ readConfig }, { loadSpecData }] = await Promise.all([
    import("../disk/runFolder.js"),
    import("./trainSpec.js"),
  ]);
  const spec = await readConfig(input);
  refuseTimeLimit(spec.train);
  const promised = await promiseOf(flags, spec.train.seed + 1);
  const dir = flags.out ?? join("runs", `certify-${nameOf(input)}`);
  const { openSeedFile } = await import("./seedFile.js");
  const file = await openSeedFile(dir, promised, spec);
  const dataset = await loadSpecData(spec, spec.train.seed);
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort();
  process.once("SIGINT", onInterrupt);
  try {
    const control = { signal: interrupt.signal, ...(flags.threads !== undefined && { threads: flags.threads }) };
    const complete = await trainSeeds(file, promised, spec.train, dataset, control);
    const json = await certificateJson(file.records, promised, { spec: input, dir, complete });
    const hint = `\nInterrupted; the same command continues from ${file.path}.`;
    const result = { json, text: certificateText(json) + (complete ? "" : hint), ...(!complete && { exitCode: 1 }) };
    return await withReport(result, flags.report, async () => {
      const { certificateSection } = await import("./sections/certificateSection.js");
      const [breaks] = breaksPromise(promised);
      const facts = { statements: statementsOf(json), breaks: breaks!, complete };
      const subtitle = `${nameOf(input)}, ${dataset.name}`;
      return { title: "heavytail certify", subtitle, sections: [certificateSection(file.records, promised, facts)] };
    });
  } finally {
    process.removeListener("SIGINT", onInterrupt);
  }
}

/** Trains the seeds that are missing; false when interrupted. */
async function trainSeeds(
  file: SeedFile,
  promised: Promised,
  train: TrainConfig,
  dataset: Dataset,
  control: TrainControl,
): Promise<boolean> {
  const { progress } = await import("./progress.js");
  const { watchedCertificate } = await import("../theory/certify/watchedCertificate.js");
  const enough = (): boolean =>
    file.records.length >= promised.runs ||
    (promised.watch &&
      breaksPromise(promised).every(
        (breaks) => watchedCertificate(file.records.map(breaks), promised).certifiedAt !== null,
      ));
  if (enough()) return true;
  const bar = progress("certifying", promised.runs);
  try {
    while (!enough()) {
      const done = file.records.length;
      const seed = promised.firstSeed + done;
      const failures = file.records.filter(breaksPromise(promised)[0]!).length;
      const note = `${failures} failed; seed ${seed}`;
      bar.update(done, note);
      const onStep = (step: number): void => {
        if (step % 10 === 0) bar.update(done, `${note}, step ${step} of ${train.steps}`);
      };
      const record = await seedRecord(seed, promised.keptFraction, train, dataset, { ...control, onStep });
      if (!record) return false;
      await file.append(record);
    }
    bar.update(file.records.length);
    return true;
  } finally {
    bar.stop();
  }
}

/** Trains and cuts one seed; null when interrupted. */
async function seedRecord(
  seed: number,
  keptFraction: number,
  config: TrainConfig,
  dataset: Dataset,
  { signal, onStep, ...session }: TrainControl,
): Promise<SeedRecord | null> {
  const [{ train }, { pruneNetwork }, { compactNetwork }] = await Promise.all([
    import("../train/train.js"),
    import("../prune/prune.js"),
    import("../compact/compact.js"),
  ]);
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  // Evaluations on the way change nothing unless one of them may end the run.
  const evalEvery = config.untilTrainAccuracy === undefined ? config.steps : config.evalEvery;
  try {
    const options = { ...config, seed, evalEvery };
    const { network, step, stoppedBy } = await train(dataset, options, { signal, onStep, ...session });
    if (stoppedBy === "signal") return null;
    const mask = pruneNetwork(network, { amount: { keptFraction } });
    const relativeSquaredError = Math.max(...mask.layers.map((layer) => layer.relativeSquaredError));
    const answers = await compareAnswers(network, compactNetwork(network, mask), dataset, session);
    return { seed, diverged: false, steps: step, relativeSquaredError, ...answers, seconds: seconds() };
  } catch (error) {
    if (!(error instanceof NumericalError)) throw error;
    return { seed, diverged: true, error: error.message, seconds: seconds() };
  }
}

/** Test accuracy of two networks, and the rows on which one is right and the other wrong. */
async function compareAnswers(
  before: Network,
  after: Network,
  { test, classes }: Dataset,
  session: TrainControl,
): Promise<Record<"testAccuracy" | "testAccuracyAfter" | "broken" | "mended" | "rows", number>> {
  const { networkLogits } = await import("../model/evaluate.js");
  const { predictedClass } = await import("../model/score.js");
  const logits = [
    await networkLogits(before, test.features, session),
    await networkLogits(after, test.features, session),
  ];
  let right = 0;
  let broken = 0;
  let mended = 0;
  test.labels.forEach((label, row) => {
    const [was, is] = logits.map((values) => predictedClass(values, row, classes) === label);
    if (was) right++;
    if (was && !is) broken++;
    if (!was && is) mended++;
  });
  const { rows } = test;
  return { testAccuracy: right / rows, testAccuracyAfter: (right - broken + mended) / rows, broken, mended, rows };
}

async function promiseOf(flags: CertifyFlags, nextSeed: number): Promise<Promised> {
  const { checkSeedPromise, seedsNeeded } = await import("../theory/certify/certificate.js");
  const { delta, confidence, keptFraction, relativeSquaredError, relativeError, maxAccuracyDrop = null } = flags;
  checkSeedPromise({ delta, confidence });
  if (keptFraction === undefined || !(keptFraction > 0 && keptFraction <= 1)) {
    const remedy = keptFraction === 0 ? "With nothing kept the error is 1 at every width." : "Add --kept-fraction.";
    const got = `${keptFraction ?? "nothing"}`;
    throw new ParameterError({ where: "keptFraction", expected: "a number in (0, 1]", got, remedy });
  }
  if ((relativeSquaredError === undefined) === (relativeError === undefined)) {
    const got = relativeError === undefined ? "neither" : "both";
    const remedy = "Add --relative-squared-error, such as the paper's 0.1.";
    throw new ParameterError({ where: "error", expected: "relativeSquaredError or relativeError", got, remedy });
  }
  const [where, error] =
    relativeError === undefined ? ["relativeSquaredError", relativeSquaredError!] : ["relativeError", relativeError];
  if (!(error >= 0 && error < 1)) {
    const remedy = error >= 1 ? "An error of 1 or more promises nothing: a network of zeros has it." : "";
    throw new ParameterError({ where, expected: "a number in [0, 1)", got: `${error}`, remedy });
  }
  if (maxAccuracyDrop !== null && !(maxAccuracyDrop >= 0 && maxAccuracyDrop < 1)) {
    throw new ParameterError({ where: "maxAccuracyDrop", expected: "a number in [0, 1)", got: `${maxAccuracyDrop}` });
  }
  const { splitForPopulation } = await import("../theory/certify/accuracyDrop.js");
  const hardest = maxAccuracyDrop === null ? { delta, confidence } : splitForPopulation({ delta, confidence }).seeds;
  const runs = flags.runs ?? seedsNeeded(0, hardest);
  if (runs < 1) throw new ParameterError({ where: "runs", expected: "at least 1", got: `${runs}` });
  const squared = relativeSquaredError ?? relativeError! ** 2;
  const how = { delta, confidence, watch: flags.watch ?? false, runs, firstSeed: flags.seed ?? nextSeed };
  return { keptFraction, relativeSquaredError: squared, maxAccuracyDrop, ...how };
}

function refuseTimeLimit({ maxSeconds }: TrainConfig): void {
  if (maxSeconds === undefined) return;
  throw new ParameterError({
    where: "maxSeconds of the training",
    expected: "none",
    got: `${maxSeconds}`,
    remedy: "With a time limit the machine decides how far a seed gets; give steps instead.",
  });
}

/** A run folder's or file's own name; that of its folder for a config.json. */
function nameOf(input: string): string {
  const path = resolve(input);
  const name = basename(path) === "config.json" ? basename(dirname(path)) : basename(path);
  return name.replace(/\.json$/, "");
}
