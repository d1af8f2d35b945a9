/**
 * @file Figure: measured errors on log–log axes, where a power law is a straight line, with its fitted and its predicted slope.
 */

import type { Markish } from "@observablehq/plot";
import type { ReportFigure } from "../html.js";
import { chosenPercentText, decimalText, intervalText } from "../numberText.js";
import type { SlopePoint, SlopeSection, SlopeSeries, SlopeStatement } from "../theoryData.js";
import { areaSwatchHtml, dashes, keysHtml, type LineStyle, lineSwatchHtml } from "./legend.js";
import { type LogAxis, logAxis } from "./logAxis.js";
import { drawPanel, type PlotLibrary } from "./panel.js";
import { seriesColour, seriesSymbol, swatchHtml } from "./series.js";

/** Pieces that a line is drawn from, so that what leaves the axes can be left out. */
const PIECES = 80;

const CAPTIONS: Readonly<Record<SlopeSection["kind"], string>> = {
  chaos:
    "A wide layer is a crowd of units that feel each other only through their average; it is proved that n units stay " +
    "within a constant times n^(−1/2) of an endless crowd that starts alike and gets the same noise. The marks are measured: " +
    "small crowds against one large crowd; in the control each has noise of its own, and then no width brings them together.",
  euler:
    "Training moves in steps of size η, the theory in continuous time; it is proved that the two differ by at most a constant " +
    "times η^(1/α). The marks are measured, all step sizes on the same noise; a line may be steeper than the proved bound " +
    "but not flatter.",
  compressibility:
    "Keep a fixed fraction of the hidden units, those with the largest weights: for α < 2 it is proved that the error then " +
    "tends to 0 as the width grows, while at α = 2 and without noise it settles at a constant. The marks are measured on " +
    "trained networks; the dashed line is the planner's formula, which is asymptotic.",
};

const TITLES: Readonly<Record<SlopeSection["kind"], string>> = {
  chaos: "Distance to the endless network",
  euler: "Distance to continuous time",
  compressibility: "Error of a cut against width",
};

/**
 * Draws one panel a statement.
 * @param section points that are not positive and finite are left out
 */
export async function slopeFigure({ kind, statements, confidence, protocol }: SlopeSection): Promise<ReportFigure> {
  const labels = [...new Set(statements.flatMap((statement) => seriesOf(statement).map(({ label }) => label)))];
  const panels: string[] = [];
  for (const statement of statements) panels.push(await drawStatement(statement, labels));
  const keys = labels.map((label, index) => ({ swatch: swatchHtml(index), label }));
  keys.push({ swatch: areaSwatchHtml(), label: `slopes in the ${chosenPercentText(confidence)} interval` });
  keys.push({ swatch: lineSwatchHtml("dashed"), label: "predicted" });
  if (statements.some(({ bound }) => hasBound(bound))) {
    keys.push({ swatch: lineSwatchHtml("dotted"), label: "slope of the proved bound" });
  }
  return {
    title: TITLES[kind],
    legend: keysHtml(keys),
    panels: panels.length > 0 ? panels : [await drawPanel(nothing)],
    caption: CAPTIONS[kind],
    note:
      "Both axes are logarithmic, so a power law x^s is a straight line of slope s. Solid lines: the fitted slope, drawn " +
      `through the middle of the points. ${protocol}`,
  };
}

const nothing = { title: "", description: "", hasData: false, options: () => ({}) };

function seriesOf({ measured, controls }: SlopeStatement): readonly SlopeSeries[] {
  return [measured, ...controls];
}

function hasBound(bound: number | null | undefined): bound is number {
  return bound !== null && bound !== undefined && Number.isFinite(bound);
}

function drawStatement(statement: SlopeStatement, labels: readonly string[]): Promise<string> {
  const { label, measured, verdict, xLabel, yLabel, bound } = statement;
  const series = seriesOf(statement).map((each) => ({ ...each, points: each.points.filter(isVisible) }));
  const points = series.flatMap((each) => each.points);
  const predictions = series.flatMap(({ prediction }) => (prediction ?? []).filter(isVisible));
  const x = logAxis(
    xLabel,
    [...points, ...predictions].map((point) => point.x),
  );
  const y = logAxis(yLabel, [
    ...points.flatMap((point) => [point.y, ...(point.interval ?? [])]),
    ...predictions.map((point) => point.y),
  ]);
  const predicted = measured.predicted === null ? "" : `, predicted ${decimalText(measured.predicted, 2)}`;
  return drawPanel({
    title: `${label}: slope ${decimalText(measured.slope, 2)}${predicted}, ${verdict}`,
    description: `${yLabel} against ${xLabel}, both logarithmic. ${series.map(slopeText).join(" ")}`,
    hasData: x !== null && y !== null,
    options: (plot) => ({
      height: 340,
      x: x!.scale,
      y: y!.scale,
      marks: [
        ...series.flatMap((each) => seriesMarks(plot, each, labels.indexOf(each.label), [x!, y!])),
        ...(hasBound(bound) ? [boundMark(plot, series[0]!, bound, [x!, y!])] : []),
      ],
    }),
  });
}

