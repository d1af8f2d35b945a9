/**
 * @file `heavytail verify compressibility`: trains over widths with a fixed number of noise steps and measures how the
 * error of cutting to a fixed fraction depends on the width, with α = 2 and no noise as controls beside it.
 */

import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import type { Dataset } from "../dataset/dataset.js";
import { NumericalError, ParameterError } from "../errors.js";
import type { NoiseKind } from "../noise/noise.js";
import type { Trend } from "../theory/compressibility.js";
import type { TrainConfig, TrainOptions } from "../train/config.js";
import { type CommandResult, type CommonOptions, command, integer, number } from "./command.js";
import { noiseParser } from "./noiseOption.js";
import type { WidthSeries } from "./sections/compressibilitySection.js";
import { decimals, table } from "./table.js";
import { type ReportOption, reporting, withReport } from "./theoryPage.js";

interface CompressibilityFlags extends CommonOptions, ReportOption {
  alpha: number;
  widths: number[];
  noise?: NoiseKind;
  sigma?: number;
  steps?: number;
  seeds: number;
  seed: number;
  keptFraction: number;
  data: string;
  positiveClass?: string;
  threads: number;
}

/** The network of the theory: mean-field scaling with tanh, full batches; the noise soon outweighs the initial weights. */
const theoryNetwork: TrainOptions = {
  ...{ scaling: "meanField", noise: "isotropic", sigma: 1 },
  ...{ learningRate: 0.1, batch: Number.MAX_SAFE_INTEGER, steps: 50 },
};

/** Light-tailed errors hardly differ between seeds, so the controls need few: the fewest with an interval of the median. */
const controlSeeds = 6;

/** Of the intervals of slopes and medians. */
const confidence = 0.95;

const noiseKind = noiseParser("node", "coordinate", "isotropic", "gaussian", "none");

/** The command. */
export function compressibilityCommand(): Command {
  return command(
    "compressibility",
    "Train over widths: for α < 2 the error of a fixed cut falls with the width, at α = 2 and without noise it does not.",
    reporting((made) =>
      made
        .requiredOption("--alpha <a>", "tail index of the noise, in [0.5, 2)", number)
        .option("--widths <list>", "units in the hidden layer, with commas", widthList, [200, 800, 3200, 12_800])
        .option("--noise <kind>", "the noise (isotropic); gaussian and none are refuted", noiseKind)
        .option("--sigma <s>", "noise scale (1)", number)
        .option("--steps <k>", "gradient steps of every training; the noise acts between them (50)", integer)
        .option("--seeds <r>", "trainings at each width; 6 of each control", integer, 96)
        .option("--seed <s>", "the first seed", integer, 1)
        .option("--kept-fraction <k>", "κ, the fraction of the units that stays, in (0, 1)", number, 0.1)
        .option("--data <spec>", "synthetic, a data set, a run folder or a JSON file like its config.json", "synthetic")
        .option("--positive-class <class>", "two-class form: this class against the rest")
        .option("--threads <n>", "threads of the runtime; small trainings are fastest with one", integer, 1),
    ),
    run,
  );
}

/** One kind of noise over all widths and seeds. */
interface Arm {
  name: WidthSeries["name"];
  options: TrainOptions;
  seeds: number;
  /** E² of the seeds that did not diverge, [seeds][widths]. */
  errors: number[][];
  /** Mean test accuracy at each width. */
  accuracies: number[];
  diverged: number;
}

