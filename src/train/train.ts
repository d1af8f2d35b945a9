/**
 * @file Heavy-tailed stochastic gradient descent:
 * W_{k+1} = W_k − η ∇loss(W_k) + σ·η^(1/α)·X_{k+1}, X symmetric α-stable (Wan, Barsbey, Zaidi and Şimşekli 2024).
 *
 * Everything random is addressed by (seed, step, parameter), so a run continued from a checkpoint is the uninterrupted
 * run, bit for bit. Evaluations, checkpoints and the final network are taken after a gradient step and before its
 * noise, as in the paper's program; the noise is added when the run goes on.
 */

import { batchCursor } from "../dataset/batches.js";
import type { Dataset, Split } from "../dataset/dataset.js";
import { NumericalError } from "../errors.js";
import { deriveKey, keyFromSeed } from "../math/random/key.js";
import type { Network } from "../model/network.js";
import { accuracy, meanLoss } from "../model/score.js";
import { levyNoise } from "../noise/noise.js";
import type { SessionOptions } from "../runtime/engine/session.js";
import { resolveTrainConfig, type TrainConfig, type TrainOptions } from "./config.js";
import { initialNetwork } from "./initialise.js";
import { learningRateFactor, noiseFactor } from "./schedule.js";
import { openStep } from "./step.js";
import type { Stopwatch } from "./stopwatch.js";
import type { Parameter, TrainingStep } from "./trainingStep.js";

/** Losses and accuracies after a step, on the whole training and test splits. */
export interface Evaluation {
  /** Gradient steps made. */
  readonly step: number;
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  readonly testLoss: number;
  readonly testAccuracy: number;
  /** Seconds since the start of this process's part of the run. */
  readonly seconds: number;
}

/** Where a run is: enough to continue it. */
export interface TrainState {
  /** Gradient steps made; the noise of the last one is not yet added. */
  readonly step: number;
  readonly network: Network;
  /** Momentum buffers by parameter name; empty without momentum. */
  readonly velocities: ReadonlyMap<string, Float32Array>;
}

/** Why a run ended. */
export type StopReason = "steps" | "trainAccuracy" | "seconds" | "signal";

/** A finished run. */
export interface TrainResult extends TrainState {
  readonly config: TrainConfig;
  readonly stoppedBy: StopReason;
  readonly seconds: number;
  /** All evaluations of this process's part of the run. */
  readonly metrics: readonly Evaluation[];
  /** The evaluation of the network returned. */
  readonly final: Evaluation;
}

/** A run after an evaluation that did not end it. */
type Running = Omit<TrainResult, "stoppedBy"> & { readonly stoppedBy: null };

/** How a run is watched and controlled. */
export interface TrainControl extends SessionOptions {
  /** Called after every step. */
  readonly onStep?: (step: number, batchLoss: number) => void;
  /** Called after every evaluation, with the state to keep. */
  readonly onEvaluation?: (evaluation: Evaluation, state: TrainState) => void | Promise<void>;
  /** Starts from these weights instead of random ones; their shape counts, not the configuration's width and depth. */
  readonly startFrom?: Network;
  /** Continues from here instead of the initial network. */
  readonly resumeFrom?: TrainState;
  /** Ends the run at its next step, with an evaluation. */
  readonly signal?: AbortSignal;
  /**
   * Hidden units of a network with one hidden layer that are computed at a time; by default all, unless their activations
   * and gradients would take more than 512 MiB. It is no part of the configuration: it changes results by float32 rounding only.
   */
  readonly tileUnits?: number;
  /** Is told where the time goes. */
  readonly stopwatch?: Stopwatch;
}

/**
 * Trains a network.
 * @param dataset the data; stop rules never look at its test split
 * @param options the configuration; what is left out has the defaults of `resolveTrainConfig`
 * @param control how the run is watched, and on what it runs
 * @returns the network and its evaluations
 * @throws ParameterError for an invalid configuration. NumericalError when a loss or weight is not finite: it names the
 *   step and the parameter; the last finite state was given to `onEvaluation`.
 */
