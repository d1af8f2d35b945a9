/**
 * @file Propagation of chaos as an experiment. The theorem: particle i of a system of n stays within C·n^(−1/2), in the mean
 * over the largest distance on the way, of its own copy in the limit of infinitely many particles, if both are driven by the
 * same noise and start at the same place.
 *
 * The limit is replaced by one large reference system. For every n the same particles, with the same start and noise, are
 * split into blocks of n that interact only within themselves, so a seed gives N/n systems at the price of one reference. A
 * block is a part of the reference, so the variance of its deviation is proportional to 1/n − 1/N: errors are multiplied by
 * (1 − n/N)^(−1/2) and n stops at N/32. The noise cancels in the difference and the drift is bounded, so the error has all
 * moments for every α. The negative control drives the blocks by noise of their own: the error must then stand still.
 */
import { ParameterError } from "../errors.js";
import { deriveKey, type Key } from "../math/random/key.js";
import type { LevyNoise } from "../noise/noise.js";
import { LANES } from "../runtime/kernels/particles.js";
import { type TeacherOptions, teacherProblem } from "./drift.js";
import { componentAt, initialParticles, openParticles, type Population } from "./particles.js";
import { estimateRate, judgeRate, type RateClaim, type RateEstimate, type Verdict } from "./verdict.js";

/** The sizes of the experiment. */
export interface ChaosOptions extends TeacherOptions {
  readonly noise: LevyNoise;
  /** Decides problem, starts and noise. */
  readonly key: Key;
  /** Independent repetitions, ≥ 3. */
  readonly seeds: number;
  /** N, a power of two ≥ 2048. */
  readonly referenceParticles: number;
  /** T > 0. */
  readonly horizon: number;
  /** h > 0, a step of time; T/h is rounded to a whole number of steps. */
  readonly step: number;
  /** Whether the blocks get noise of their own: then the theorem's coupling is broken. Default false. */
  readonly uncoupled?: boolean;
  /** Called after every step with the number of steps done and of all steps. */
  readonly onStep?: (done: number, total: number) => void;
}

/** The experiment's outcome. */
export interface ChaosResult {
  readonly rate: RateEstimate;
  readonly claim: RateClaim;
  readonly verdict: Verdict;
  /** The same with noise of their own in the blocks, on smaller systems; its slope must be 0. */
  readonly control: RateEstimate;
  /** Whether the control's slope is 0 ± `CONTROL_MARGIN`. */
  readonly controlHolds: boolean;
}

/** The least block. */
const LEAST = 16;
/** The reference is at least so many times the largest block. */
const REFERENCE_FACTOR = 32;
/** The control's reference: enough for four sizes. */
const CONTROL_PARTICLES = 4096;
/** Allowed deviation of the control's slope from 0. */
export const CONTROL_MARGIN = 0.05;
/** The statement that is tested; [proved] as an upper bound for smooth bounded drift, the margin is ours. */
export const chaosClaim: RateClaim = { exponent: -0.5, kind: "no slower than", margin: 0.05 };

/**
 * Runs the experiment and its control.
 *
 * @param options the sizes
 * @returns the slope of log error on log n, its interval and the verdict against n^(−1/2); a control that does not stand
 *   still makes a supported verdict inconclusive
 * @throws ParameterError for sizes outside their domain
 * Numerical note: [measured] −0.485 to −0.51 for α from 1.2 to 2 and all noise kinds; a seed's slope varies by about
 *   0.016·(32768/N)^(1/2).
 * Source: Sznitman (1991) for the coupling; the blocks and the correction are derived above.
 */
export function verifyChaos(options: ChaosOptions): ChaosResult {
  checkOptions(options);
  const { onStep, referenceParticles, seeds, uncoupled = false } = options;
  const steps = Math.round(options.horizon / options.step);
  const controlParticles = Math.min(CONTROL_PARTICLES, referenceParticles);
  const work = [referenceParticles, controlParticles].map((count) => count * seeds * steps);
  const total = Math.round((work[0]! + work[1]!) / referenceParticles);
  const measure = (count: number, coupled: boolean, before: number): RateEstimate => {
    const errors = chaosErrors({ ...options, referenceParticles: count, uncoupled: !coupled }, (done) => {
      onStep?.(Math.round((before + done * count) / referenceParticles), total);
    });
    return estimateRate(blockSizes(count), errors);
  };
  const rate = measure(referenceParticles, !uncoupled, 0);
  const control = measure(controlParticles, false, work[0]!);
  const controlHolds = control.interval.every((end) => Math.abs(end) <= CONTROL_MARGIN);
  const judged = judgeRate(rate, chaosClaim);
  const verdict = judged === "supported" && !controlHolds ? "inconclusive" : judged;
  return { rate, claim: chaosClaim, verdict, control, controlHolds };
}

