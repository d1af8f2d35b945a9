/**
 * @file The trimmed second moment M_κ = E[Z; Z ≤ q_(1−κ)(Z)]: what a cut column costs on average. Exact where the norm is a
 * single stable variable (one draw per column and no initial weights), else from a sample of columns.
 */
import { deriveKey, type Key } from "../../math/random/key.js";
import { symmetricTailQuantile } from "../../math/stable/quantile.js";
import { symmetricDensity, symmetricTail } from "../../math/stable/symmetric.js";
import { clopperPearson } from "../../math/stats/binomial.js";
import type { ColumnLaw } from "./columnLaw.js";
import { columnSampler } from "./columnSample.js";

/** Bounds that hold together for one threshold τ. */
export interface ThresholdBound {
  readonly threshold: number;
  /** At least P(Z > τ). */
  readonly exceedance: number;
  /** At least E[Z; Z ≤ τ]. */
  readonly moment: number;
  /** At least E[Z²; Z ≤ τ]. */
  readonly square: number;
}

/** The trimmed moments of one column law. */
export interface TrimmedMoments {
  readonly method: "quadrature" | "simulation";
  /** M_κ for κ in (0, 1). */
  moment(keptFraction: number): number;
  /** The standard error of M_κ divided by it; 0 for quadrature. */
  relativeStandardError(keptFraction: number): number;
  /** The κ with M_κ = moment: 1 where the moment is 0 or less, 0 where it exceeds what any cut leaves. */
  keptFraction(moment: number): number;
  /**
   * Upper bounds for a rigorous statement, for thresholds that about a fraction κ₀ < κ of the columns exceed.
   * @param keptFraction κ
   * @param failure the probability, over the sample drawn here, that any bound fails; quadrature never does
   */
  bounds(keptFraction: number, failure: number): ThresholdBound[];
}

/** Ratios κ₀/κ of the thresholds offered to the certificate: logistic from 0.02 to 0.9997. */
const ratios = Array.from({ length: 41 }, (_, j) => 1 / (1 + Math.exp(4 - 0.3 * j)));

/** Columns drawn for a sampled law: at most this many, and at most this price in kernel draws. */
const mostColumns = 400_000;
const mostDraws = 4e7;
const fewestColumns = 4000;

/**
 * The trimmed moments of a law.
 *
 * @param law the column's law
 * @param key decides the sample where one is needed
 * @returns the moments
 */
export function trimmedMoments(law: ColumnLaw, key: Key): TrimmedMoments {
  const shared = law.kind === "node" || law.kind === "radial" || law.inputs === 1;
  const single = law.initStd === 0 && shared && law.alpha < 2;
  return single ? stableMoments(law) : sampledMoments(law, key);
}

/** Cells in log x of the table of ∫ 2x² f and ∫ 2x⁴ f: Simpson's rule leaves a relative error below 1e-9. */
const CELL = 1 / 32;
const FIRST_LOG = -9;
const CELLS = 32 * 45;

/** Z = d c² ξ² with ξ one stable variable: M_κ = d c² ∫₀^x 2u² f(u) du, where P(|ξ| > x) = κ. */
function stableMoments({ alpha, inputs, noiseScale }: ColumnLaw): TrimmedMoments {
  const unit = inputs * noiseScale ** 2;
  const start = Math.exp(FIRST_LOG);
  const atZero = symmetricDensity(0, alpha);
  const firsts = new Float64Array(CELLS + 1);
  const seconds = new Float64Array(CELLS + 1);
  const flow = (logX: number): [number, number] => {
    const x = Math.exp(logX);
    const first = 2 * symmetricDensity(x, alpha) * x ** 3;
    return [first, first * x * x];
  };
  firsts[0] = (2 / 3) * atZero * start ** 3;
  seconds[0] = (2 / 5) * atZero * start ** 5;
  const simpson = (from: number, to: number, left = flow(from), right = flow(to)): [number, number] => {
    const middle = flow((from + to) / 2);
    const sixth = (to - from) / 6;
    return [sixth * (left[0] + 4 * middle[0] + right[0]), sixth * (left[1] + 4 * middle[1] + right[1])];
  };
  for (let j = 0, left = flow(FIRST_LOG); j < CELLS; j++) {
    const right = flow(FIRST_LOG + (j + 1) * CELL);
    const [first, second] = simpson(FIRST_LOG + j * CELL, FIRST_LOG + (j + 1) * CELL, left, right);
    firsts[j + 1] = firsts[j]! + first;
    seconds[j + 1] = seconds[j]! + second;
    left = right;
  }
  /** E[ξ²; |ξ| ≤ x] and E[ξ⁴; |ξ| ≤ x]. */
  const upTo = (logX: number): [number, number] => {
    const below = logX - FIRST_LOG;
    if (below <= 0) return [firsts[0]! * Math.exp(3 * below), seconds[0]! * Math.exp(5 * below)];
    const cell = Math.min(CELLS, Math.floor(below / CELL));
    const [first, second] = simpson(FIRST_LOG + cell * CELL, logX);
    return [firsts[cell]! + first, seconds[cell]! + second];
  };
  const logQuantile = (keptFraction: number): number => Math.log(symmetricTailQuantile(keptFraction / 2, alpha));
  return {
    method: "quadrature",
    moment: (keptFraction) => unit * upTo(logQuantile(keptFraction))[0],
    relativeStandardError: () => 0,
    keptFraction(moment) {
      if (moment <= 0) return 1;
      let low = FIRST_LOG - 20;
      let high = FIRST_LOG + CELLS * CELL;
      if (unit * upTo(high)[0] <= moment) return 0;
      while (high - low > 1e-10) {
        const middle = (low + high) / 2;
        if (unit * upTo(middle)[0] < moment) low = middle;
        else high = middle;
      }
      return 2 * symmetricTail(Math.exp(low), alpha);
    },
    bounds: (keptFraction) =>
      ratios.map((ratio) => {
        const logX = logQuantile(ratio * keptFraction);
        const [first, second] = upTo(logX);
        const threshold = unit * Math.exp(2 * logX);
        return { threshold, exceedance: ratio * keptFraction, moment: unit * first, square: unit ** 2 * second };
      }),
  };
}

