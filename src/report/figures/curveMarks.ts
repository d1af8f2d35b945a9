/**
 * @file What the figures over the kept fraction share: their logarithmic axis, and a run's line with its cut.
 */

import type { Markish, ScaleOptions } from "@observablehq/plot";
import { logTicks, type PlotLibrary, percentTick } from "./panel.js";
import { seriesColour, seriesSymbol } from "./series.js";
import { thinEvenly } from "./thin.js";

/** A quantity at a kept fraction in (0, 1]. */
export interface CurvePoint {
  readonly kept: number;
  readonly value: number;
}

/** One run's line. */
export interface Curve {
  readonly points: readonly CurvePoint[];
  /** The cut that the run was finished with. */
  readonly cut: CurvePoint | null;
  /** The quantity before any cut, drawn as a level to compare with. */
  readonly full: number | null;
}

const POINTS = 60;

/**
 * The axis "hidden units kept", logarithmic, over all curves.
 * @returns null when no curve has a point to show
 */
export function keptAxis(curves: readonly Curve[]): ScaleOptions | null {
  const kept = curves
    .flatMap(({ points, cut }) => [...points, ...(cut ? [cut] : [])].filter(isVisible))
    .map((at) => at.kept);
  if (kept.length === 0) return null;
  const low = Math.min(...kept, 0.5);
  return {
    type: "log",
    label: "hidden units kept",
    domain: [low, 1],
    ticks: logTicks(low, 1),
    tickFormat: percentTick,
  };
}

/**
 * The marks of one run: its line with symbols, a ring at its cut, a dashed level before the cut.
 * @param plot the drawing library
 * @param curve see `Curve`; points outside the axis or not finite are left out
 * @param run the run's place in the legend
 */
export function curveMarks(plot: PlotLibrary, { points, cut, full }: Curve, run: number): Markish[] {
  const stroke = seriesColour(run);
  const visible = thinEvenly(
    points.filter(isVisible).sort((a, b) => a.kept - b.kept),
    POINTS,
  );
  const drawn: Markish[] = [
    plot.line(visible, { x: "kept", y: "value", stroke, strokeWidth: 2 }),
    plot.dot(visible, { x: "kept", y: "value", fill: stroke, symbol: seriesSymbol(run), r: 3 }),
  ];
  if (full !== null && Number.isFinite(full)) {
    drawn.unshift(plot.ruleY([full], { stroke, strokeWidth: 1, strokeDasharray: "4 4", strokeOpacity: 0.8 }));
  }
  if (cut && isVisible(cut)) {
    drawn.push(plot.dot([cut], { x: "kept", y: "value", stroke, r: 8, strokeWidth: 2 }));
  }
  return drawn;
}

function isVisible({ kept, value }: CurvePoint): boolean {
  return kept > 0 && Number.isFinite(kept) && Number.isFinite(value);
}
