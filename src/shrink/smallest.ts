/** @file The smallest network within a tolerated drop of accuracy, by whichever way of making it turns out best. */

import type { Network } from "../model/network.js";
import type { CutRecipe } from "./cut.js";
import type { FineTune } from "./fineTune.js";
import type { Parent, ShrinkOptions, Shrunk } from "./shrink.js";

/** One way that was tried. */
export interface Trial {
  readonly recipe: CutRecipe;
  readonly keptColumns: number;
  readonly parameters: number;
  /** Of training accuracy. */
  readonly drop: number;
}

/** The smallest network found, and all ways that were tried. */
export interface Smallest {
  readonly shrunk: Shrunk;
  readonly trials: readonly Trial[];
}

/** What is tolerated and tried. */
export interface SmallestOptions extends Pick<ShrinkOptions, "metadata"> {
  /** Of training accuracy, in [0, 1]. */
  readonly maxAccuracyDrop: number;
  /** The ways to try, at least one. */
  readonly recipes: readonly CutRecipe[];
}

/**
 * The ways worth trying where nothing is said, cheap ones first: cut by norm or by contribution and refitted, without and with
 * a short cut, or fine-tuned, which a network that has a short cut already cannot be.
 * @param network the network to be cut
 * @param fineTune the fine-tuning at each size that is looked at
 */
export function recipesToTry({ skip }: Network, fineTune: FineTune): CutRecipe[] {
  return [
    { by: "norm", refit: "units" },
    { by: "contribution", refit: "units" },
    { by: "contribution", refit: "skip" },
    ...(skip ? [] : [{ by: "contribution", refit: "units", fineTune } as const]),
  ];
}

/**
 * Tries ways to make a network small, each at its smallest size within the tolerated drop, and keeps the one with the fewest
 * parameters; of equally small networks the earlier. Only training accuracy decides.
 * @param parent the opened network, with data
 * @param options the drop, the ways and facts for the file
 * @param onTrial called before each way with the number of ways tried
 * @returns the smallest network, and what each way came to
 * @throws ParameterError as `Parent.shrink`
 */
export async function smallestWithin(
  parent: Parent,
  { maxAccuracyDrop, recipes, metadata = {} }: SmallestOptions,
  onTrial: (tried: number, recipe: CutRecipe) => void = () => {},
): Promise<Smallest> {
  let best: Shrunk | undefined;
  const trials: Trial[] = [];
  for (const [tried, recipe] of recipes.entries()) {
    onTrial(tried, recipe);
    const shrunk = await parent.shrink({ amount: { maxAccuracyDrop }, ...recipe, metadata });
    const { parameters, trainAccuracy } = shrunk.after;
    const drop = shrunk.before.trainAccuracy! - trainAccuracy!;
    trials.push({ recipe, keptColumns: shrunk.mask.keptColumns, parameters, drop });
    if (!best || parameters < best.after.parameters) best = shrunk;
  }
  return { shrunk: best!, trials };
}
