/**
 * @file The simulated answer: networks of noise alone, drawn column by column from the exact law. No asymptotics, only the
 * sampling error, which is stated. [measured]
 */
import { deriveKey, type Key } from "../../math/random/key.js";
import { normalTailQuantile } from "../../math/stats/erfc.js";
import { quantile } from "../../math/stats/summary.js";
import type { ColumnLaw } from "./columnLaw.js";
import { type ColumnSampler, columnSampler } from "./columnSample.js";
import type { CompressionPromise } from "./promise.js";
import { type Cut, cutSmallest, fullWidth, keptCount, prunableFraction } from "./tailShare.js";

/** What is simulated: columns of this law, and the drift ρ at its worst beside them. */
export interface SimulationSetting {
  readonly law: ColumnLaw;
  /** ρ ≥ 0. */
  readonly drift: number;
}

/** A simulated width. */
export interface SimulatedWidth {
  readonly width: number;
  /** Standard error of `width`; null where already the smallest width that keeps a column keeps the promise. */
  readonly standardError: number | null;
  readonly replicates: number;
}

/** Simulated networks of one width. */
export interface SimulatedErrors {
  /** E of each network, ascending, [replicates]. */
  readonly errors: Float64Array;
  /** The mean over networks of the largest fraction that can be cut at the given squared error. */
  readonly prunedFraction: number;
  readonly prunedFractionStandardError: number;
  /** The share of networks whose error, drift included, exceeds ε. */
  readonly failure: number;
  readonly failureStandardError: number;
}

/** The price of a simulation in kernel draws, about 4 ns each: two to three seconds. */
const budget = 6e8;
/** Selecting the largest of n norms for all prefixes costs about as much as so many draws a column. */
const selectionPrice = 15;
/** Networks in a simulation: enough that the binomial error is below a third of δ, and of use. */
const fewestReplicates = 400;
const mostReplicates = 4000;
/** Nested widths in the final fit, relative to its centre; P(E > ε) is there nearly a line in probit against log n. */
const fitWidths = [0.7, 0.84, 1, 1.2, 1.44];
const searchWidths = [0.5, 0.7, 1, 1.4, 2];
const mostSearches = 4;

/**
 * The relative error of a cut, with the worst that a drift of mean size ρ can do to it: (√P + ρ√n)/(√T − ρ√n).
 *
 * @param cut squared norms P cut and T in all
 * @param width n
 * @param drift ρ
 * @returns E, or the bound with drift; Infinity where the drift may cancel all columns
 */
function worstError({ pruned, total }: Cut, width: number, drift: number): number {
  const moved = drift * Math.sqrt(width);
  const left = Math.sqrt(total) - moved;
  return left > 0 ? (Math.sqrt(pruned) + moved) / left : Number.POSITIVE_INFINITY;
}

/**
 * Counts, among simulated networks, those that break the promise, at several widths: a network of width n is the first n
 * columns of its replicate.
 *
 * @param sampler draws the columns
 * @param target κ, ε and ρ
 * @param widths ascending, [m]
 * @param replicates how many networks
 * @param key decides the columns
 * @returns how many networks have E > ε, [m]
 */
export function countFailures(
  sampler: ColumnSampler,
  { keptFraction, relativeError, drift }: Omit<CompressionPromise, "confidence"> & { drift: number },
  widths: readonly number[],
  replicates: number,
  key: Key,
): number[] {
  const failures = widths.map(() => 0);
  for (let r = 0; r < replicates; r++) {
    const norms = sampler.draw(widths.at(-1)!, deriveKey(key, r));
    widths.forEach((width, j) => {
      const cut = cutSmallest(norms.subarray(0, width), keptCount(keptFraction, width));
      if (worstError(cut, width, drift) > relativeError) failures[j]!++;
    });
  }
  return failures;
}

/** The replicates, of `fewest` to `most`, that a share of the budget allows for networks of a width; null if too few. */
function affordableReplicates(
  price: number,
  width: number,
  { fewest, most, share }: { fewest: number; most: number; share: number },
): number | null {
  const replicates = Math.min(Math.ceil(most), Math.floor((share * budget) / (price + selectionPrice) / width));
  return replicates >= fewest ? replicates : null;
}

/**
 * The width at which P(E > ε) = δ: searched for by doubling, then read off a line through the probits of five nested
 * widths within a factor 1.44.
 *
 * @param setting the column's law and the drift
 * @param promise κ, ε and the confidence 1 − δ
 * @param start a guess of the width, such as the formula's
 * @param key decides the simulated columns
 * @returns the width and its standard error, the binomial error of P(E > ε) divided by its slope; null where enough networks
 *   of that width cost too much
 */
