/**
 * @file Figure: quantiles of the relative error, predicted by the limit law against simulated.
 */

import type { ReportFigure } from "../html.js";
import { decimalText } from "../numberText.js";
import type { QuantileSetting } from "../theoryData.js";
import { keysHtml, lineSwatchHtml } from "./legend.js";
import { logAxis } from "./logAxis.js";
import { drawPanel, percentTick } from "./panel.js";
import { seriesColour, seriesSymbol, swatchHtml } from "./series.js";

/** One quantile of one setting, ready to draw. */
interface QuantilePoint {
  readonly setting: number;
  readonly level: number;
  readonly predicted: number;
  readonly simulated: number;
  readonly error: number;
  /** simulated / predicted − 1. */
  readonly excess: number;
}

/**
 * Draws the points along the diagonal, and beside it how far off they are.
 * @param settings quantiles that are not positive and finite are left out
 */
export async function errorQuantiles(settings: readonly QuantileSetting[]): Promise<ReportFigure> {
  const points = settings.flatMap((setting, index) => pointsOf(setting, index));
  const axis = logAxis(
    "predicted relative error",
    points.flatMap(({ predicted, simulated }) => [predicted, simulated]),
  );
  const off = points.map(({ excess }) => Math.abs(excess));
  const largest = decimalText(100 * Math.max(0, ...off), 1);
  const symbols = { fill: ({ setting }: QuantilePoint) => seriesColour(setting), r: 3.5 };

  const diagonal = await drawPanel({
    title: "Simulated against predicted",
    description: `Simulated against predicted quantiles of the relative error, both logarithmic; ${points.length} points, at most ${largest} % off the diagonal.`,
    hasData: axis !== null,
    options: (plot) => ({
      height: 340,
      x: axis!.scale,
      y: { ...axis!.scale, label: "simulated relative error" },
      marks: [
        plot.line([axis!.low, axis!.high], {
          x: (value: number) => value,
          y: (value: number) => value,
          stroke: "currentColor",
          strokeDasharray: "6 4",
        }),
        ...settings.map((_, index) =>
          plot.dot(
            points.filter(({ setting }) => setting === index),
            { x: "predicted", y: "simulated", symbol: seriesSymbol(index), ...symbols },
          ),
        ),
      ],
    }),
  });
  const widest = Math.max(0.02, ...points.map(({ excess, error, predicted }) => Math.abs(excess) + error / predicted));
  const excess = await drawPanel({
    title: "How far off",
    description: `Simulated minus predicted in percent of the predicted quantile, against its probability; at most ${largest} %.`,
    hasData: points.length > 0,
    options: (plot) => ({
      height: 340,
      x: { label: "probability of the quantile", domain: [0, 1], ticks: 5, tickFormat: percentTick },
      y: {
        label: "simulated above predicted",
        grid: true,
        domain: [-widest, widest],
        nice: true,
        ticks: 6,
        tickFormat: signedTick,
      },
      marks: [
        plot.ruleY([0], { stroke: "currentColor", strokeDasharray: "6 4" }),
        plot.ruleX(points, {
          x: "level",
          y1: ({ excess: at, error, predicted }: QuantilePoint) => at - error / predicted,
          y2: ({ excess: at, error, predicted }: QuantilePoint) => at + error / predicted,
          stroke: ({ setting }: QuantilePoint) => seriesColour(setting),
        }),
        ...settings.map((_, index) =>
          plot.dot(
            points.filter(({ setting }) => setting === index),
            { x: "level", y: "excess", symbol: seriesSymbol(index), ...symbols },
          ),
        ),
      ],
    }),
  });
  return {
    title: "Predicted and simulated errors",
    legend: keysHtml([
      ...settings.map(({ label }, index) => ({ swatch: swatchHtml(index), label })),
      { swatch: lineSwatchHtml("dashed"), label: "prediction exact" },
    ]),
    panels: [diagonal, excess],
    caption:
      "The predicted quantiles come from the limit law of an endless network, which is asymptotic; the simulated ones from networks of " +
      "the given width, drawn from the exact law. Marks on the diagonal, at zero in the second panel, mean that the limit is already reached.",
    note: `The largest difference is ${largest} % of the prediction. Bars: one standard error of the simulation.`,
  };
}

function pointsOf({ points }: QuantileSetting, setting: number): QuantilePoint[] {
  return points
    .filter(({ predicted, simulated }) => predicted > 0 && simulated > 0 && Number.isFinite(simulated / predicted))
    .map(({ level, predicted, simulated, standardError }) => {
      return { setting, level, predicted, simulated, error: standardError ?? 0, excess: simulated / predicted - 1 };
    });
}

function signedTick(fraction: number): string {
  return fraction > 0 ? `+${percentTick(fraction)}` : percentTick(fraction);
}
