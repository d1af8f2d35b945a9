/**
 * @file Decides which hidden units stay: how much to remove, turned into a mask.
 *
 * Departs from the published program (mbarsbey/implicit-compressibility, `exp_utils.get_col_prune_idx`) where that one
 * silently prunes nothing: an error bound of 1 or more and weights that are not finite are errors here, and a layer of
 * zeros is cut to one unit.
 */

import { ParameterError } from "../errors.js";
import type { Network } from "../model/network.js";
import type { LayerCurve, RankOptions } from "./curve.js";
import { pruneCurve } from "./curve.js";
import type { LayerMask, PruneMask } from "./mask.js";
import { squaredColumnNorms } from "./norm.js";

/** How much to prune, in each hidden layer. */
export type PruneAmount =
  /** Remove units while ‖W − W_kept‖_F² / ‖W‖_F² stays at or below this, in [0, 1): the paper's `mce` is 0.1. */
  | { readonly relativeSquaredError: number }
  /** The same with the error's square root, in [0, 1). */
  | { readonly relativeError: number }
  /** Keep this fraction κ of the units, in (0, 1]: ⌊κn⌋, at least one. */
  | { readonly keptFraction: number }
  /** Keep this many units, 1 to the layer's width. */
  | { readonly units: number };

/** How much to prune, by what. */
export interface PruneOptions extends RankOptions {
  readonly amount: PruneAmount;
}

/**
 * Chooses the units that stay in every hidden layer: those of highest score, as many as the amount says.
 *
 * At an error bound the column that would cross it is kept, so the error never exceeds the bound. Bound 0 removes only
 * columns of zeros; at least one unit stays in each layer, also where all columns are zero.
 * @param network the network; its output layer is not pruned
 * @param options the amount, the criterion (the column norm unless said otherwise) and what the criterion needs
 * @returns the mask, for `compactNetwork`
 * @throws ParameterError for an amount outside its domain, and as `pruneCurve`.
 */
export function pruneNetwork(network: Network, { amount, ...rank }: PruneOptions): PruneMask {
  return cutCurves(pruneCurve(network, rank), amount);
}

/**
 * Cuts ranked layers to an amount: `pruneNetwork` for many amounts on one ranking.
 * @param curves from `pruneCurve`
 * @param amount how much to prune in each layer
 * @returns the mask
 * @throws ParameterError for an amount outside its domain.
 */
export function cutCurves(curves: readonly LayerCurve[], amount: PruneAmount): PruneMask {
  return cutToUnits(
    curves,
    curves.map((curve) => keptCount(curve, amount)),
  );
}

/**
 * Keeps given numbers of units, those of highest score.
 * @param curves from `pruneCurve`
 * @param counts units to keep in each layer, each from 1 to its width
 * @returns the mask
 */
export function cutToUnits(curves: readonly LayerCurve[], counts: readonly number[]): PruneMask {
  const layers = curves.map(({ name, order, relativeSquaredError }, l): LayerMask => {
    const count = counts[l]!;
    const kept = order.slice(order.length - count).sort();
    return { name, units: order.length, kept, relativeSquaredError: relativeSquaredError[count]! };
  });
  return maskOf(
    layers,
    curves.map(({ squaredNorm }) => squaredNorm),
  );
}

/**
 * Keeps given units, whatever chose them.
 * @param network the network
 * @param kept the units' indices in each hidden layer, at least one
 * @returns the mask
 */
export function keepUnits(network: Network, kept: readonly Int32Array[]): PruneMask {
  const hidden = network.layers.slice(0, -1);
  const norms = hidden.map(squaredColumnNorms);
  const totals = norms.map((norm) => norm.reduce((sum, value) => sum + value, 0));
  const layers = hidden.map(({ name, outputs }, l): LayerMask => {
    const stays = new Set(kept[l]);
    const lost = norms[l]!.reduce((sum, value, unit) => (stays.has(unit) ? sum : sum + value), 0);
    const relativeSquaredError = totals[l]! > 0 ? lost / totals[l]! : 0;
    return { name, units: outputs, kept: kept[l]!.slice().sort(), relativeSquaredError };
  });
  return maskOf(layers, totals);
}

function maskOf(layers: readonly LayerMask[], squaredNorms: readonly number[]): PruneMask {
  let keptColumns = 0;
  let totalColumns = 0;
  let removed = 0;
  let total = 0;
  layers.forEach((layer, l) => {
    keptColumns += layer.kept.length;
    totalColumns += layer.units;
    removed += layer.relativeSquaredError * squaredNorms[l]!;
    total += squaredNorms[l]!;
  });
  const relativeSquaredError = total > 0 ? removed / total : 0;
  return { layers, keptColumns, totalColumns, prunedFraction: 1 - keptColumns / totalColumns, relativeSquaredError };
}

/**
 * The number of units that a kept fraction κ leaves of n: ⌊κn⌋, at least one.
 *
 * A product that misses a whole number by rounding alone (0.29 · 100 = 28.999…96) counts as that number.
 * @param keptFraction κ in (0, 1]
 * @param units n
 * @throws ParameterError for κ outside (0, 1].
 */
export function keptUnits(keptFraction: number, units: number): number {
  if (!(keptFraction > 0 && keptFraction <= 1)) {
    throw new ParameterError({ where: "keptFraction", expected: "a number in (0, 1]", got: `${keptFraction}` });
  }
  return Math.max(1, Math.floor(keptFraction * units * (1 + 4 * Number.EPSILON)));
}

function keptCount(curve: LayerCurve, amount: PruneAmount): number {
  const width = curve.order.length;
  if ("keptFraction" in amount) return keptUnits(amount.keptFraction, width);
  if ("units" in amount) {
    const { units } = amount;
    if (!(Number.isInteger(units) && units >= 1 && units <= width)) {
      const expected = `a whole number from 1 to ${width}, the width of layer ${curve.name}`;
      throw new ParameterError({ where: "units", expected, got: `${units}` });
    }
    return units;
  }
  const [where, error] =
    "relativeError" in amount
      ? (["relativeError", amount.relativeError] as const)
      : (["relativeSquaredError", amount.relativeSquaredError] as const);
  if (!(error >= 0 && error < 1)) {
    throw new ParameterError({ where, expected: "a number in [0, 1)", got: `${error}` });
  }
  const bound = where === "relativeError" ? error ** 2 : error;
  let kept = width;
  while (kept > 1 && curve.relativeSquaredError[kept - 1]! <= bound) kept--;
  return kept;
}
