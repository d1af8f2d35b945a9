/**
 * @file What the report of a sweep shows: groups of runs that differ only by their seed, described by means and by
 * quartiles, because means of heavy-tailed numbers follow their largest.
 */

import type { Summary } from "../math/stats/summary.js";
import type { ReportNoise } from "./reportData.js";

/** What is described of a group's runs. */
export const sweepMetrics = [
  "trainAccuracy",
  "testAccuracy",
  "prunedFraction",
  "trainAccuracyAfter",
  "testAccuracyAfter",
  "stepsMade",
] as const;

/** The name of a described quantity. */
export type SweepMetric = (typeof sweepMetrics)[number];

/** The headings of the quantities. */
export const metricTitles: Readonly<Record<SweepMetric, string>> = {
  trainAccuracy: "Train",
  testAccuracy: "Test",
  prunedFraction: "Pruned",
  trainAccuracyAfter: "Train after",
  testAccuracyAfter: "Test after",
  stepsMade: "Steps",
};

/** Runs that differ only by their seed, at one pruning level. */
export interface SweepGroup {
  readonly noise: ReportNoise;
  /** The other values by which the groups of this sweep differ, such as the width; null where a group has none. */
  readonly settings: Readonly<Record<string, string | number | boolean | null>>;
  /** The pruning level in words; null where nothing was pruned. */
  readonly level: string | null;
  /** Runs by what became of them; summaries are over those that are done. */
  readonly done: number;
  readonly diverged: number;
  readonly failed: number;
  /** Null where no run is done. */
  readonly metrics: Readonly<Record<SweepMetric, Summary | null>>;
  /** Of the fraction of hidden units kept; null where no run is done or nothing was pruned. */
  readonly kept: Summary | null;
}

/** A run without a result. */
export interface SweepLoss {
  readonly id: string;
  readonly label: string;
  readonly status: "diverged" | "failed";
  readonly error: string;
}

/** All that the report of a sweep shows. */
export interface SweepReportData {
  readonly title: string;
  readonly subtitle: string;
  readonly generatedBy: { readonly version: string; readonly command: string };
  /** Cells of the experiment; null where that is not known. */
  readonly planned: number | null;
  readonly cells: { readonly done: number; readonly diverged: number; readonly failed: number };
  /** Baselines first: no noise, then α = 2, then falling α. */
  readonly groups: readonly SweepGroup[];
  readonly losses: readonly SweepLoss[];
}

/**
 * A group's noise in words.
 * @param noise its kind and tail index
 * @returns such as "node, α = 1.75" or "none"
 */
export function noiseLabel({ kind, alpha }: ReportNoise): string {
  return alpha === null ? kind : `${kind}, α\u00a0=\u00a0${alpha}`;
}

/**
 * Which baselines no group has: training without noise, and with α = 2.
 * @param groups all groups
 * @returns sentences for the reader; none where both are there
 */
export function missingBaselines(groups: readonly SweepGroup[]): string[] {
  const none = groups.some(({ noise }) => noise.kind === "none");
  const two = groups.some(({ noise }) => noise.alpha === 2);
  return [
    ...(none ? [] : ["No cell without noise to compare with."]),
    ...(two ? [] : ["No cell with Gaussian noise (α = 2) to compare with."]),
  ];
}
