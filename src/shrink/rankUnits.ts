/** @file Ranks the hidden units of a network, with its activity on data where the criterion asks for it. */

import type { Dataset } from "../dataset/dataset.js";
import { evaluateTiles, openNetwork } from "../model/evaluate.js";
import { activationName } from "../model/graph.js";
import { type Network, networkInputs } from "../model/network.js";
import { unitActivity } from "../prune/activity.js";
import { type CriterionName, criteria } from "../prune/criteria.js";
import { type LayerCurve, pruneCurve } from "../prune/curve.js";
import type { SessionOptions } from "../runtime/engine/session.js";

/**
 * Ranks a network's hidden units, measuring their activity on the training split where the criterion needs it.
 * @param network the network
 * @param dataset its data; may be null where the criterion looks at weights only
 * @param by the criterion
 * @param options threads and device
 * @returns per hidden layer the units in their order of removal and the error at each size, for `cutCurves`
 * @throws ParameterError where the criterion needs data and there is none
 */
export async function rankUnits(
  network: Network,
  dataset: Dataset | null,
  by: CriterionName,
  options: SessionOptions = {},
): Promise<LayerCurve[]> {
  if (!dataset || !criteria[by].needsActivity) return pruneCurve(network, { by });
  const session = await openNetwork(network, { ...options, hidden: true });
  const hidden = network.layers.slice(0, -1).map(activationName);
  async function* batches(features: Float32Array): AsyncGenerator<Float32Array[]> {
    for await (const { outputs } of evaluateTiles(session, features, networkInputs(network))) {
      yield hidden.map((name) => outputs[name]!);
    }
  }
  try {
    return pruneCurve(network, { by, activity: await unitActivity(network, batches(dataset.train.features)) });
  } finally {
    await session.dispose();
  }
}