function sampledMoments(law: ColumnLaw, key: Key): TrimmedMoments {
  const sampler = columnSampler(law);
  const count = Math.max(fewestColumns, Math.min(mostColumns, Math.floor(mostDraws / sampler.price)));
  const norms = sampler.draw(count, deriveKey(key, "moments")).sort();
  const sums = new Float64Array(count + 1);
  norms.forEach((norm, i) => {
    sums[i + 1] = sums[i]! + norm;
  });
  let pilot: Float64Array | undefined;
  return {
    method: "simulation",
    moment: (keptFraction) => sums[Math.min(count - 1, Math.ceil((1 - keptFraction) * count))]! / count,
    relativeStandardError(keptFraction) {
      // The trimmed mean's influence function is the winsorised variable min(Z, q) up to a constant (Huber 1981).
      const cut = Math.min(count - 1, Math.ceil((1 - keptFraction) * count));
      const top = norms[cut]!;
      const mean = (sums[cut]! + (count - cut) * top) / count;
      let squares = (count - cut) * (top - mean) ** 2;
      for (let i = 0; i < cut; i++) squares += (norms[i]! - mean) ** 2;
      return Math.sqrt(squares) / sums[cut]!;
    },
    keptFraction(moment) {
      if (moment <= 0) return 1;
      if (sums[count - 1]! / count <= moment) return 0;
      let low = 0;
      let high = count - 1;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (sums[middle]! / count < moment) low = middle;
        else high = middle;
      }
      return 1 - high / count;
    },
    bounds(keptFraction, failure) {
      // Thresholds come from columns of their own, so that they are constants to the sample that bounds them.
      const size = Math.ceil(count / 4);
      const sorted = (pilot ??= sampler.draw(size, deriveKey(key, "thresholds")).sort());
      const thresholds = ratios.map(
        (ratio) => sorted[Math.min(size - 1, Math.ceil((1 - ratio * keptFraction) * size))]!,
      );
      return boundsAt(norms, thresholds, failure / (3 * thresholds.length));
    },
  };
}

/** Empirical Bernstein bounds (Maurer and Pontil 2009, theorem 4) and Clopper–Pearson's, each failing with `failure`. */
function boundsAt(norms: Float64Array, thresholds: readonly number[], failure: number): ThresholdBound[] {
  const count = norms.length;
  const level = Math.log(2 / failure);
  const upper = (sum: number, squares: number, range: number): number => {
    const mean = sum / count;
    const variance = Math.max(0, (squares - count * mean * mean) / (count - 1));
    return mean + Math.sqrt((2 * variance * level) / count) + (7 * range * level) / (3 * (count - 1));
  };
  let at = 0;
  let [first, second, fourth] = [0, 0, 0];
  const ascending = [...thresholds].sort((x, y) => x - y);
  return ascending.map((threshold) => {
    for (; at < count && norms[at]! <= threshold; at++) {
      const norm = norms[at]!;
      first += norm;
      second += norm ** 2;
      fourth += norm ** 4;
    }
    return {
      threshold,
      exceedance: clopperPearson(count - at, count, 1 - failure).upper,
      moment: upper(first, second, threshold),
      square: upper(second, fourth, threshold ** 2),
    };
  });
}
