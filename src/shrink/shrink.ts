/**
 * @file The way from a trained network to the small one that ships: rank, cut, compact, refit, fine-tune, export, reload,
 * measure.
 */

import { compactNetwork } from "../compact/compact.js";
import type { Dataset, Split } from "../dataset/dataset.js";
import { ParameterError } from "../errors.js";
import { type MeasuredModel, type ModelMeasure, measureModel, ramp } from "../export/measure.js";
import { exportOnnx } from "../export/onnx.js";
import { batchRows, timeModels } from "../export/timing.js";
import { networkLogits } from "../model/evaluate.js";
import { type Network, networkInputs, networkOutputs } from "../model/network.js";
import { accuracy } from "../model/score.js";
import { type CriterionName, criteria } from "../prune/criteria.js";
import type { LayerCurve } from "../prune/curve.js";
import { guaranteedShare, unchangedShare } from "../prune/guarantee.js";
import type { PruneMask } from "../prune/mask.js";
import { type AccuracyDropOptions, unitsWithinDrop } from "../prune/maxAccuracyDrop.js";
import { cutCurves, type PruneAmount } from "../prune/prune.js";
import type { SessionOptions } from "../runtime/engine/session.js";
import { type CutRecipe, checkRecipe, cutNetwork } from "./cut.js";
import { rankUnits } from "./rankUnits.js";

/** How to shrink. */
export interface ShrinkOptions extends CutRecipe, SessionOptions {
  /** How much to cut; `maxAccuracyDrop` is a drop of training accuracy, in [0, 1]. */
  readonly amount: PruneAmount | { readonly maxAccuracyDrop: number };
  /** Further facts for the exported file, such as the noise it was trained with. */
  readonly metadata?: Readonly<Record<string, string | number | boolean>>;
}

/** A model file in numbers, with the median time of one batch of 500 rows (fewer where there are fewer), in milliseconds. */
export type TimedMeasure = ModelMeasure & { readonly msPerBatch: number };

/** A small network beside the one it came from. */
export interface Shrunk {
  readonly network: Network;
  readonly mask: PruneMask;
  /** What was done: as asked for, but nothing beside the ranking where all units stayed. */
  readonly recipe: CutRecipe;
  /** The ONNX files before and after. */
  readonly parentBytes: Uint8Array;
  readonly bytes: Uint8Array;
  readonly before: TimedMeasure;
  readonly after: TimedMeasure;
  /** Accuracies of the cut network without refit and fine-tuning; the same as in `after` where there was neither. */
  readonly cut: { readonly trainAccuracy: number | null; readonly testAccuracy: number | null };
  /** Share of test points whose prediction cannot have changed, by the margin bound; null without data or where more was done than cutting. */
  readonly guaranteed: number | null;
  /** Share of test points whose prediction did not change; null without data. */
  readonly unchanged: number | null;
}

/** A network to be cut, measured and ranked once however many small ones are made of it. */
export interface Parent {
  /**
   * Shrinks the network to an ONNX file and measures the file beside the parent's.
   *
   * Data decide only by their training split: activities, targets of the refit, fine-tuning and the accuracy drop. With
   * `maxAccuracyDrop` the kept fraction is the smallest found at which the network, refitted and fine-tuned if asked for,
   * loses no more than that. A network that keeps all its units is left as it is.
   * @param options how much, by what, and what else is done
   * @returns the small network and its file, beside its parent's
   * @throws ParameterError where the options need data and there is none, or are outside their domains; ShapeError where there
   *   is no hidden layer; EngineError where a file does not compute its network
   */
  shrink(options: Omit<ShrinkOptions, keyof SessionOptions>): Promise<Shrunk>;
}

/**
 * Shrinks a network once; see `Parent.shrink`.
 * @param network the trained network
 * @param dataset its data; null where there is none, which excludes all that has to look at data
 * @param options how much, by what, what else is done, and on what it runs
 */
export async function shrink(network: Network, dataset: Dataset | null, options: ShrinkOptions): Promise<Shrunk> {
  const { amount, by, refit, fineTune, rounds, metadata, ...session } = options;
  checkRecipe(options);
  checkData(dataset, options);
  return await (await openParent(network, dataset, session)).shrink(options);
}

/**
 * Opens a network for several cuts.
 * @param network the trained network; must not change from here on
 * @param dataset its data; null where there is none
 * @param session threads and device
 * @throws ParameterError where network and data do not fit
 */
