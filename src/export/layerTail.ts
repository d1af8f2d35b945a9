/**
 * @file How heavy the tails of a layer's columns are, and how much of it can be pruned: for weights of any origin.
 *
 * A tail index wants one independent number per column. We take s_i = (1/√d) Σ_j W_ij minus its median: the projection on 1/√d.
 * It has tail index α for all three noises of the paper: for one draw per unit (type I) s is √d times it, for independent
 * entries (II) and isotropic columns (III) every fixed projection of a column is stable with the same α. Entries would not do: those of one column share their size in types I and III, which makes
 * intervals far too narrow.
 *
 * Trained weights are not stable: initialisation adds a Gaussian part and gradients a dependent one, both of which draw the
 * estimate towards 2 as the noise gets weaker. So the distance between s and the fitted law is reported beside the estimate, and the
 * estimate means a stable α only where that distance is small.
 */

import { ParameterError } from "../errors.js";
import { symmetricCdf } from "../math/stable/symmetric.js";
import { checkConfidence, type TailIndexEstimate, type TailIndexMethod } from "../math/stable/tailIndex/estimate.js";
import { hillTailIndex } from "../math/stable/tailIndex/hill.js";
import { tailIndex } from "../math/stable/tailIndex/tailIndex.js";
import { kolmogorovDistance, massartBound } from "../math/stats/kolmogorov.js";
import { quantile } from "../math/stats/summary.js";
import type { WeightMatrix } from "./weightMatrices.js";

/** Fewer columns say nothing about a tail: the standard error of α would exceed 0.2. */
export const leastColumns = 50;
/** The paper's error: ‖W − W_kept‖² / ‖W‖² ≤ 0.1. */
const squaredError = 0.1;
/** Sizes up to which the fitted law is compared value by value. */
const mostCompared = 4000;
/** Level at which the fitted law is rejected. */
const rejectionLevel = 0.01;

/** A layer's columns in numbers. All estimates are null where there is a `reason` why there are none. */
export interface LayerTail {
  readonly name: string;
  /** As stored in the file. */
  readonly shape: readonly number[];
  readonly columns: number;
  /** Columns that are exactly zero, left out of the estimates. */
  readonly zeroColumns: number;
  /** Why there is no estimate, such as fewer than 50 columns; null where there is one. */
  readonly reason: string | null;
  readonly tailIndex: number | null;
  readonly tailInterval: readonly [number, number] | null;
  /** Whether α = 2 is rejected; null also where the method has no such test. */
  readonly gaussianExcluded: boolean | null;
  /** Kolmogorov distance of the projections to the fitted stable law, where the method gives a scale. */
  readonly fitDistance: number | null;
  /** Whether that distance is too large for a stable law (level 0.01, conservative because the law was fitted). */
  readonly stableRejected: boolean | null;
  /** Hill's index of the largest 5 % of column norms: a diagnostic of the far tail, no estimate of α. */
  readonly normTail: { readonly index: number; readonly standardError: number } | null;
  /** Largest share of columns, smallest norms first, that can go at relative squared error 0.1. */
  readonly prunedFractionAt10: number;
}

/**
 * Measures a layer's columns.
 * @param matrix the weights
 * @param options method of the tail index and confidence of its interval; @default characteristic, 0.95
 * @returns the numbers
 * @throws ParameterError where a weight is not finite, or the confidence lies outside (0, 1)
 */
export function layerTail(
  { name, shape, columns, inputs, weight }: WeightMatrix,
  { method = "characteristic", confidence = 0.95 }: { method?: TailIndexMethod; confidence?: number } = {},
): LayerTail {
  const projections: number[] = [];
  const norms: number[] = [];
  const squares = new Float64Array(columns);
  for (let unit = 0, at = 0; unit < columns; unit++) {
    let sum = 0;
    let square = 0;
    for (let i = 0; i < inputs; i++, at++) {
      sum += weight[at]!;
      square += weight[at]! ** 2;
    }
    if (!Number.isFinite(square)) {
      const remedy = "The training diverged, or the file is damaged.";
      throw new ParameterError({ where: name, expected: "finite weights", got: `${square} in column ${unit}`, remedy });
    }
    squares[unit] = square;
    if (square === 0) continue;
    projections.push(sum / Math.sqrt(inputs));
    norms.push(Math.sqrt(square));
  }
  const facts = {
    ...{ name, shape, columns, zeroColumns: columns - norms.length },
    prunedFractionAt10: prunableColumns(squares, squaredError) / columns,
  };
  checkConfidence(confidence);
  const median = projections.length === 0 ? 0 : quantile(Float64Array.from(projections).sort(), 0.5);
  // An odd number of columns has one at the median itself, whose logarithm some methods could not take.
  const centred = Float64Array.from(projections, (x) => x - median).filter((x) => x !== 0);
  const distinct = new Set(centred).size;
  if (distinct < leastColumns - 1) return { ...facts, ...noEstimate(`${distinct} different columns are too few`) };
  let found: TailIndexEstimate;
  try {
    found = tailIndex(centred, { method, confidence });
  } catch (cause) {
    if (!(cause instanceof ParameterError)) throw cause;
    return { ...facts, ...noEstimate(`expected ${cause.expected}, got ${cause.got}`) };
  }
  const hill = hillTailIndex(norms);
  return {
    ...{ ...facts, reason: null, tailIndex: found.alpha, tailInterval: found.interval ?? null },
    gaussianExcluded: found.gaussianExcluded ?? null,
    ...distanceToLaw(centred, found),
    normTail: { index: hill.alpha, standardError: hill.standardError! },
  };
}

function noEstimate(reason: string) {
  const none = { tailIndex: null, tailInterval: null, gaussianExcluded: null };
  return { reason, ...none, fitDistance: null, stableRejected: null, normTail: null };
}

/** The most columns, smallest first, whose squares sum to at most `bound` of all; at least one stays. */
function prunableColumns(squares: Float64Array, bound: number): number {
  const sorted = squares.slice().sort();
  const total = sorted.reduce((sum, square) => sum + square, 0);
  let removed = 0;
  let count = 0;
  while (count < sorted.length - 1 && removed + sorted[count]! <= bound * total) removed += sorted[count++]!;
  return count;
}

function distanceToLaw(
  values: Float64Array,
  { alpha, scale }: { alpha: number; scale?: number },
): Pick<LayerTail, "fitDistance" | "stableRejected"> {
  if (scale === undefined) return { fitDistance: null, stableRejected: null };
  const stride = Math.ceil(values.length / mostCompared);
  const compared = values.filter((_, i) => i % stride === 0).sort();
  const fitDistance = kolmogorovDistance(compared, (x) => symmetricCdf(x / scale, alpha));
  return { fitDistance, stableRejected: fitDistance > massartBound(compared.length, rejectionLevel) };
}
