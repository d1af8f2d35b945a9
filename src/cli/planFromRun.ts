/** @file `heavytail plan --from RUN`: what the planner predicts for a run's noise, beside what the run's columns are. */

import { ParameterError } from "../errors.js";
import type { ColumnLaw } from "../theory/plan/columnLaw.js";
import type { Plan, PlanQuestion } from "../theory/plan/plan.js";
import type { CompressionPromise } from "../theory/plan/promise.js";
import type { NoiseStep } from "../theory/plan/pureNoise.js";
import type { TrainConfig } from "../train/config.js";
import type { CommandResult } from "./command.js";
import type { RunLayer } from "./sections/planSection.js";
import { percent, table } from "./table.js";
import { type ReportOption, withReport } from "./theoryPage.js";

/** A layer, with what was asked of it. */
interface LayerPlan extends RunLayer {
  name: string;
  inputs: number;
  noiseScale: number;
  initStd: number;
  plan: Plan;
  question: PlanQuestion;
  lawAt: (alpha: number) => Promise<ColumnLaw>;
}

/**
 * Compares prediction and measurement for every hidden layer of a run.
 * @param dir the run folder
 * @param asked κ, ε and confidence; the seed of what is simulated; where a page goes
 */
export async function planFromRun(
  dir: string,
  asked: CompressionPromise & ReportOption & { seed: number },
): Promise<CommandResult> {
  const { keptFraction, relativeError, confidence, seed, report } = asked;
  const promise = { keptFraction, relativeError, confidence };
  const [{ readConfig, readState }, { checkHeavyTail, checkPromise }, { deriveKey, keyFromSeed }] = await Promise.all([
    import("../disk/runFolder.js"),
    import("../theory/plan/promise.js"),
    import("../math/random/key.js"),
  ]);
  const [{ initialNetwork }, { accumulateNoise, replayNoise }, { measureDrift }, plans, { progress }] =
    await Promise.all([
      import("../train/initialise.js"),
      import("../theory/plan/pureNoise.js"),
      import("../theory/plan/drift.js"),
      import("../theory/plan/plan.js"),
      import("./progress.js"),
    ]);
  checkPromise(promise);
  const { train: config } = await readConfig(dir);
  const { noise: kind, alpha, sigma } = config;
  if (kind === "none" || kind === "gaussian" || sigma === 0) {
    const remedy = "Columns of light tails keep a constant error however wide the layer is; there is nothing to plan.";
    throw new ParameterError({ where: dir, expected: "a run with heavy-tailed noise", got: `noise ${kind}`, remedy });
  }
  checkHeavyTail(alpha);
  if (config.groupLasso > 0) {
    const remedy = "A unit that is shrunk to zero follows no stable law, so nothing can be predicted: train without.";
    throw new ParameterError({
      where: dir,
      expected: "a run without a group lasso",
      got: `${config.groupLasso}`,
      remedy,
    });
  }
  if (config.initTail !== undefined) {
    const remedy = "There columns are unlike from the start: see docs/theory/heavy-start.md for what holds instead.";
    const expected = "a run whose columns have one law, without initTail";
    throw new ParameterError({ where: dir, expected, got: `${config.initTail}`, remedy });
  }
  const { network, step } = await readState(dir);
  const shape = { inputs: network.layers[0]!.inputs, classes: network.layers.at(-1)!.outputs };
  const initial = initialNetwork(config, shape, keyFromSeed(config.seed));

  const bar = progress("replaying the noise", step * (network.layers.length - 1));
  const found: LayerPlan[] = [];
  for (const [l, layer] of network.layers.slice(0, -1).entries()) {
    const start = initial.layers[l]!.weight;
    const steps = await noiseSteps(config, layer.name, step);
    const watched = function* (): Iterable<NoiseStep> {
      for (const [k, each] of steps.entries()) {
        if (k % 16 === 0) bar.update(l * step + k, layer.name);
        yield each;
      }
    };
    const { noiseScale, initialFactor } = accumulateNoise(steps, alpha);
    const initStd = initialFactor * Math.sqrt(start.reduce((sum, w) => sum + w * w, 0) / start.length);
    const law = { kind, alpha, inputs: layer.inputs, noiseScale, initStd };
    const pureNoise = replayNoise(start, layer.outputs, watched());
    const measured = measureDrift(
      { trained: layer.weight, pureNoise, rows: layer.outputs },
      { keptFraction: promise.keptFraction, mce: plans.mce },
    );
    const question = { law, promise, drift: 0, key: deriveKey(keyFromSeed(seed), "plan", layer.name) };
    const predicted = plans.reportWidth(question, layer.outputs);
    const plan = plans.planWidth(question);
    const planWithDrift = plans.planWidth({ ...question, drift: measured.drift });
    const facts = { name: layer.name, width: layer.outputs, inputs: layer.inputs, noiseScale, initStd };
    const lawAt = async (other: number): Promise<ColumnLaw> => {
      const otherSteps = await noiseSteps({ ...config, alpha: other }, layer.name, step);
      return { ...law, alpha: other, noiseScale: accumulateNoise(otherSteps, other).noiseScale };
    };
    found.push({ ...facts, predicted, measured, plan, planWithDrift, question, lawAt });
  }
  bar.update(step * (network.layers.length - 1));
  bar.stop();

  const rows = found.flatMap(({ name, width, predicted, measured }) => {
    const [low, median, high] = (predicted.monteCarlo ?? predicted).errorQuantiles;
    const fraction = predicted.monteCarlo?.prunedFraction ?? predicted.prunedFraction;
    return [
      [
        `${name}, ${width} units: error at ${percent(promise.keptFraction)} kept`,
        `${median.toFixed(3)} (${low.toFixed(3)} … ${high.toFixed(3)})`,
        measured.pureNoiseRelativeError.toFixed(3),
        `${measured.relativeError.toFixed(3)}, proved in ${measured.bounds.map((bound) => bound.toFixed(3)).join(" … ")}`,
      ],
      [
        "  columns cut at squared error 0.1",
        percent(fraction),
        percent(measured.pureNoisePrunedFraction),
        percent(measured.prunedFraction),
      ],
      ["  drift ρ of a norm", "", "", measured.drift.toPrecision(3)],
    ];
  });
  const head = ["", "predicted, 5 … 95 %", "its noise alone", "trained"];
  const widthOf = ({ width, log10Width }: Plan): string =>
    width === null ? `10^${log10Width.toFixed(1)}` : `${width}`;
  const said = found.map(
    ({ name, plan, planWithDrift }) =>
      `Width for confidence ${promise.confidence} of an error up to ${promise.relativeError.toPrecision(3)} in ${name}: ` +
      `${widthOf(plan)} by the noise alone, ${widthOf(planWithDrift)} with this drift at its worst.`,
  );
  const layers = found.map(({ question: _, lawAt: __, ...layer }) => layer);
  const json = { from: dir, steps: step, alpha, noise: kind, convention: config.convention, ...promise, layers };
  const text = `${table(head, rows)}\n${said.join("\n")}`;
  return await withReport({ json, text }, report, async () => {
    const [{ runFacts }, { planPage }] = await Promise.all([
      import("./sections/planSection.js"),
      import("./planPage.js"),
    ]);
    const sections = [];
    for (const { name, question, plan, lawAt, ...layer } of found) {
      const options = { lawAt, widths: [layer.width], facts: runFacts(layer) };
      sections.push(await planPage(`Prediction and run: ${name}`, question, plan, options));
    }
    const subtitle = `${step} steps with ${kind} noise, α = ${alpha}, σ = ${sigma}; ${percent(keptFraction)} of the units kept.`;
    return { title: "heavytail plan, from a run", subtitle, sections };
  });
}

/** The steps of a run apart from its gradients. The state of step K was taken before that step's noise. */
async function noiseSteps(config: TrainConfig, layer: string, taken: number): Promise<NoiseStep[]> {
  const [{ levyNoise }, { learningRateFactor, noiseFactor }, { deriveKey, keyFromSeed }] = await Promise.all([
    import("../noise/noise.js"),
    import("../train/schedule.js"),
    import("../math/random/key.js"),
  ]);
  const { noise: kind, alpha, sigma, convention, seed, weightDecay } = config;
  const noise = levyNoise({ kind, alpha, sigma, convention });
  const key = deriveKey(keyFromSeed(seed), "noise");
  return Array.from({ length: taken }, (_, index) => {
    const k = index + 1;
    const learningRate = config.learningRate * learningRateFactor(config.learningRateSchedule, index);
    const draw = k === taken ? null : noise.increment(learningRate, deriveKey(key, k, `${layer}.weight`));
    const factor = noiseFactor(config, index, config.steps);
    return { learningRate, weightDecay, noise: draw && { ...draw, scale: factor * draw.scale } };
  });
}
