/** @file The page of `inspect`: layers' tail indexes. */

import { basename, resolve } from "node:path";
import type { LayerTail } from "../../export/layerTail.js";
import type { InspectSection } from "../../report/theoryData.js";

/**
 * The section of a network's layers.
 * @param layers as measured
 * @param facts where they come from, how they were measured, and what could not be read
 */
export function inspectSection(
  layers: readonly LayerTail[],
  facts: {
    input: string;
    method: string;
    confidence: number;
    fromStart: boolean;
    skipped: readonly string[];
  },
): InspectSection {
  const { input, method, confidence, fromStart, skipped } = facts;
  const notes = layers.flatMap(({ name, reason }) => (reason === null ? [] : [`${name}: ${reason}.`]));
  const rejected = layers.filter(({ stableRejected }) => stableRejected).map(({ name }) => name);
  return {
    kind: "inspect",
    title: "Tails of the layers",
    protocol: [
      `Method: ${method}, of one number per column, the sum of its weights over √inputs.`,
      ...(fromStart ? ["Measured is what training added to the initial weights."] : []),
      ...(rejected.length > 0 ? [`No stable law fits the columns of ${rejected.join(", ")}.`] : []),
      ...notes,
      ...(skipped.length > 0 ? [`Not read: ${skipped.join(", ")}.`] : []),
    ].join(" "),
    model: basename(resolve(input)),
    confidence,
    layers: layers.map((layer) => ({
      name: layer.name,
      columns: layer.columns,
      tailIndex: layer.tailIndex,
      tailInterval: layer.tailInterval,
      prunedFractionAt10: layer.prunedFractionAt10,
      excludesTwo: layer.gaussianExcluded ?? false,
    })),
  };
}