export function simulatedWidth(
  { law, drift }: SimulationSetting,
  promise: CompressionPromise,
  start: number,
  key: Key,
): SimulatedWidth | null {
  const sampler = columnSampler(law);
  const delta = 1 - promise.confidence;
  const target = { ...promise, drift };
  const narrowest = fullWidth(1 / promise.keptFraction, promise.keptFraction);
  let center = Math.max(start, 2 * narrowest);
  for (let search = 0; ; search++) {
    const few = { fewest: 10 / delta, most: 20 / delta, share: 0.5 };
    const replicates = affordableReplicates(sampler.price, 2 * center, few);
    if (replicates === null || search === mostSearches) return null;
    const widths = distinctWidths(center, searchWidths, promise.keptFraction);
    const counts = countFailures(sampler, target, widths, replicates, deriveKey(key, "search", search));
    const after = counts.findIndex((count) => count <= delta * replicates);
    if (after === 0 && widths[0] === narrowest) return { width: narrowest, standardError: null, replicates };
    if (after > 0) {
      center = crossing(
        widths.slice(after - 1, after + 1),
        counts.slice(after - 1, after + 1),
        replicates,
        delta,
      ).width;
      break;
    }
    center = after === 0 ? Math.max(2 * narrowest, center / 4) : center * 4;
  }
  const many = { fewest: Math.max(fewestReplicates, 20 / delta), most: Math.max(mostReplicates, 40 / delta), share: 1 };
  const replicates = affordableReplicates(sampler.price, 1.44 * center, many);
  if (replicates === null) return null;
  const widths = distinctWidths(center, fitWidths, promise.keptFraction);
  const counts = countFailures(sampler, target, widths, replicates, deriveKey(key, "fit"));
  const { width, slope } = crossing(widths, counts, replicates, delta);
  const density = Math.exp(-(normalTailQuantile(delta) ** 2) / 2) / Math.sqrt(2 * Math.PI);
  const logError = Math.sqrt((delta * (1 - delta)) / replicates) / (density * Math.abs(slope));
  return { width: fullWidth(width, promise.keptFraction), standardError: width * logError, replicates };
}

/** Widths at which κn is all but whole: between them ⌊κn⌋ makes P(E > ε) jump. */
function distinctWidths(center: number, factors: readonly number[], keptFraction: number): number[] {
  return [...new Set(factors.map((factor) => fullWidth(Math.max(factor * center, 1 / keptFraction), keptFraction)))];
}

/** Where a weighted line through the probits of the failure rates, against log n, meets δ. */
function crossing(
  widths: readonly number[],
  counts: readonly number[],
  replicates: number,
  delta: number,
): { width: number; slope: number } {
  let [weights, meanX, meanY] = [0, 0, 0];
  const points = widths.map((width, j) => {
    const rate = (counts[j]! + 0.5) / (replicates + 1);
    const probit = normalTailQuantile(rate);
    const weight = Math.exp(-(probit ** 2)) / (rate * (1 - rate));
    weights += weight;
    meanX += weight * Math.log(width);
    meanY += weight * probit;
    return { x: Math.log(width), y: probit, weight };
  });
  meanX /= weights;
  meanY /= weights;
  let [products, squares] = [0, 0];
  for (const { x, y, weight } of points) {
    products += weight * (x - meanX) * (y - meanY);
    squares += weight * (x - meanX) ** 2;
  }
  // P(E > ε) falls with the width, so its probit as a tail quantile rises; noise in a flat stretch must not turn that round.
  const slope = Math.max(products / squares, 1e-3);
  const reach = Math.log(8);
  const logWidth = meanX + Math.max(-reach, Math.min(reach, (normalTailQuantile(delta) - meanY) / slope));
  return { width: Math.exp(logWidth), slope };
}

/**
 * Simulates networks of one width.
 *
 * @param setting the column's law and the drift
 * @param target κ and ε, and the squared error of the pruned fraction
 * @param width n
 * @param key decides the columns
 * @returns the networks' errors and pruned fractions, or null where 400 networks of that width cost too much
 */
export function simulatedErrors(
  { law, drift }: SimulationSetting,
  { keptFraction, relativeError, mce }: Omit<CompressionPromise, "confidence"> & { mce: number },
  width: number,
  key: Key,
): SimulatedErrors | null {
  const sampler = columnSampler(law);
  // Sorting costs about three selections.
  const price = sampler.price + 2 * selectionPrice;
  const replicates = affordableReplicates(price, width, {
    fewest: fewestReplicates,
    most: mostReplicates / 4,
    share: 1,
  });
  if (replicates === null) return null;
  const kept = keptCount(keptFraction, width);
  const errors = new Float64Array(replicates);
  let [failures, fractions, squares] = [0, 0, 0];
  for (let r = 0; r < replicates; r++) {
    const norms = sampler.draw(width, deriveKey(key, r)).sort();
    let pruned = 0;
    for (let i = 0; i < width - kept; i++) pruned += norms[i]!;
    let total = pruned;
    for (let i = width - kept; i < width; i++) total += norms[i]!;
    errors[r] = Math.sqrt(pruned / total);
    if (worstError({ pruned, total }, width, drift) > relativeError) failures++;
    const fraction = prunableFraction(norms, mce);
    fractions += fraction;
    squares += fraction ** 2;
  }
  const failure = failures / replicates;
  const prunedFraction = fractions / replicates;
  // One failure more, so that none seen does not read as certainty.
  const smoothed = (failures + 1) / (replicates + 2);
  return {
    errors: errors.sort(),
    prunedFraction,
    prunedFractionStandardError: Math.sqrt(Math.max(0, squares / replicates - prunedFraction ** 2) / replicates),
    failure,
    failureStandardError: Math.sqrt((smoothed * (1 - smoothed)) / replicates),
  };
}

/** Quantiles of simulated errors at 5, 50 and 95 %. */
export function errorQuantiles({ errors }: SimulatedErrors): [number, number, number] {
  return [quantile(errors, 0.05), quantile(errors, 0.5), quantile(errors, 0.95)];
}
