/**
 * @file Figure: test accuracy against the fraction of hidden units kept, as cut and after a refit.
 */

import type { ReportFigure } from "../html.js";
import { percentText } from "../numberText.js";
import type { ReportRun } from "../reportData.js";
import { type Curve, curveMarks, keptAxis } from "./curveMarks.js";
import { drawPanel, percentTick } from "./panel.js";
import { legendHtml } from "./series.js";

/**
 * Draws one panel without and, where any run has one, one with refit; the accuracies differ so much that each panel
 * has its own vertical axis.
 * @param runs points that keep nothing or are not finite are left out
 */
export async function accuracyCurve(runs: readonly ReportRun[]): Promise<ReportFigure> {
  const cut = runs.map((run) => curveOf(run, false));
  const refit = runs.map((run) => curveOf(run, true));
  const hasRefit = refit.some(({ points }) => points.length > 0);
  const axis = keptAxis(hasRefit ? [...cut, ...refit] : cut);

  const panel = (title: string, curves: readonly Curve[]) => {
    const values = curves.flatMap(({ points, cut: at, full }) =>
      [...points, at].map((point) => point?.value).concat(full ?? []),
    );
    const finite = values.filter((value): value is number => Number.isFinite(value));
    return drawPanel({
      title,
      description: `Test accuracy against the fraction of hidden units kept, ${title.toLowerCase()}. ${endpoints(runs, curves)}`,
      hasData: axis !== null && finite.length > 0,
      options: (plot) => ({
        x: axis!,
        y: {
          label: "test accuracy",
          grid: true,
          domain: [Math.min(...finite), Math.max(...finite)],
          nice: true,
          ticks: 6,
          tickFormat: percentTick,
        },
        marks: curves.flatMap((curve, run) => curveMarks(plot, curve, run)),
      }),
    });
  };
  const panels = [await panel("As cut", cut)];
  if (hasRefit) panels.push(await panel("After a refit of the output layer", refit));
  return {
    title: "What a cut costs in accuracy",
    legend: legendHtml(runs, ["dashed: before the cut", "ring: the cut in the table"]),
    panels,
    caption:
      "From right to left, fewer hidden units are kept and the network gets smaller; the line that stays up longest wins. " +
      (hasRefit
        ? "In the second panel the output layer was solved anew for the units that remain, which needs no further training; mind that each panel has its own vertical axis."
        : "No refit was made in these runs."),
  };
}

function curveOf({ curve, row }: ReportRun, refit: boolean): Curve {
  const value = refit ? row?.testAccuracyRefit : row?.testAccuracyAfter;
  return {
    points: curve
      .map((at) => ({ kept: at.keptFraction, value: (refit ? at.accuracyRefit : at.accuracy) ?? Number.NaN }))
      .filter((at) => Number.isFinite(at.value)),
    cut: row && value !== undefined ? { kept: row.keptColumns / row.totalColumns, value } : null,
    full: row?.testAccuracy ?? null,
  };
}

function endpoints(runs: readonly ReportRun[], curves: readonly Curve[]): string {
  return curves
    .map(({ cut, full }, run) => {
      if (!cut) return `${runs[run]!.label}: no cut.`;
      return `${runs[run]!.label}: ${percentText(full)} before, ${percentText(cut.value)} with ${percentText(cut.kept)} of the units.`;
    })
    .join(" ");
}