async function run(flags: CompressibilityFlags): Promise<CommandResult> {
  const { alpha, widths, seeds, keptFraction } = flags;
  const theory = await import("../theory/compressibility.js");
  const { checkHeavyTail } = await import("../theory/plan/promise.js");
  checkHeavyTail(alpha);
  theory.checkWidths(widths);
  if (!(keptFraction > 0 && keptFraction < 1)) {
    throw new ParameterError({ where: "keptFraction", expected: "a number in (0, 1)", got: `${keptFraction}` });
  }
  if (seeds < 2) throw new ParameterError({ where: "seeds", expected: "at least 2", got: `${seeds}` });
  const { base, dataset, source } = await prepare(flags);
  const arms = armsOf(base, alpha, seeds);
  await trainArms(arms, dataset, flags);

  const here = await predict(base, dataset, flags);
  const predicted = theory.asymptoticSlope(alpha);
  const logs = (values: number[]): number[] => values.map(Math.log);
  const { leastSquaresSlope } = await import("../math/stats/summary.js");
  const expected = here ? leastSquaresSlope(logs(widths), logs(here)) : predicted;
  const results = arms.map((arm): Result => {
    const measured = theory.errorSlope(widths, arm.errors, confidence);
    const points = widths.map((width, w) => {
      const { median, interval } = theory.medianInterval(
        arm.errors.map((row) => row[w]!),
        confidence,
      );
      const predictedError = arm.name === "heavy" ? (here?.[w] ?? null) : null;
      const relativeSquaredError = { relativeSquaredError: median, interval, predicted: predictedError };
      return { width, ...relativeSquaredError, testAccuracy: arm.accuracies[w]! };
    });
    const trend = theory.trend(measured.interval, expected);
    return { name: arm.name, slope: measured.mean, interval: measured.interval, trend, points, diverged: arm.diverged };
  });
  const [heavy, ...controls] = results as [Result, ...Result[]];
  const verdict = theory.compressibilityVerdict(
    heavy.trend,
    controls.map((control) => control.trend),
  );
  const { noise, sigma, steps, scaling, learningRate } = base;
  const json = {
    ...{ verdict, slope: heavy.slope, interval: heavy.interval, predicted, predictedAtWidths: expected },
    ...{ trend: heavy.trend, alpha, keptFraction, noise, sigma, steps, scaling, learningRate, data: source },
    ...{ seeds: flags.seeds, diverged: heavy.diverged, confidence },
    // The bound on the drift that makes the statement a theorem needs an output layer that is not trained.
    boundedDrift: scaling === "meanField",
    points: heavy.points,
    controls: controls.map(({ name, ...control }) => ({ noise: name, predicted: 0, ...control })),
  };
  const result = { json, text: textOf(json, results), ...(verdict === "refuted" && { exitCode: 3 }) };
  return await withReport(result, flags.report, async () => {
    const { compressibilitySection } = await import("./sections/compressibilitySection.js");
    const sections = [compressibilitySection([heavy, ...controls], { ...json, data: dataset.name })];
    return { title: "heavytail verify compressibility", subtitle: `${dataset.name}, α = ${alpha}`, sections };
  });
}

/** What an arm of the experiment shows. */
interface Result extends WidthSeries {
  trend: Trend;
}

/** The training to vary, and its data. */
async function prepare(flags: CompressibilityFlags): Promise<{ base: TrainConfig; dataset: Dataset; source: string }> {
  const { deriveKey, keyFromSeed } = await import("../math/random/key.js");
  const { resolveTrainConfig } = await import("../train/config.js");
  const { data, positiveClass, alpha, noise, sigma, steps } = flags;
  const given = Object.fromEntries(Object.entries({ noise, sigma, steps }).filter(([, value]) => value !== undefined));
  if (data === "synthetic") {
    const { syntheticClouds } = await import("./syntheticClouds.js");
    const dataset = syntheticClouds(deriveKey(keyFromSeed(0), "synthetic"));
    return { base: resolveTrainConfig({ ...theoryNetwork, alpha, ...given }), dataset, source: data };
  }
  const [{ readConfig }, { isTrainSpec, loadSpecData }] = await Promise.all([
    import("../disk/runFolder.js"),
    import("./trainSpec.js"),
  ]);
  const spec = (await isTrainSpec(data)) ? await readConfig(data) : { data, train: theoryNetwork };
  const named = positiveClass === undefined ? spec : { ...spec, positiveClass };
  const dataset = await loadSpecData(named, spec.train.seed ?? 0);
  // A run that may stop early would not have the same number of noise steps at every width.
  const { untilTrainAccuracy, maxSeconds, ...train } = spec.train;
  const kind = train.noise === "none" || train.noise === "gaussian" ? theoryNetwork.noise : train.noise;
  const base = resolveTrainConfig({ ...train, noise: kind, alpha, ...given } as TrainOptions);
  return { base, dataset, source: spec.data };
}

function armsOf(base: TrainConfig, alpha: number, seeds: number): Arm[] {
  const arm = (name: Arm["name"], options: TrainOptions, seeds: number): Arm => ({
    ...{ name, options: { ...base, ...options }, seeds, errors: [], accuracies: [], diverged: 0 },
  });
  // The control keeps the kind of noise, so that only the tail differs.
  const light = base.noise === "none" ? "gaussian" : base.noise;
  const few = Math.min(seeds, controlSeeds);
  return [
    arm("heavy", { alpha }, seeds),
    arm("gaussian", { noise: light, alpha: 2 }, few),
    arm("none", { noise: "none" }, few),
  ];
}

