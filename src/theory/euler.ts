/**
 * @file The strong error of the Euler scheme as an experiment, for the particle system dθ_i = b(θ_i, f) dt + σ dL_i.
 *
 * All schemes run on one noise path: the increment of a coarse step is the sum of those of the fine steps in it, which by
 * strict stability has the law of a coarse increment. Two errors are told apart.
 *
 * - On the grid, sup over the coarse grid of |θ^η − θ|. Additive noise cancels there, so what is left is of order η: order 1
 *   in every L^p for smooth drift [proved for C²_b drift]. The bound C·η^(1/α) holds and is not sharp.
 * - The piecewise constant interpolation at a fixed time between grid points. It lacks the noise since the last grid point,
 *   of scale σ(t − ⌊t/η⌋η)^(1/α), so its order is 1/α, sharply [proved for L^p, p < α, and for medians].
 *
 * A grid point follows T/3 and 2T/3 at one third and two thirds of a step in turn as η is halved. Errors at both times are
 * pooled, so that the pool has the same mixture at every η.
 */
import { ParameterError } from "../errors.js";
import { deriveKey, type Key } from "../math/random/key.js";
import { quantile } from "../math/stats/summary.js";
import type { LevyNoise } from "../noise/noise.js";
import { keepFarthest } from "./chaos.js";
import { type TeacherOptions, teacherProblem } from "./drift.js";
import { type LimitCheck, ornsteinUhlenbeckCheck } from "./limit.js";
import { initialParticles, openParticles } from "./particles.js";
import { estimateRate, judgeRate, type RateClaim, type RateEstimate, type Verdict } from "./verdict.js";

/** The sizes of the experiment. */
export interface EulerOptions extends TeacherOptions {
  readonly noise: LevyNoise;
  /** Decides problem, starts and noise. */
  readonly key: Key;
  /** Independent systems, ≥ 3. */
  readonly seeds: number;
  /** n, the particles of a system; a multiple of 4. */
  readonly particles: number;
  /** T > 0. */
  readonly horizon: number;
  /** The coarsest steps are T·2^−3 … T·2^−`coarse`, ≥ 5; the reference has T·2^−(`coarse` + 5). */
  readonly coarse: number;
  /** Whether the schemes scale their noise by η instead of η^(1/α): then they have another limit. Default false. */
  readonly brokenNoise?: boolean;
  /** Called now and then with the number of fine steps done and of all. */
  readonly onStep?: (done: number, total: number) => void;
}

/** A measured rate with what is claimed of it. */
export interface EulerPart {
  readonly rate: RateEstimate;
  readonly claim: RateClaim;
  readonly verdict: Verdict;
}

/** The experiment's outcome. */
export interface EulerResult {
  /** Mean over particles of the largest distance on the coarse grid, against the proven bound η^(1/α). */
  readonly grid: EulerPart;
  /** The same errors against order 1. */
  readonly gridOrderOne: EulerPart;
  /** Median over particles and the times T/3 and 2T/3 of the distance between grid points, against exactly η^(1/α). */
  readonly fixedTime: EulerPart;
  /** Whether the scheme's limit has the law it must have, where that is known. */
  readonly limit: LimitCheck;
  /** Refuted if the bound, the fixed time or the limit is; supported if all three are. */
  readonly verdict: Verdict;
}

/** T·2^−COARSEST is the largest step: below it σ·η^(1/α) is smaller than the scale on which the drift varies. */
const COARSEST = 3;
/** The reference's steps are 2^REFINEMENT times finer than the finest scheme's, so its own error is a 32nd. */
const REFINEMENT = 5;
/** Fine steps between two signs of progress. */
const SIGN_EVERY = 64;

/**
 * Runs the experiment.
 *
 * @param options the sizes
 * @returns slopes of log error on log η, intervals and verdicts
 * @throws ParameterError for sizes outside their domain
 * Numerical note: [measured] with `coarse` 7 the order on the grid is 0.95 to 1.00 for α from 1.2 to 2. Particles are float32:
 *   a path of K steps carries rounding of about 3·10^−8·√K·|θ|, which lowers the slope where large |θ| are frequent (α near
 *   1) and steps are many (0.93 at α = 1.2 with `coarse` 8). The reference's own error, a 32nd of the finest, raises it by
 *   less than 0.01.
 * Source: Butkovsky, Dareiotis and Gerencsér (2022) for rates that do not depend on p.
 */
export function verifyEuler(options: EulerOptions): EulerResult {
  checkOptions(options);
  const { noise, key, coarse, horizon } = options;
  const { alpha, brokenFactor } = brokenScale(options);
  const { grid: gridErrors, fixedTime: fixedErrors } = eulerErrors(options, brokenFactor);
  const steps = stepExponents(coarse).map((exponent) => horizon * 2 ** -exponent);
  const part = (errors: number[][], claim: RateClaim): EulerPart => {
    const rate = estimateRate(steps, errors);
    return { rate, claim, verdict: judgeRate(rate, claim) };
  };
  const grid = part(gridErrors, { exponent: 1 / alpha, kind: "no slower than", margin: 0.05 });
  const gridOrderOne = part(gridErrors, { exponent: 1, kind: "exactly", margin: 0.07 });
  const fixedTime = part(fixedErrors, { exponent: 1 / alpha, kind: "exactly", margin: 0.07 });
  const limit = ornsteinUhlenbeckCheck(noise, deriveKey(key, "limit"), brokenFactor);
  const verdicts = [grid.verdict, fixedTime.verdict, limit.agrees ? "supported" : "refuted"];
  const verdict = verdicts.includes("refuted")
    ? "refuted"
    : verdicts.includes("inconclusive")
      ? "inconclusive"
      : "supported";
  return { grid, gridOrderOne, fixedTime, limit, verdict };
}

