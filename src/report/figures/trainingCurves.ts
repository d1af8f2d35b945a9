/**
 * @file Figure: loss and accuracy while training, on the training set and on the test set.
 */

import type { Markish } from "@observablehq/plot";
import type { ReportFigure } from "../html.js";
import { percentText } from "../numberText.js";
import type { ReportMetrics, ReportRun } from "../reportData.js";
import { drawPanel, logTicks, numberTick, type PlotLibrary, percentTick } from "./panel.js";
import { legendHtml, seriesColour } from "./series.js";
import { thinEvenly } from "./thin.js";

const POINTS = 400;

type Quantity = "trainLoss" | "testLoss" | "trainAccuracy" | "testAccuracy";

interface Line {
  readonly run: number;
  readonly onTest: boolean;
  readonly points: readonly { step: number; value: number }[];
}

/**
 * Draws both panels: the loss on a logarithmic axis, the accuracy.
 * @param runs evaluations that are not finite (and losses of 0) are left out
 */
export async function trainingCurves(runs: readonly ReportRun[]): Promise<ReportFigure> {
  const losses = linesOf(runs, "trainLoss", "testLoss", (value) => value > 0);
  const accuracies = linesOf(runs, "trainAccuracy", "testAccuracy", () => true);
  const lossValues = losses.flatMap(({ points }) => points.map(({ value }) => value));
  const steps = { label: "step", nice: true, ticks: 5 };

  const loss = await drawPanel({
    title: "Loss",
    description: `Loss against training step, logarithmic. ${endings(runs, "trainLoss", (value) => value.toPrecision(3))}`,
    hasData: lossValues.length > 0,
    options: (plot) => ({
      x: steps,
      y: {
        type: "log",
        label: "cross-entropy",
        grid: true,
        ticks: logTicks(Math.min(...lossValues), Math.max(...lossValues)),
        tickFormat: numberTick,
      },
      marks: marks(plot, runs, losses),
    }),
  });
  const accuracy = await drawPanel({
    title: "Accuracy",
    description: `Accuracy against training step. ${endings(runs, "testAccuracy", percentText)}`,
    hasData: accuracies.some(({ points }) => points.length > 0),
    options: (plot) => ({
      x: steps,
      y: { label: "share of right answers", grid: true, nice: true, ticks: 6, tickFormat: percentTick },
      marks: marks(plot, runs, accuracies),
    }),
  });
  return {
    title: "Training",
    legend: legendHtml(runs, ["thick: test set", "thin: training set"]),
    panels: [loss, accuracy],
    caption:
      "Each line follows one training from its first update to its last: the loss should fall, the accuracy rise. " +
      "Compare where the lines end; noise makes them rougher, and a gap between thin and thick is overfitting.",
  };
}

function linesOf(
  runs: readonly ReportRun[],
  train: Quantity,
  test: Quantity,
  inDomain: (value: number) => boolean,
): Line[] {
  return runs.flatMap(({ metrics }, run) =>
    [train, test].map((quantity) => ({
      run,
      onTest: quantity === test,
      points: pointsOf(metrics, quantity, inDomain),
    })),
  );
}

function pointsOf(metrics: readonly ReportMetrics[], quantity: Quantity, inDomain: (value: number) => boolean) {
  const points = metrics.map((at) => ({ step: at.step, value: at[quantity] ?? Number.NaN }));
  return thinEvenly(
    points.filter(({ value }) => Number.isFinite(value) && inDomain(value)),
    POINTS,
  );
}

function marks(plot: PlotLibrary, runs: readonly ReportRun[], lines: readonly Line[]): Markish[] {
  return lines.flatMap(({ run, onTest, points }) => {
    const stroke = seriesColour(run);
    const drawn: Markish[] = [
      plot.line(points, {
        x: "step",
        y: "value",
        stroke,
        strokeWidth: onTest ? 2.25 : 1,
        strokeOpacity: onTest ? 1 : 0.75,
      }),
    ];
    if (points.length === 1) drawn.push(plot.dot(points, { x: "step", y: "value", fill: stroke, r: onTest ? 4 : 2.5 }));
    // A cross where a diverged run was last seen finite.
    if (runs[run]!.divergedAt !== null) {
      drawn.push(plot.dot(points.slice(-1), { x: "step", y: "value", stroke, symbol: "times", r: 5, strokeWidth: 2 }));
    }
    return drawn;
  });
}

function endings(runs: readonly ReportRun[], quantity: Quantity, text: (value: number) => string): string {
  return runs
    .map(({ label, metrics, divergedAt }) => {
      const last = metrics.findLast((at) => Number.isFinite(at[quantity]))?.[quantity];
      const ending = divergedAt === null ? "ends at" : `diverged at step ${divergedAt}; last finite value`;
      return `${label} ${last === undefined ? "has no finite value" : `${ending} ${text(last)}`}.`;
    })
    .join(" ");
}