async function trainArms(arms: Arm[], dataset: Dataset, flags: CompressibilityFlags): Promise<void> {
  const { progress } = await import("./progress.js");
  const { train } = await import("../train/train.js");
  const { pruneNetwork } = await import("../prune/prune.js");
  const { widths, seed: firstSeed, keptFraction, threads } = flags;
  const bar = progress("training over widths", arms.reduce((sum, arm) => sum + arm.seeds, 0) * widths.length);
  let done = 0;
  try {
    for (const arm of arms) {
      const sums = widths.map(() => 0);
      for (let s = 0; s < arm.seeds; s++) {
        const row: number[] = [];
        const accuracies: number[] = [];
        try {
          for (const width of widths) {
            bar.update(done++, `${arm.name}, seed ${firstSeed + s}, width ${width}`);
            const options = { ...arm.options, width, seed: firstSeed + s, evalEvery: arm.options.steps! };
            const { network, final } = await train(dataset, options, { threads });
            const mask = pruneNetwork(network, { amount: { keptFraction } });
            row.push(mask.layers[0]!.relativeSquaredError);
            accuracies.push(final.testAccuracy);
          }
        } catch (error) {
          if (!(error instanceof NumericalError)) throw error;
          arm.diverged++;
          done += widths.length - 1 - row.length;
          continue;
        }
        arm.errors.push(row);
        accuracies.forEach((accuracy, w) => {
          sums[w]! += accuracy;
        });
      }
      arm.accuracies = sums.map((sum) => sum / arm.errors.length);
    }
    bar.update(done);
  } finally {
    bar.stop();
  }
}

/** E² at each width by the planner's formula; null for noise that the formula is not about. */
async function predict(
  base: TrainConfig,
  dataset: Dataset,
  { alpha, widths, keptFraction }: CompressibilityFlags,
): Promise<number[] | null> {
  const { noise: kind, sigma, convention, weightDecay } = base;
  if (kind === "none" || kind === "gaussian" || sigma === 0) return null;
  const { predictedErrors } = await import("../theory/compressibility.js");
  const { deriveKey, keyFromSeed } = await import("../math/random/key.js");
  const { learningRateFactor, noiseFactor } = await import("../train/schedule.js");
  // A network is measured before the noise of its last step. Annealed by f, a step's noise counts as time f^α·η.
  let time = 0;
  for (let k = 0; k < base.steps - 1; k++) {
    const rate = base.learningRate * learningRateFactor(base.learningRateSchedule, k);
    time += rate * noiseFactor(base, k, base.steps) ** alpha;
  }
  const inputs = dataset.features;
  const uniform = base.scaling === "meanField" ? 1 : 1 / Math.sqrt(3);
  const initStd = base.initStd ?? uniform / Math.sqrt(inputs);
  const history = { kind, alpha, sigma, time, inputs, initStd, convention, weightDecay };
  return predictedErrors(history, keptFraction, widths, deriveKey(keyFromSeed(0), "compressibility"));
}

function widthList(text: string): number[] {
  const widths = text.split(",").map(integer);
  if (widths.some((width) => width < 1)) throw new InvalidArgumentError("expected widths of at least 1.");
  return widths.sort((a, b) => a - b);
}

function textOf(
  json: { verdict: string; predicted: number; predictedAtWidths: number; alpha: number; boundedDrift: boolean },
  results: Result[],
): string {
  const [heavy] = results as [Result];
  const digits = (value: number | null): string => (value === null ? "–" : value.toPrecision(3));
  const rows = heavy.points.map(({ width, relativeSquaredError, interval, predicted }, w) => [
    `${width}`,
    digits(relativeSquaredError),
    interval ? interval.map(digits).join(" … ") : "–",
    digits(predicted),
    ...results.slice(1).map((control) => digits(control.points[w]!.relativeSquaredError)),
  ]);
  const head = ["width", `E², α = ${json.alpha}`, "interval", "predicted", "α = 2", "no noise"];
  const slopes = results.map(({ name, slope, interval, trend, diverged }) => {
    const label = name === "heavy" ? `α = ${json.alpha}` : name === "none" ? "no noise" : "α = 2";
    const [low, high] = interval.map((end) => decimals(end, 3));
    return [label, decimals(slope, 3), `${low} … ${high}`, trend, `${diverged}`];
  });
  const { predicted, predictedAtWidths } = json;
  const drift = json.boundedDrift
    ? ""
    : "\nThe output layer is trained, so the drift has no bound and the prediction is only a guide.";
  return [
    table(head, rows),
    table(["slope of log E² on log n", "measured", "interval", "", "diverged"], slopes),
    `predicted ${decimals(predicted, 3)} for great widths, ${decimals(predictedAtWidths, 3)} at these: ${json.verdict}${drift}`,
  ].join("\n");
}