export async function openParent(
  network: Network,
  dataset: Dataset | null,
  session: SessionOptions = {},
): Promise<Parent> {
  if (dataset) checkFit(network, dataset);
  const doc = "The network before pruning.";
  const parent = await measureModel(exportOnnx(network, { doc }), network, dataset, session);
  const rankings = new Map<CriterionName, Promise<LayerCurve[]>>();
  const rankedBy = (by: CriterionName): Promise<LayerCurve[]> => {
    if (!rankings.has(by)) rankings.set(by, rankUnits(network, dataset, by, session));
    return rankings.get(by)!;
  };
  return {
    async shrink(options) {
      checkRecipe(options);
      checkData(dataset, options);
      const { amount, by = "norm", metadata = {} } = options;
      const curves = await rankedBy(by);
      const cut = (mask: PruneMask): Promise<{ network: Network; mask: PruneMask }> =>
        cutNetwork(network, dataset, mask, options, parent.trainLogits, session);
      const wanted =
        "maxAccuracyDrop" in amount
          ? await smallestMask(curves, {
              fullAccuracy: parent.measure.trainAccuracy!,
              maxAccuracyDrop: amount.maxAccuracyDrop,
              accuracyWith: async (mask) => accuracyOn(dataset!.train, (await cut(mask)).network, session),
              // Each look at a size takes seconds with these.
              scan: options.fineTune || options.refit === "skip" ? 1 : 8,
            })
          : cutCurves(curves, amount);
      const { network: small, mask } = await cut(wanted);
      const { keptColumns, totalColumns, relativeSquaredError } = mask;
      const { refit = "none", fineTune, rounds = 1 }: CutRecipe = keptColumns < totalColumns ? options : {};
      const training = fineTune && { fineTuneSteps: fineTune.steps, fineTuneRate: fineTune.learningRate, rounds };
      const bytes = exportOnnx(small, {
        doc: `Cut from ${totalColumns} to ${keptColumns} hidden units by heavytail.`,
        metadata: { ...metadata, pruning: by, refit, ...training, keptColumns, totalColumns, relativeSquaredError },
      });
      const parentBytes = exportOnnx(network, { doc, metadata });
      const recipe: CutRecipe = { by, refit, ...(fineTune && { fineTune, rounds }) };
      return await measured(network, dataset, parent, { network: small, mask, parentBytes, bytes, recipe }, session);
    },
  };
}

/** Measures a small network's file beside its parent's. */
async function measured(
  network: Network,
  dataset: Dataset | null,
  parent: MeasuredModel,
  made: Pick<Shrunk, "network" | "mask" | "parentBytes" | "bytes" | "recipe">,
  session: SessionOptions,
): Promise<Shrunk> {
  const { mask, parentBytes, bytes, recipe } = made;
  const plain = recipe.refit === "none" && !recipe.fineTune;
  const after = await measureModel(bytes, made.network, dataset, session);
  const { trainAccuracy, testAccuracy } = after.measure;
  const inputs = networkInputs(network);
  const timed = dataset?.test.features ?? ramp(batchRows * inputs);
  const [msBefore, msAfter] = await timeModels([parentBytes, bytes], timed, inputs, session);
  const bounded = dataset && plain;
  return {
    ...made,
    before: { ...parent.measure, bytes: parentBytes.length, msPerBatch: msBefore! },
    after: { ...after.measure, msPerBatch: msAfter! },
    cut: plain
      ? { trainAccuracy, testAccuracy }
      : await cutAccuracies(compactNetwork(network, mask), dataset!, session),
    guaranteed: bounded ? guaranteedShare(network, mask, dataset.test.features, parent.testLogits!) : null,
    unchanged: dataset && unchangedShare(parent.testLogits!, after.testLogits!, dataset.classes),
  };
}

/** Refuses what needs data where there is none. */
function checkData(dataset: Dataset | null, { amount, by = "norm", refit = "none", fineTune }: ShrinkOptions): void {
  const needsData = [
    criteria[by].needsActivity && `the criterion ${by}`,
    refit !== "none" && "a refit",
    fineTune && "fine-tuning",
    "maxAccuracyDrop" in amount && "a bound on the accuracy drop",
  ].find((need) => need);
  if (!needsData || dataset) return;
  const remedy = "Name the data set the network was trained on.";
  throw new ParameterError({ where: "data", expected: `a data set for ${needsData}`, got: "none", remedy });
}

/**
 * The smallest cut that keeps the accuracy. The search runs over the widest layer's units; others keep the same fraction.
 */
async function smallestMask(
  curves: readonly LayerCurve[],
  {
    accuracyWith,
    ...bound
  }: Pick<AccuracyDropOptions, "fullAccuracy" | "maxAccuracyDrop" | "scan"> & {
    readonly accuracyWith: (mask: PruneMask) => Promise<number>;
  },
): Promise<PruneMask> {
  const widest = Math.max(...curves.map(({ order }) => order.length));
  const cut = (units: number): PruneMask => cutCurves(curves, { keptFraction: units / widest });
  const accuracyAt = (units: number): Promise<number> => accuracyWith(cut(units));
  return cut(await unitsWithinDrop({ units: widest, accuracyAt, ...bound }));
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
