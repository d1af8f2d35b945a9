/**
 * @file What the drift did to a run's columns: measured, and bounded as in `formula.ts`. E is a function of the columns' norms,
 * so only what the drift did to those counts: one definition for noise that is added and for `radial` noise.
 */
import { ShapeError } from "../../errors.js";
import { cutSmallest, keptCount, prunableFraction } from "./tailShare.js";

/** A layer's columns, and the columns of its noise alone. */
export interface DriftColumns {
  /** [rows, inputs]. */
  readonly trained: Float32Array;
  /** Y of `replayNoise`, [rows, inputs]. */
  readonly pureNoise: Float32Array;
  readonly rows: number;
}

/** Measured errors and drift of a layer. */
export interface DriftMeasure {
  /** ρ = ((1/n) Σ D_i²)^(1/2), D_i the norm of trained column i minus that of its noise alone. */
  readonly drift: number;
  /** E of the trained columns. */
  readonly relativeError: number;
  /** E of the noise alone. */
  readonly pureNoiseRelativeError: number;
  /** (E_Y − r)/(1 + r) and (E_Y + r)/(1 − r) with r = ρ√n/‖Y‖_F, between which E lies [proved]; the latter 1 where r ≥ 1. */
  readonly bounds: readonly [lower: number, upper: number];
  /** The largest fraction of trained columns that can be cut at the squared error `mce`. */
  readonly prunedFraction: number;
  readonly pureNoisePrunedFraction: number;
}

/**
 * Measures a layer.
 *
 * @param columns the layer and its noise
 * @param target κ, and the squared error `mce` of the pruned fractions
 * @returns errors, drift and bounds, in float64
 * @throws ShapeError if the arrays do not fit each other
 */
export function measureDrift(
  { trained, pureNoise, rows }: DriftColumns,
  { keptFraction, mce }: { keptFraction: number; mce: number },
): DriftMeasure {
  if (trained.length !== pureNoise.length || !(rows >= 1) || trained.length % rows !== 0) {
    const expected = `as many weights as the trained layer's ${trained.length}, in ${rows} rows`;
    throw new ShapeError({ where: "pureNoise", expected, got: `${pureNoise.length}` });
  }
  const squaredNorms = (weights: Float32Array): Float64Array => {
    const inputs = trained.length / rows;
    const sums = new Float64Array(rows);
    for (let row = 0, at = 0; row < rows; row++) for (let i = 0; i < inputs; i++, at++) sums[row]! += weights[at]! ** 2;
    return sums;
  };
  const kept = keptCount(keptFraction, rows);
  const whole = squaredNorms(trained);
  const noise = squaredNorms(pureNoise);
  const squared = whole.reduce((sum, norm, i) => sum + (Math.sqrt(norm) - Math.sqrt(noise[i]!)) ** 2, 0);
  whole.sort();
  noise.sort();
  const errorOf = (sorted: Float64Array): number => {
    const { pruned, total } = cutSmallest(sorted.slice(), kept);
    return Math.sqrt(pruned / total);
  };
  const pureNoiseRelativeError = errorOf(noise);
  const shift = Math.sqrt(squared / noise.reduce((sum, norm) => sum + norm, 0));
  return {
    drift: Math.sqrt(squared / rows),
    relativeError: errorOf(whole),
    pureNoiseRelativeError,
    bounds: [
      Math.max(0, (pureNoiseRelativeError - shift) / (1 + shift)),
      shift < 1 ? Math.min(1, (pureNoiseRelativeError + shift) / (1 - shift)) : 1,
    ],
    prunedFraction: prunableFraction(whole, mce),
    pureNoisePrunedFraction: prunableFraction(noise, mce),
  };
}
