/**
 * @file Figure: what share of the squared weights is lost when only the largest columns are kept.
 */

import type { ReportFigure } from "../html.js";
import { percentText } from "../numberText.js";
import type { ReportRun } from "../reportData.js";
import { curveMarks, keptAxis } from "./curveMarks.js";
import { drawPanel } from "./panel.js";
import { legendHtml } from "./series.js";

/**
 * Draws the relative squared error against the kept fraction, with a ring where each run was cut.
 * @param runs points that keep nothing or are not finite are left out
 */
export async function weightError(runs: readonly ReportRun[]): Promise<ReportFigure> {
  const curves = runs.map(({ curve, row }) => ({
    points: curve.map((at) => ({ kept: at.keptFraction, value: at.relativeSquaredError })),
    cut: row && { kept: row.keptColumns / row.totalColumns, value: row.relativeSquaredError },
    full: null,
  }));
  const cuts = runs.map(({ label, row }) =>
    row ? `${label} was cut to ${percentText(row.keptColumns / row.totalColumns)}.` : `${label} was not cut.`,
  );
  const axis = keptAxis(curves);
  const panel = await drawPanel({
    title: "",
    description: `Relative squared error of the weights against the fraction of hidden units kept. ${cuts.join(" ")}`,
    hasData: axis !== null,
    options: (plot) => ({
      height: 360,
      x: axis!,
      y: { label: "relative squared error of the weights", grid: true, domain: [0, 1] },
      marks: curves.flatMap((curve, run) => curveMarks(plot, curve, run)),
    }),
  });
  return {
    title: "What a cut costs in weights",
    legend: legendHtml(runs, ["ring: the cut in the table"]),
    panels: [panel],
    caption:
      "Cutting to this many hidden units loses this share of all squared weights; from right to left, fewer are kept. " +
      "The lower and the longer flat a line stays, the more compressible the network.",
    note:
      "A small error in the weights is not yet a small error in the answers: whether the network still works is the " +
      "next figure's question.",
  };
}
