/**
 * @file The way from a trained network to the small one that ships: rank, cut, compact, refit, export, reload, measure.
 */

import { compactNetwork } from "../compact/compact.js";
import { withEngineGram } from "../compact/engineGram.js";
import { refitOutput } from "../compact/refit.js";
import type { Dataset, Split } from "../dataset/dataset.js";
import { ParameterError } from "../errors.js";
import { type ModelMeasure, measureModel, ramp } from "../export/measure.js";
import { exportOnnx } from "../export/onnx.js";
import { batchRows, timeModels } from "../export/timing.js";
import { evaluateTiles, networkLogits, openNetwork } from "../model/evaluate.js";
import { activationName } from "../model/graph.js";
import { type Network, networkInputs, networkOutputs } from "../model/network.js";
import { accuracy } from "../model/score.js";
import { unitActivity } from "../prune/activity.js";
import { type CriterionName, criteria } from "../prune/criteria.js";
import { type LayerCurve, pruneCurve } from "../prune/curve.js";
import { guaranteedShare, unchangedShare } from "../prune/guarantee.js";
import type { PruneMask } from "../prune/mask.js";
import { unitsWithinDrop } from "../prune/maxAccuracyDrop.js";
import { cutCurves, type PruneAmount } from "../prune/prune.js";
import type { SessionOptions } from "../runtime/engine/session.js";

/** How to shrink. */
export interface ShrinkOptions extends SessionOptions {
  /** How much to cut; `maxAccuracyDrop` is a drop of training accuracy, in [0, 1]. */
  readonly amount: PruneAmount | { readonly maxAccuracyDrop: number };
  /** @default "norm" */
  readonly by?: CriterionName;
  /** Whether to refit the output layer, and whether with a short cut from the inputs. @default "none" */
  readonly refit?: "none" | "units" | "skip";
  /** Further facts for the exported file, such as the noise it was trained with. */
  readonly metadata?: Readonly<Record<string, string | number | boolean>>;
}

/** A model file in numbers, with the median time of one batch of 500 rows (fewer where there are fewer), in milliseconds. */
export type TimedMeasure = ModelMeasure & { readonly msPerBatch: number };

/** A small network beside the one it came from. */
export interface Shrunk {
  readonly network: Network;
  readonly mask: PruneMask;
  /** The ONNX files before and after. */
  readonly parentBytes: Uint8Array;
  readonly bytes: Uint8Array;
  readonly before: TimedMeasure;
  readonly after: TimedMeasure;
  /** Accuracies of the cut network without the refit; the same as in `after` where there was none. */
  readonly cut: { readonly trainAccuracy: number | null; readonly testAccuracy: number | null };
  /** Share of test points whose prediction cannot have changed, by the margin bound; null without data or with a refit. */
  readonly guaranteed: number | null;
  /** Share of test points whose prediction did not change; null without data. */
  readonly unchanged: number | null;
}

/**
 * Shrinks a network to an ONNX file and measures the files before and after.
 *
 * Data decide only by their training split: activities, the refit's targets and the accuracy drop. With
 * `maxAccuracyDrop` the kept fraction is the smallest found at which the network, refitted if asked for, loses no more
 * than that. A network that keeps all its units is not refitted.
 * @param network the trained network
 * @param dataset its data; null where there is none, which excludes all that has to look at data
 * @param options how much, by what, and whether to refit
 * @returns the small network and its file, beside its parent's
 * @throws ParameterError where the options need data and there is none, or are outside their domains; ShapeError where there
 *   is no hidden layer; EngineError where a file does not compute its network
 */
