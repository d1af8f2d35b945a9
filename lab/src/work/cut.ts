/** @file What is left of a network after the slider's cut, by the same functions that `heavytail prune` calls. */

import {
  accuracy,
  accuracyCurve,
  compactNetwork,
  cutCurves,
  type Dataset,
  exportOnnx,
  type LayerCurve,
  type Network,
  networkLogits,
  refitOnData,
  shrink,
} from "heavytail";
import { fieldOf } from "./pictures.js";
import type { CompactFile, Cut, SizePoint, View } from "./protocol.js";

/** A network with what is needed to cut it. */
export interface Cuttable {
  readonly network: Network;
  /** Steps that it was trained for. */
  readonly step: number;
  readonly curves: readonly LayerCurve[];
  /** What its file says of its training. */
  readonly metadata: Readonly<Record<string, string | number>>;
  readonly dataset: Dataset;
  readonly threads: number;
}

/** The small network of a view: cut, and refitted if the view says so and anything was cut. */
export async function smallNetwork({ network, curves, dataset, threads }: Cuttable, view: View): Promise<Network> {
  const small = compactNetwork(network, cutCurves(curves, { units: view.units }));
  if (!view.refit || view.units === network.layers[0]!.outputs) return small;
  const targets = await networkLogits(network, dataset.train.features, { threads });
  return await refitOnData(small, dataset, targets, { threads, skip: false });
}

/**
 * Cuts a network and measures what is left.
 * @param given the network
 * @param view how many units stay; `refit` decides which of the two networks is pictured and sized
 */
export async function cutOf(given: Cuttable, view: View): Promise<Cut> {
  const { network, curves, dataset, threads } = given;
  const score = async (small: Network): Promise<number> =>
    accuracy(await networkLogits(small, dataset.test.features, { threads }), dataset.test.labels, dataset.classes);
  const raw = await smallNetwork(given, { ...view, refit: false });
  const refitted = await smallNetwork(given, { ...view, refit: true });
  const shown = view.refit ? refitted : raw;
  return {
    step: given.step,
    units: view.units,
    relativeSquaredError: curves[0]!.relativeSquaredError[view.units]!,
    raw: await score(raw),
    refitted: refitted === raw ? await score(raw) : await score(refitted),
    bytesBefore: fileSize(given, network, null),
    bytes: fileSize(given, shown, view),
    field: dataset.features === 2 ? await fieldOf(shown, dataset.classes, threads) : null,
  };
}

/** The size of the file that `shrink` writes, which says of itself what stands here. */
function fileSize({ network, curves, metadata }: Cuttable, shown: Network, view: View | null): number {
  if (!view) return exportOnnx(shown, { doc: "The network before pruning.", metadata }).length;
  const [keptColumns, totalColumns] = [view.units, network.layers[0]!.outputs];
  const relativeSquaredError = curves[0]!.relativeSquaredError[keptColumns]!;
  const refitted = view.refit && keptColumns < totalColumns;
  const facts = { pruning: "norm", refit: refitted ? "units" : "none", keptColumns, totalColumns };
  const doc = `Cut from ${totalColumns} to ${keptColumns} hidden units by heavytail.`;
  return exportOnnx(shown, { doc, metadata: { ...metadata, ...facts, relativeSquaredError } }).length;
}

/** Accuracy at one size. */
export async function sizePoint(
  { network, step, curves, dataset, threads }: Cuttable,
  units: number,
): Promise<SizePoint> {
  const [point] = await accuracyCurve(network, dataset, curves, [units], { threads });
  return { step, units, raw: point!.accuracy, refitted: point!.accuracyRefit };
}

/**
 * Sizes to measure: about ten, from one unit to all, in equal ratios; in an order in which few of them show the whole curve.
 */
export function sizesFor(width: number): number[] {
  const last = 9;
  const order = [9, 0, 5, 7, 3, 8, 6, 4, 2, 1];
  return [...new Set(order.map((i) => Math.round(width ** (i / last))))];
}

/** The compact network as a file, reloaded and measured. */
export async function compactFile(
  { network, step, metadata, dataset, threads }: Cuttable,
  view: View,
): Promise<CompactFile> {
  const { bytes, mask, before, after, unchanged } = await shrink(network, dataset, {
    ...{ amount: { units: view.units }, refit: view.refit ? "units" : "none", metadata, threads },
  });
  return {
    bytes: bytes.slice(),
    step,
    units: mask.keptColumns,
    bytesBefore: before.bytes,
    accuracyBefore: before.testAccuracy!,
    accuracy: after.testAccuracy!,
    unchanged: unchanged!,
  };
}
