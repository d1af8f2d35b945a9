/** @file From a trained network to a small one in memory: cut, at once or in rounds, refit, fine-tune. */

import { compactNetwork } from "../compact/compact.js";
import type { Dataset } from "../dataset/dataset.js";
import { ParameterError } from "../errors.js";
import type { Network } from "../model/network.js";
import type { CriterionName } from "../prune/criteria.js";
import type { PruneMask } from "../prune/mask.js";
import { cutToUnits, keepUnits } from "../prune/prune.js";
import type { SessionOptions } from "../runtime/engine/session.js";
import { resolveTrainConfig } from "../train/config.js";
import { type FineTune, fineTune } from "./fineTune.js";
import { rankUnits } from "./rankUnits.js";
import { refitOnData } from "./refitOnData.js";

/** What is done to a network beside cutting it. */
export interface CutRecipe {
  /** What ranks the units. @default "norm" */
  readonly by?: CriterionName;
  /** Whether to refit the output layer, and whether with a short cut from the inputs. @default "none" */
  readonly refit?: "none" | "units" | "skip";
  /** Further training after the cut and the refit. @default none */
  readonly fineTune?: FineTune;
  /**
   * Cuts in so many rounds, each by the same factor, on a ranking of its own and followed by the refit and its share of the
   * fine-tuning.
   * @default 1
   */
  readonly rounds?: number;
}

/**
 * Checks that the parts of a recipe fit together.
 * @throws ParameterError for rounds without fine-tuning, fine-tuning of a short cut, and numbers outside their domains
 */
export function checkRecipe({ refit, fineTune, rounds = 1 }: CutRecipe): void {
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new ParameterError({ where: "rounds", expected: "a whole number of at least 1", got: `${rounds}` });
  }
  if (rounds > 1 && (fineTune?.steps ?? 0) < rounds) {
    const got = fineTune ? `${fineTune.steps}` : "none";
    const remedy = "Rounds without training between them are one cut.";
    throw new ParameterError({ where: "fineTune", expected: `at least ${rounds} steps, one a round`, got, remedy });
  }
  if (!fineTune) return;
  resolveTrainConfig(fineTune);
  if (refit === "skip") {
    const remedy = "Refit the units only, or leave out the fine-tuning.";
    throw new ParameterError({ where: "refit", expected: "none or units beside fineTune", got: "skip", remedy });
  }
}

/**
 * Cuts a network to a mask and finishes it as the recipe says. A network that keeps all its units is left as it is.
 * @param network the trained network
 * @param dataset its data; may be null where the recipe asks for none
 * @param mask which units stay, where the recipe has one round; how many stay in each layer, where it has more: of n that shall
 *   become k, n·(k/n)^(i/rounds) stay after round i
 * @param recipe what else is done, in every round
 * @param targets [rows of the training split, classes]: the network's own logits, for the refit
 * @param session threads and device
 * @returns the small network and the units of the original that it kept
 */
export async function cutNetwork(
  network: Network,
  dataset: Dataset | null,
  mask: PruneMask,
  { by = "norm", refit = "none", fineTune: tuning, rounds = 1 }: CutRecipe,
  targets: Float32Array | null,
  session: SessionOptions = {},
): Promise<{ network: Network; mask: PruneMask }> {
  if (mask.keptColumns === mask.totalColumns) return { network, mask };
  let small = network;
  let origin = mask.layers.map(({ units }) => Int32Array.from({ length: units }, (_, unit) => unit));
  for (let round = 1; round <= rounds; round++) {
    const counts = mask.layers.map(({ units, kept }) => Math.round(units * (kept.length / units) ** (round / rounds)));
    const cut = rounds === 1 ? mask : cutToUnits(await rankUnits(small, dataset, by, session), counts);
    origin = cut.layers.map(({ kept }, l) => kept.map((unit) => origin[l]![unit]!));
    small = compactNetwork(small, cut);
    if (refit !== "none") small = await refitOnData(small, dataset!, targets!, { ...session, skip: refit === "skip" });
    if (tuning) small = await fineTune(small, dataset!, shareOf(tuning, round, rounds), session);
  }
  return { network: small, mask: rounds === 1 ? mask : keepUnits(network, origin) };
}

/** What one of several rounds does of a fine-tuning: its steps, with rows in an order of its own. */
function shareOf({ steps, seed = 0, ...tuning }: FineTune, round: number, rounds: number): FineTune {
  const until = (end: number): number => Math.floor((end * steps) / rounds);
  return { ...tuning, steps: until(round) - until(round - 1), seed: seed + round - 1 };
}
