/**
 * @file Points with error bars: medians over seeds, their quartiles as bars, one panel a kind of noise.
 */

import type { Markish, ScaleOptions } from "@observablehq/plot";
import type { Summary } from "../../math/stats/summary.js";
import { percentText } from "../numberText.js";
import { logAxis } from "./logAxis.js";
import { drawPanel, numberTick, type PlotLibrary, percentTick } from "./panel.js";
import { seriesColour, seriesSymbol } from "./series.js";

/** A median with its quartiles; `x` is a number that was chosen, or a median with quartiles itself. */
export interface BarPoint {
  readonly x: number | Summary;
  readonly y: Summary;
}

/** The points of one colour. */
export interface BarSeries {
  readonly label: string;
  /** Its place in the legend. */
  readonly index: number;
  readonly points: readonly BarPoint[];
  /** A median that belongs to no place on the axis, drawn as a level to compare with. */
  readonly level?: Summary | null;
}

/** A horizontal axis; a share has ticks in percent. */
export interface BarAxis {
  readonly label: string;
  readonly share: boolean;
}

/**
 * Draws a panel of series with bars from quartile to quartile.
 * @param panel its title, its axes, its series
 * @returns HTML
 */
export async function errorBarPanel({
  title,
  x,
  yLabel,
  series,
}: {
  title: string;
  x: BarAxis;
  yLabel: string;
  series: readonly BarSeries[];
}): Promise<string> {
  const marked = series.map((one) => ({ ...one, points: one.points.map(flat).sort((a, b) => a.x - b.x) }));
  const all = marked.flatMap(({ points }) => points);
  const levels = series.flatMap(({ level }) => (level ? [level.median] : []));
  const lows = [...all.map(({ low }) => low), ...levels];
  const highs = [...all.map(({ high }) => high), ...levels];
  return await drawPanel({
    title,
    description: `${yLabel} against ${x.label}. ${marked.map(describe).join(" ")}`,
    hasData: all.length > 0,
    options: (plot) => ({
      x: horizontal(
        x,
        all.flatMap(({ x: at, left, right }) => [at, left, right]),
      ),
      y: {
        label: yLabel,
        grid: true,
        domain: padded(Math.min(...lows), Math.max(...highs)),
        nice: true,
        ticks: 6,
        tickFormat: percentTick,
      },
      marks: marked.flatMap((one) => [...levelMarks(plot, one), ...marks(plot, one.points, one.index)]),
    }),
  });
}

interface FlatPoint {
  readonly x: number;
  readonly left: number;
  readonly right: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

function flat({ x, y }: BarPoint): FlatPoint {
  const across = typeof x === "number" ? { median: x, lowerQuartile: x, upperQuartile: x } : x;
  return {
    ...{ x: across.median, left: across.lowerQuartile, right: across.upperQuartile },
    ...{ y: y.median, low: y.lowerQuartile, high: y.upperQuartile },
  };
}

function marks(plot: PlotLibrary, points: readonly FlatPoint[], index: number): Markish[] {
  const stroke = seriesColour(index);
  const data = [...points];
  return [
    plot.line(data, { x: "x", y: "y", stroke, strokeWidth: 1.5, strokeOpacity: 0.6 }),
    plot.link(data, { x1: "x", x2: "x", y1: "low", y2: "high", stroke, strokeWidth: 1.75 }),
    plot.link(data, { x1: "left", x2: "right", y1: "y", y2: "y", stroke, strokeWidth: 1.75 }),
    plot.dot(data, { x: "x", y: "y", fill: stroke, symbol: seriesSymbol(index), r: 4 }),
  ];
}

function levelMarks(plot: PlotLibrary, { index, level }: Pick<BarSeries, "index" | "level">): Markish[] {
  if (!level) return [];
  return [plot.ruleY([level.median], { stroke: seriesColour(index), strokeWidth: 1.5, strokeDasharray: "4 4" })];
}

/** Logarithmic where the values are far apart, else linear. */
function horizontal({ label, share }: BarAxis, values: readonly number[]): ScaleOptions {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (share) return { label, domain: padded(Math.min(least, 0), Math.max(most, 1)), ticks: 6, tickFormat: percentTick };
  if (least > 0 && most / least >= 4) return logAxis(label, values)!.scale;
  return { label, domain: padded(least, most), ticks: 6, tickFormat: numberTick };
}

/** A domain with some air; never empty. */
function padded(low: number, high: number): [number, number] {
  const air = Math.max(0.04 * (high - low), high === low ? 0.01 * Math.max(Math.abs(high), 0.1) : 0);
  return [low - air, high + air];
}

function describe({ label, points, level }: Omit<BarSeries, "points"> & { points: readonly FlatPoint[] }): string {
  const values = points.map(({ x, y }) => `${percentText(y)} at ${numberTick(x)}`);
  return `${label}: ${[...values, ...(level ? [percentText(level.median)] : [])].join(", ")}.`;
}