/** The noise's own α, and by what a scheme with step η multiplies its increments. */
function brokenScale({ noise, brokenNoise = false }: EulerOptions): {
  alpha: number;
  brokenFactor: (dt: number) => number;
} {
  const { kind, alpha: given } = noise.config;
  const alpha = kind === "gaussian" || kind === "none" ? 2 : given;
  return { alpha, brokenFactor: brokenNoise ? (dt) => dt ** (1 - 1 / alpha) : () => 1 };
}

function stepExponents(coarse: number): number[] {
  return Array.from({ length: coarse - COARSEST + 1 }, (_, k) => coarse - k);
}

/** For each seed the errors at each step size, finest first. */
function eulerErrors(
  options: EulerOptions,
  brokenFactor: (dt: number) => number,
): { grid: number[][]; fixedTime: number[][] } {
  const { noise, seeds, particles: block, horizon, coarse, onStep } = options;
  const problem = teacherProblem(deriveKey(options.key, "problem"), options);
  const { dimension } = problem;
  const count = seeds * block;
  const exponents = stepExponents(coarse);
  // One increment for the reference, a running sum and a scaled copy for each scheme.
  const room = openParticles(problem, {
    ...{ count, populations: exponents.length + 1, increments: 1 + 2 * exponents.length },
  });
  const start = initialParticles(options.key, { count, dimension });
  const reference = room.open(block);
  const fine = room.increments();
  const schemes = exponents.map((exponent) => {
    const dt = horizon * 2 ** -exponent;
    return {
      ...{ dt, factor: brokenFactor(dt), every: 2 ** (coarse + REFINEMENT - exponent), population: room.open(block) },
      ...{ sum: room.increments(), scaled: room.increments(), farthest: new Float64Array(count) },
      between: [] as Float64Array[],
    };
  });
  for (const population of [reference, ...schemes.map((scheme) => scheme.population)]) population.place(start);
  const steps = 2 ** (coarse + REFINEMENT);
  const between = [Math.round(steps / 3), Math.round((2 * steps) / 3)];
  for (let k = 1; k <= steps; k++) {
    room.draw(fine, noise, horizon / steps, deriveKey(options.key, "noise", k));
    reference.step(horizon / steps, fine);
    let finished = fine;
    for (const scheme of schemes) {
      addTo(scheme.sum, finished);
      if (k % scheme.every !== 0) break;
      // Copied, so that the next coarser sum can take it and this one start anew.
      for (let i = 0; i < scheme.sum.length; i++) scheme.scaled[i] = scheme.factor * scheme.sum[i]!;
      scheme.population.step(scheme.dt, scheme.scaled);
      keepFarthest(scheme.farthest, scheme.population, reference, dimension);
      finished = scheme.sum;
    }
    for (const scheme of schemes) if (k % scheme.every === 0) scheme.sum.fill(0);
    if (between.includes(k)) {
      for (const scheme of schemes) {
        const distances = new Float64Array(count);
        keepFarthest(distances, scheme.population, reference, dimension);
        scheme.between.push(distances);
      }
    }
    if (k % SIGN_EVERY === 0) onStep?.(k, steps);
  }
  const ofSeed = (values: Float64Array, seed: number): Float64Array =>
    values.slice(seed * block, (seed + 1) * block).map(Math.sqrt);
  const seedsOf = (statistic: (scheme: (typeof schemes)[number], seed: number) => number): number[][] =>
    Array.from({ length: seeds }, (_, seed) => schemes.map((scheme) => statistic(scheme, seed)));
  return {
    grid: seedsOf(({ farthest }, seed) => ofSeed(farthest, seed).reduce((sum, x) => sum + x, 0) / block),
    fixedTime: seedsOf(({ between: times }, seed) => {
      const pooled = times.flatMap((distances) => [...ofSeed(distances, seed)]);
      return quantile(Float64Array.from(pooled).sort(), 0.5);
    }),
  };
}

function addTo(sum: Float32Array, values: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += values[i]!;
}

function checkOptions({ seeds, particles, horizon, coarse, noise }: EulerOptions): void {
  const whole = (where: string, value: number, least: number, step = 1): void => {
    if (Number.isInteger(value / step) && value >= least) return;
    const expected = `a ${step > 1 ? `multiple of ${step}` : "whole number"} of at least ${least}`;
    throw new ParameterError({ where, expected, got: `${value}` });
  };
  whole("seeds", seeds, 3);
  whole("particles", particles, 4, 4);
  whole("coarse", coarse, COARSEST + 2);
  if (!(horizon > 0 && Number.isFinite(horizon))) {
    throw new ParameterError({ where: "horizon", expected: "a finite time above 0", got: `${horizon}` });
  }
  if (noise.config.kind === "none" || noise.config.sigma === 0) {
    const remedy = "Without noise there is no order in α to measure.";
    throw new ParameterError({ where: "noise", expected: "a noise with σ > 0", got: "none", remedy });
  }
}