export async function train(
  dataset: Dataset,
  options: TrainOptions,
  { onStep, onEvaluation, startFrom, resumeFrom, signal, stopwatch, ...machine }: TrainControl = {},
): Promise<TrainResult> {
  const config = resolveTrainConfig(options);
  const key = keyFromSeed(config.seed);
  const shape = { inputs: dataset.features, classes: dataset.classes };
  const batch = Math.min(config.batch, dataset.train.rows);
  const batches = batchCursor({ split: dataset.train, batch, key: deriveKey(key, "batches") });
  // Nothing here keeps the initial weights: they are as large as the trained ones.
  const step = await openStep(
    resumeFrom?.network ?? startFrom ?? initialNetwork(config, shape, key),
    resumeFrom?.velocities ?? new Map(),
    {
      ...machine,
      loss: config.loss,
      batch,
      momentum: config.momentum > 0,
      trainOutput: config.scaling === "standard",
    },
  );
  const update = updateRule(config, step);
  const started = performance.now();
  const metrics: Evaluation[] = [];

  const startStep = resumeFrom?.step ?? 0;
  let k = startStep;
  const measure = async (): Promise<TrainResult | Running> => {
    const losses = await evaluate(step, config, dataset);
    checkLoss(k, "training loss", losses.trainLoss, metrics);
    const seconds = (performance.now() - started) / 1000;
    const final = { step: k, ...losses, seconds };
    metrics.push(final);
    const stoppedBy = stopReason(config, final, signal);
    // A copy of all weights: only where somebody is there to have it.
    const state = stoppedBy || onEvaluation ? { network: step.network(), velocities: step.velocities() } : null;
    stopwatch?.lap("evaluations");
    const result = { step: k, ...state, config, stoppedBy, seconds, metrics, final } as TrainResult | Running;
    if (k > startStep) await onEvaluation?.(final, result);
    stopwatch?.lap("callbacks");
    return result;
  };
  const mustBeFinite = (parameter: Parameter, holds: boolean): void => {
    if (!holds) throw notFinite(k, parameter, step, metrics);
  };
  const addNoise = (): void => {
    for (const parameter of step.parameters)
      mustBeFinite(parameter, update(k, parameter, { gradient: false, noise: true }));
    stopwatch?.lap("updates");
  };

  try {
    stopwatch?.start();
    if (resumeFrom) {
      for (const parameter of step.parameters)
        mustBeFinite(parameter, step.kernels.firstNonFinite(parameter.value) < 0);
      const result = await measure();
      if (result.stoppedBy) return result;
      // The state was taken before its noise.
      addNoise();
    }
    for (;;) {
      const batch = batches.at(k);
      stopwatch?.lap("batches");
      const batchLoss = await step.loss(batch);
      k++;
      checkLoss(k, "batch loss", batchLoss, metrics);
      const evaluates = k >= config.steps || (k - 1) % config.evalEvery === 0 || signal?.aborted === true;
      for await (const parameter of step.gradients()) {
        stopwatch?.lap("gradients");
        mustBeFinite(parameter, update(k, parameter, { gradient: true, noise: !evaluates }));
        stopwatch?.lap("updates");
      }
      onStep?.(k, batchLoss);
      stopwatch?.lap("callbacks");
      if (!evaluates) continue;

      const result = await measure();
      if (result.stoppedBy) return result;
      addNoise();
    }
  } finally {
    await step.dispose();
  }
}

/**
 * Changes a parameter in step k by its gradient, its noise, or both in one pass, which gives the same bits; gives whether all
 * its values are finite.
 */
type Update = (k: number, parameter: Parameter, parts: { gradient: boolean; noise: boolean }) => boolean;

function updateRule(config: TrainConfig, { kernels }: TrainingStep): Update {
  const key = deriveKey(keyFromSeed(config.seed), "noise");
  const { noise: kind, alpha, sigma, convention } = config;
  const noise = levyNoise({ kind, alpha, sigma, convention });
  // In the mean-field scaling the gradient is multiplied by n: the rate takes n in, the decay must not feel it.
  const gain = config.scaling === "meanField" ? config.width : 1;
  return (k, { name, value, shape, firstRow, gradient, velocity, hiddenWeight }, parts) => {
    const rate = config.learningRate * learningRateFactor(config.learningRateSchedule, k - 1);
    const draw = parts.noise && hiddenWeight ? noise.increment(rate, deriveKey(key, k, name)) : null;
    const scaled = draw && { ...draw, scale: noiseFactor(config, k - 1, config.steps) * draw.scale };
    const rows = shape[0]!;
    if (!parts.gradient || !gradient) {
      return !scaled || kernels.update(value, null, { rows, firstRow, learningRate: 0, noise: scaled });
    }
    if (velocity) kernels.accumulate(velocity, gradient, config.momentum);
    return kernels.update(value, velocity ?? gradient, {
      ...{
        rows,
        firstRow,
        learningRate: gain * rate,
        noise: scaled,
        shrinkRows: hiddenWeight ? rate * config.groupLasso : 0,
      },
      weightDecay: shape.length === 2 ? config.weightDecay / gain : 0,
    });
  };
}

async function evaluate(
  step: TrainingStep,
  { loss }: TrainConfig,
  { classes, train, test }: Dataset,
): Promise<Pick<Evaluation, "trainLoss" | "trainAccuracy" | "testLoss" | "testAccuracy">> {
  const measure = async ({ features, labels }: Split): Promise<[loss: number, accuracy: number]> => {
    const logits = await step.logits(features);
    return [meanLoss(loss, logits, labels, classes), accuracy(logits, labels, classes)];
  };
  const [trainLoss, trainAccuracy] = await measure(train);
  const [testLoss, testAccuracy] = await measure(test);
  return { trainLoss, trainAccuracy, testLoss, testAccuracy };
}

function stopReason(config: TrainConfig, evaluation: Evaluation, signal?: AbortSignal): StopReason | null {
  const { untilTrainAccuracy, maxSeconds } = config;
  if (untilTrainAccuracy !== undefined && evaluation.trainAccuracy >= untilTrainAccuracy) return "trainAccuracy";
  if (evaluation.step >= config.steps) return "steps";
  if (maxSeconds !== undefined && evaluation.seconds >= maxSeconds) return "seconds";
  return signal?.aborted ? "signal" : null;
}

function notFinite(
  step: number,
  { name, value, shape, firstRow }: Parameter,
  { kernels }: TrainingStep,
  metrics: readonly Evaluation[],
): NumericalError {
  const at = kernels.firstNonFinite(value);
  return diverged(step, name, `${value[at]} at unit ${firstRow + Math.floor(at / (shape[1] ?? 1))}`, metrics);
}

function checkLoss(step: number, name: string, loss: number, metrics: readonly Evaluation[]): void {
  if (!Number.isFinite(loss)) throw diverged(step, name, `${loss}`, metrics);
}

function diverged(step: number, parameter: string, got: string, metrics: readonly Evaluation[]): NumericalError {
  const last = metrics.at(-1);
  const kept = last ? `The last finite state is that of step ${last.step}. ` : "";
  return new NumericalError({
    where: `${parameter} after step ${step}`,
    expected: "a finite number",
    got,
    remedy: `${kept}Lower the learning rate or the noise scale σ, or raise α.`,
    step,
    parameter,
    ...(last && { lastFiniteLoss: last.trainLoss }),
  });
}
