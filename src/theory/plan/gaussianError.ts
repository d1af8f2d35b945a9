/** @file The relative error of a Gaussian matrix: what any network offers without heavy tails. */
import type { Key } from "../../math/random/key.js";
import type { ColumnLaw } from "./columnLaw.js";
import { columnSampler } from "./columnSample.js";
import { cutSmallest, keptCount } from "./tailShare.js";

const columns = 100_000;

/**
 * The limit, as the width grows, of the relative error of a matrix whose columns follow a law with α set to 2: the same
 * initial weights and noise scale, light tails. It does not fall with the width. [measured, to about 0.5 %]
 *
 * @param law the column's law
 * @param keptFraction κ
 * @param options drift ρ, counted at its worst; key of the sample
 * @returns E, or Infinity where the drift may cancel the columns
 */
export function gaussianError(
  law: ColumnLaw,
  keptFraction: number,
  { drift, key }: { drift: number; key: Key },
): number {
  // At α = 2 independent and isotropic columns are one law, and the isotropic sampler is the cheaper.
  const kind = law.kind === "coordinate" ? "isotropic" : law.kind;
  const norms = columnSampler({ ...law, kind, alpha: 2 }).draw(columns, key);
  const { pruned, total } = cutSmallest(norms, keptCount(keptFraction, columns));
  const left = Math.sqrt(total / columns) - drift;
  return left > 0 ? (Math.sqrt(pruned / columns) + drift) / left : Number.POSITIVE_INFINITY;
}
