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
import { evaluateLogits } from "../model/evaluate.js";
import type { Network } from "../model/network.js";
import { accuracy, meanLoss } from "../model/score.js";
import { levyNoise } from "../noise/noise.js";
import type { Session, SessionOptions } from "../runtime/engine/session.js";
import { resolveTrainConfig, type TrainConfig, type TrainOptions } from "./config.js";
import { initialNetwork } from "./initialise.js";
import { learningRateFactor, noiseFactor } from "./schedule.js";
import { openEvaluation, openStep, type TrainingStep } from "./step.js";

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
  /** Continues from here instead of the initial network. */
  readonly resumeFrom?: TrainState;
  /** Ends the run at its next step, with an evaluation. */
  readonly signal?: AbortSignal;
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
  { onStep, onEvaluation, resumeFrom, signal, ...session }: TrainControl = {},
): Promise<TrainResult> {
  const config = resolveTrainConfig(options);
  const key = keyFromSeed(config.seed);
  const shape = { inputs: dataset.features, classes: dataset.classes };
  const start = resumeFrom ?? { step: 0, network: initialNetwork(config, shape, key), velocities: new Map() };
  const batches = batchCursor({
    split: dataset.train,
    batch: Math.min(config.batch, dataset.train.rows),
    key: deriveKey(key, "batches"),
  });
  const step = await openStep(start.network, start.velocities, {
    ...session,
    loss: config.loss,
    batch: Math.min(config.batch, dataset.train.rows),
    momentum: config.momentum > 0,
    trainOutput: config.scaling === "standard",
  });
  const evaluation = await openEvaluation(start.network, session);
  const update = updateRule(config, step);
  const started = performance.now();
  const metrics: Evaluation[] = [];

  let k = start.step;
  const measure = async (): Promise<TrainResult | Running> => {
    const losses = await evaluate(evaluation, step, config, dataset);
    checkLoss(k, "training loss", losses.trainLoss, metrics);
    const seconds = (performance.now() - started) / 1000;
    const final = { step: k, ...losses, seconds };
    metrics.push(final);
    const state = { step: k, network: step.network(), velocities: velocitiesOf(step) };
    return { ...state, config, stoppedBy: stopReason(config, final, signal), seconds, metrics, final } as
      | TrainResult
      | Running;
  };

  try {
    if (resumeFrom) {
      const result = await measure();
      if (result.stoppedBy) return result;
      // The state was taken before its noise.
      update(k, { gradient: false, noise: true });
    }
    for (;;) {
      checkWeights(k, step, metrics);
      const batchLoss = await step.gradient(batches.at(k));
      k++;
      checkLoss(k, "batch loss", batchLoss, metrics);
      const evaluates = k >= config.steps || (k - 1) % config.evalEvery === 0 || signal?.aborted === true;
      update(k, { gradient: true, noise: !evaluates });
      onStep?.(k, batchLoss);
      if (!evaluates) continue;

      checkWeights(k, step, metrics);
      const result = await measure();
      await onEvaluation?.(result.final, result);
      if (result.stoppedBy) return result;
      update(k, { gradient: false, noise: true });
    }
  } finally {
    await step.dispose();
    await evaluation.dispose();
  }
}

/** Changes the weights of step k: by its gradient, its noise, or both in one pass, which gives the same bits. */
type Update = (k: number, parts: { gradient: boolean; noise: boolean }) => void;

function updateRule(config: TrainConfig, { kernels, parameters }: TrainingStep): Update {
  const key = deriveKey(keyFromSeed(config.seed), "noise");
  const { noise: kind, alpha, sigma, convention } = config;
  const noise = levyNoise({ kind, alpha, sigma, convention });
  // In the mean-field scaling the gradient is multiplied by n: the rate takes n in, the decay must not feel it.
  const gain = config.scaling === "meanField" ? config.width : 1;
  return (k, parts) => {
    const rate = config.learningRate * learningRateFactor(config.learningRateSchedule, k - 1);
    const scaleFactor = noiseFactor(config.annealFrom, k - 1, config.steps);
    for (const { name, value, shape, gradient, velocity, hiddenWeight } of parameters) {
      const draw = parts.noise && hiddenWeight ? noise.increment(rate, deriveKey(key, k, name)) : null;
      const scaled = draw && { ...draw, scale: scaleFactor * draw.scale };
      if (!parts.gradient || !gradient) {
        if (scaled) kernels.update(value, null, { rows: shape[0]!, learningRate: 0, noise: scaled });
        continue;
      }
      if (velocity) kernels.accumulate(velocity, gradient, config.momentum);
      kernels.update(value, velocity ?? gradient, {
        rows: shape[0]!,
        learningRate: gain * rate,
        weightDecay: shape.length === 2 ? config.weightDecay / gain : 0,
        noise: scaled,
      });
    }
  };
}

async function evaluate(
  session: Session,
  { feeds }: TrainingStep,
  { loss }: TrainConfig,
  { features: inputs, classes, train, test }: Dataset,
): Promise<Pick<Evaluation, "trainLoss" | "trainAccuracy" | "testLoss" | "testAccuracy">> {
  const measure = async ({ features, labels }: Split): Promise<[loss: number, accuracy: number]> => {
    const logits = await evaluateLogits(session, features, { inputs, classes }, feeds);
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

function velocitiesOf({ parameters }: TrainingStep): Map<string, Float32Array> {
  return new Map(parameters.flatMap(({ name, velocity }) => (velocity ? [[name, velocity.slice()]] : [])));
}

function checkWeights(step: number, { kernels, parameters }: TrainingStep, metrics: readonly Evaluation[]): void {
  for (const { name, value, shape } of parameters) {
    const at = kernels.firstNonFinite(value);
    if (at < 0) continue;
    const unit = Math.floor(at / (shape[1] ?? 1));
    throw diverged(step, name, `${value[at]} at unit ${unit}`, metrics);
  }
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