/** The block sizes n = 16, 32 … N/32. */
export function blockSizes(referenceParticles: number): number[] {
  const sizes: number[] = [];
  for (let n = LEAST; n * REFERENCE_FACTOR <= referenceParticles; n *= 2) sizes.push(n);
  return sizes;
}

/** For each seed and block size the mean over particles of the largest distance to their copy in the reference. */
function chaosErrors(options: ChaosOptions, onStep: (done: number) => void): number[][] {
  const { noise, seeds, referenceParticles: count, horizon, step, uncoupled = false } = options;
  const problem = teacherProblem(deriveKey(options.key, "problem"), options);
  const { dimension } = problem;
  const sizes = blockSizes(count);
  const room = openParticles(problem, { count, populations: sizes.length + 1, increments: uncoupled ? 2 : 1 });
  const reference = room.open();
  const systems = sizes.map((n) => ({ n, population: room.open(n), farthest: new Float64Array(count) }));
  const increments = room.increments();
  const own = uncoupled ? room.increments() : increments;
  const steps = Math.round(horizon / step);
  return Array.from({ length: seeds }, (_, seed) => {
    const key = deriveKey(options.key, "seed", seed);
    const start = initialParticles(key, { count, dimension });
    reference.place(start);
    for (const { population, farthest } of systems) {
      population.place(start);
      farthest.fill(0);
    }
    for (let k = 1; k <= steps; k++) {
      room.draw(increments, noise, step, deriveKey(key, "noise", k));
      if (uncoupled) room.draw(own, noise, step, deriveKey(key, "own noise", k));
      reference.step(step, increments);
      for (const { population, farthest } of systems) {
        population.step(step, own);
        keepFarthest(farthest, population, reference, dimension);
      }
      onStep(seed * steps + k);
    }
    return systems.map(({ n, farthest }) => {
      const mean = farthest.reduce((sum, square) => sum + Math.sqrt(square), 0) / count;
      return uncoupled ? mean : mean / Math.sqrt(1 - n / count);
    });
  });
}

/** Raises each particle's largest squared distance to its copy. */
export function keepFarthest(farthest: Float64Array, of: Population, from: Population, dimension: number): void {
  const { theta, stride } = of;
  const copies = from.theta;
  for (let i = 0; i < farthest.length; i++) {
    let square = 0;
    const first = componentAt(stride, i, 0);
    for (let at = first; at < first + LANES * dimension; at += LANES) square += (theta[at]! - copies[at]!) ** 2;
    if (square > farthest[i]!) farthest[i] = square;
  }
}

function checkOptions({ referenceParticles, horizon, step, seeds, noise }: ChaosOptions): void {
  if (noise.config.kind === "none" || noise.config.sigma === 0) {
    const remedy = "Without noise there is none to share, and the control cannot fail.";
    throw new ParameterError({ where: "noise", expected: "a noise with σ > 0", got: "none", remedy });
  }
  if (!(Number.isInteger(Math.log2(referenceParticles)) && referenceParticles >= 2048)) {
    const remedy = "Blocks of 16, 32 and 64 need a reference of at least 2048.";
    const expected = "a power of two of at least 2048";
    throw new ParameterError({ where: "reference particles", expected, got: `${referenceParticles}`, remedy });
  }
  if (!(step > 0 && horizon >= step && Number.isFinite(horizon / step))) {
    const got = `${horizon} and ${step}`;
    throw new ParameterError({ where: "horizon and step", expected: "positive times, horizon ≥ step", got });
  }
  if (!(Number.isInteger(seeds) && seeds >= 3)) {
    throw new ParameterError({ where: "seeds", expected: "a whole number of at least 3", got: `${seeds}` });
  }
}