export async function shrink(network: Network, dataset: Dataset | null, options: ShrinkOptions): Promise<Shrunk> {
  const { amount, by = "norm", refit = "none", metadata = {}, ...session } = options;
  const needsData = [
    criteria[by].needsActivity && `the criterion ${by}`,
    refit !== "none" && "a refit",
    "maxAccuracyDrop" in amount && "a bound on the accuracy drop",
  ].find((need) => need !== false);
  if (needsData && !dataset) {
    const remedy = "Name the data set the network was trained on.";
    throw new ParameterError({ where: "data", expected: `a data set for ${needsData}`, got: "none", remedy });
  }
  if (dataset) checkFit(network, dataset);

  const parentBytes = exportOnnx(network, { doc: "The network before pruning.", metadata });
  const parent = await measureModel(parentBytes, network, dataset, session);
  const curves = await rankUnits(network, dataset, by, session);
  const small = async (mask: PruneMask): Promise<Network> => {
    const compact = compactNetwork(network, mask);
    if (refit === "none" || mask.keptColumns === mask.totalColumns) return compact;
    return await refitOnData(compact, dataset!, parent.trainLogits!, { ...session, skip: refit === "skip" });
  };
  const mask =
    "maxAccuracyDrop" in amount
      ? await smallestMask(curves, parent.measure.trainAccuracy!, amount.maxAccuracyDrop, async (mask) =>
          accuracyOn(dataset!.train, await small(mask), session),
        )
      : cutCurves(curves, amount);

  const result = await small(mask);
  const { keptColumns, totalColumns, relativeSquaredError } = mask;
  const bytes = exportOnnx(result, {
    doc: `Cut from ${totalColumns} to ${keptColumns} hidden units by heavytail.`,
    metadata: { ...metadata, pruning: by, refit, keptColumns, totalColumns, relativeSquaredError },
  });
  const after = await measureModel(bytes, result, dataset, session);
  const { trainAccuracy, testAccuracy } = after.measure;
  const inputs = networkInputs(network);
  const timed = dataset?.test.features ?? ramp(batchRows * inputs);
  const [msBefore, msAfter] = await timeModels([parentBytes, bytes], timed, inputs, session);
  const bounded = dataset && refit === "none";
  return {
    network: result,
    mask,
    parentBytes,
    bytes,
    before: { ...parent.measure, msPerBatch: msBefore! },
    after: { ...after.measure, msPerBatch: msAfter! },
    cut:
      refit === "none"
        ? { trainAccuracy, testAccuracy }
        : await cutAccuracies(compactNetwork(network, mask), dataset!, session),
    guaranteed: bounded ? guaranteedShare(network, mask, dataset.test.features, parent.testLogits!) : null,
    unchanged: dataset && unchangedShare(parent.testLogits!, after.testLogits!, dataset.classes),
  };
}

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

/**
 * Refits the output layer of a compacted network to its parent's logits on the training split; see `refitOutput`.
 * @param network the compacted network
 * @param dataset the data
 * @param targets [rows of the training split, classes], the parent's logits
 * @param options skip: whether inputs get a short cut to the logits; threads and device
 * @returns the network with new output weights, a bias and perhaps a short cut
 */
export async function refitOnData(
  network: Network,
  dataset: Dataset,
  targets: Float32Array,
  { skip, ...options }: SessionOptions & { skip: boolean },
): Promise<Network> {
  const { features: inputs, classes, train } = dataset;
  const session = await openNetwork(network, { ...options, hidden: true });
  const hidden = activationName(network.layers.at(-2)!);
  async function* batches(): AsyncGenerator<{ hidden: Float32Array; inputs: Float32Array; targets: Float32Array }> {
    for await (const { from, rows, outputs } of evaluateTiles(session, train.features, inputs)) {
      yield {
        hidden: outputs[hidden]!,
        inputs: train.features.subarray(from * inputs, (from + rows) * inputs),
        targets: targets.subarray(from * classes, (from + rows) * classes),
      };
    }
  }
  try {
    return await withEngineGram(options, (gram) => refitOutput(network, batches(), { skip, gram }));
  } finally {
    await session.dispose();
  }
}

/**
 * The smallest cut that keeps the accuracy. The search runs over the widest layer's units; others keep the same fraction.
 */
async function smallestMask(
  curves: readonly LayerCurve[],
  fullAccuracy: number,
  maxAccuracyDrop: number,
  accuracyWith: (mask: PruneMask) => Promise<number>,
): Promise<PruneMask> {
  const widest = Math.max(...curves.map(({ order }) => order.length));
  const cut = (units: number): PruneMask => cutCurves(curves, { keptFraction: units / widest });
  const accuracyAt = (units: number): Promise<number> => accuracyWith(cut(units));
  return cut(await unitsWithinDrop({ units: widest, fullAccuracy, maxAccuracyDrop, accuracyAt }));
}

async function cutAccuracies(network: Network, dataset: Dataset, session: SessionOptions): Promise<Shrunk["cut"]> {
  return {
    trainAccuracy: await accuracyOn(dataset.train, network, session),
    testAccuracy: await accuracyOn(dataset.test, network, session),
  };
}

async function accuracyOn({ features, labels }: Split, network: Network, session: SessionOptions): Promise<number> {
  return accuracy(await networkLogits(network, features, session), labels, networkOutputs(network));
}

function checkFit(network: Network, { name, features, classes }: Dataset): void {
  if (networkInputs(network) === features && networkOutputs(network) === classes) return;
  throw new ParameterError({
    where: `data ${name}`,
    expected: `${networkInputs(network)} features and ${networkOutputs(network)} classes, as the network has`,
    got: `${features} features and ${classes} classes`,
    remedy: "Give the data set the network was trained on, with the same positive class.",
  });
}
