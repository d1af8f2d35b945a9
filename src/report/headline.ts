/**
 * @file The result in one sentence, computed from the data and true whichever run wins.
 *
 * The sentence compares what was left free: how many units could go, or, where all were cut to the same width,
 * the accuracy. Training accuracies are named, since a comparison is fair only if they agree, and the test accuracy
 * stands beside the share of units, since removing many is no merit if the network no longer works.
 */

import { percentText, significantText } from "./numberText.js";
import type { ReportRow, ReportRun } from "./reportData.js";

interface FinishedRun extends ReportRun {
  readonly row: ReportRow;
}

/**
 * States the main result of the runs that were pruned, best first; of more than two, the best and the last.
 * @param runs any number, diverged ones among them
 * @returns text
 */
export function headline(runs: readonly ReportRun[]): string {
  const finished = runs.filter((run): run is FinishedRun => run.row !== null && run.divergedAt === null);
  if (finished.length === 0) return runs.length === 0 ? "There are no runs to report." : "No run was pruned.";

  const cuts = new Set(finished.map(({ row }) => wholePercent(row.prunedFraction)));
  const sameCut = finished.length > 1 && cuts.size === 1;
  const score = ({ row }: FinishedRun) => (sameCut ? accuracyAfter(row) : row.prunedFraction);
  const ranked = finished.toSorted((a, b) => score(b) - score(a));
  const shown = ranked.length > 2 ? [ranked[0]!, ranked.at(-1)!] : ranked;

  const results = shown.map(({ label, row }, place) => {
    const accuracy = percentText(accuracyAfter(row));
    if (sameCut) return place === 0 ? `test accuracy is ${accuracy} with ${label}` : `${accuracy} with ${label}`;
    const removed = wholePercent(row.prunedFraction);
    if (place > 0) return `${removed} with ${label} (${accuracy})`;
    return `${removed} of the hidden units can go with ${label} (test accuracy then ${accuracy})`;
  });
  const cut = sameCut ? [`with ${[...cuts][0]} of the hidden units removed`] : [];
  const sentence = [...trainingCondition(shown), ...cut, ...results, ...errorCondition(shown)].join(", ");
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}

/**
 * What the cut did to one run's test accuracy, or why there was none.
 * @returns text that follows the run's label and a colon
 */
export function runSummary({ row, divergedAt }: ReportRun): string {
  if (divergedAt !== null) return `diverged at step ${divergedAt}.`;
  if (!row) return "not pruned.";
  const refit = row.testAccuracyRefit === undefined ? "" : `, ${percentText(row.testAccuracyRefit)} after a refit`;
  return (
    `${percentText(row.prunedFraction)} of the hidden units removed at a relative squared error of ` +
    `${significantText(row.relativeSquaredError)}; test accuracy ${percentText(row.testAccuracy)} before the cut, ` +
    `${percentText(row.testAccuracyAfter)} after it${refit}.`
  );
}

function accuracyAfter(row: ReportRow): number {
  return Math.max(row.testAccuracyAfter, row.testAccuracyRefit ?? 0);
}

function trainingCondition(runs: readonly ReportRun[]): string[] {
  const accuracies = runs.map(({ metrics }) => metrics.at(-1)?.trainAccuracy ?? Number.NaN);
  if (!accuracies.every(Number.isFinite)) return [];
  const texts = accuracies.map(wholePercent);
  if (runs.length === 1) return [`at a training accuracy of ${texts[0]}`];
  if (texts[0] === texts[1]) return [`at about the same training accuracy (${texts[0]})`];
  return [`at training accuracies of ${texts.join(" and ")}`];
}

/** Runs cut to clearly different errors are not compared like with like, so the sentence says so. */
function errorCondition(runs: readonly FinishedRun[]): string[] {
  const errors = runs.map(({ row }) => row.relativeSquaredError);
  const smallest = Math.min(...errors);
  const largest = Math.max(...errors);
  if (largest - smallest <= 0.1 * largest) return [];
  return [`at different relative squared errors (${errors.map(significantText).join(" and ")})`];
}

/** Without decimals, except where they are what matters: above 99 % and below 1 %. */
function wholePercent(fraction: number): string {
  const plain = fraction === 0 || fraction === 1 || (fraction >= 0.01 && fraction <= 0.99);
  return plain ? `${Math.round(100 * fraction)}\u00a0%` : percentText(fraction);
}