function slopeText({ label, slope, interval, predicted }: SlopeSeries): string {
  const expected = predicted === null ? "" : `, predicted ${decimalText(predicted, 3)}`;
  return `${label}: slope ${decimalText(slope, 3)} (${intervalText(interval, 3)})${expected}.`;
}

type Axes = readonly [x: LogAxis, y: LogAxis];

function seriesMarks(plot: PlotLibrary, series: SlopeSeries, index: number, axes: Axes): Markish[] {
  const { points, slope, interval, predicted, prediction } = series;
  const colour = seriesColour(index);
  const drawn: Markish[] = [];
  if (points.length > 1 && interval?.every(Number.isFinite)) {
    const band = powerLaw(points, 0, axes).map(({ x }) => {
      const ends = interval.map((exponent) => within(valueAt(points, exponent, x), axes[1]));
      return { x, low: Math.min(...ends), high: Math.max(...ends) };
    });
    drawn.push(plot.areaY(band, { x: "x", y1: "low", y2: "high", fill: colour, fillOpacity: 0.18 }));
  }
  if (points.length > 1 && slope !== null && Number.isFinite(slope)) {
    drawn.push(plot.line(powerLaw(points, slope, axes), { x: "x", y: "y", stroke: colour, strokeWidth: 2 }));
  }
  const theory =
    prediction?.filter(isVisible) ?? (points.length > 1 && predicted !== null ? powerLaw(points, predicted, axes) : []);
  drawn.push(plot.line(theory, lineOptions("dashed")));
  const bars = points.filter((point) => point.interval?.every(Number.isFinite));
  drawn.push(
    plot.ruleX(bars, {
      x: "x",
      y1: ({ interval: bar }: SlopePoint) => within(bar![0], axes[1]),
      y2: ({ interval: bar }: SlopePoint) => within(bar![1], axes[1]),
      stroke: colour,
      strokeWidth: 1.5,
    }),
    plot.dot(points, { x: "x", y: "y", fill: colour, symbol: seriesSymbol(index), r: 4 }),
  );
  return drawn;
}

/** The bound's constant is unknown: its line touches the fitted one at the end from where it lies above all the rest. */
function boundMark(plot: PlotLibrary, { points, slope }: SlopeSeries, bound: number, axes: Axes): Markish {
  if (points.length < 2 || slope === null) return null;
  const xs = points.map(({ x }) => x);
  const end = bound < slope ? Math.max(...xs) : Math.min(...xs);
  const touching = { x: end, y: valueAt(points, slope, end) };
  return plot.line(powerLaw(points, bound, axes, touching), lineOptions("dotted"));
}

function lineOptions(style: LineStyle) {
  return { x: "x", y: "y", stroke: "currentColor", strokeWidth: 1.5, strokeDasharray: dashes[style] } as const;
}

/** The line of a slope through the middle of the points (where least squares passes) or an anchor, inside the axes. */
function powerLaw(points: readonly SlopePoint[], slope: number, [, axis]: Axes, anchor = middle(points)) {
  const xs = points.map(({ x }) => x);
  const first = Math.min(...xs);
  const ratio = Math.max(...xs) / first;
  return Array.from({ length: PIECES + 1 }, (_, i) => first * ratio ** (i / PIECES))
    .map((x) => ({ x, y: anchor.y * (x / anchor.x) ** slope }))
    .filter(({ y }) => y >= axis.low && y <= axis.high);
}

function valueAt(points: readonly SlopePoint[], slope: number, x: number): number {
  const anchor = middle(points);
  return anchor.y * (x / anchor.x) ** slope;
}

function middle(points: readonly SlopePoint[]): { x: number; y: number } {
  const mean = (of: (point: SlopePoint) => number) =>
    Math.exp(points.reduce((sum, point) => sum + Math.log(of(point)), 0) / points.length);
  return { x: mean(({ x }) => x), y: mean(({ y }) => y) };
}

function within(value: number, { low, high }: LogAxis): number {
  return Math.min(high, Math.max(low, value));
}

function isVisible({ x, y }: { x: number; y: number }): boolean {
  return x > 0 && y > 0 && Number.isFinite(x) && Number.isFinite(y);
}
