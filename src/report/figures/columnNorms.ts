/**
 * @file Figure: how the norms of the columns are distributed, on log–log axes, where a heavy tail is a straight line.
 */

import type { Markish } from "@observablehq/plot";
import type { ReportFigure } from "../html.js";
import type { ReportRun } from "../reportData.js";
import { drawPanel, logTicks, numberTick, type PlotLibrary, percentTick } from "./panel.js";
import { legendHtml, seriesColour, seriesSymbol } from "./series.js";
import { type TailSlope, tailSlope } from "./tailSlope.js";
import { thinRanks } from "./thin.js";

const POINTS = 200;

/** The line is fitted to this part of the columns, the largest. */
const TAIL = 0.05;

interface Distribution {
  readonly run: number;
  /** Positive finite norms, largest first. */
  readonly descending: Float64Array;
  readonly total: number;
  readonly tail: TailSlope | null;
}

/**
 * Draws, for each run, the share of columns at least as long as x against x, and the fitted tail.
 * @param runs norms that are zero or not finite cannot be shown; the note counts them
 */
export async function columnNorms(runs: readonly ReportRun[]): Promise<ReportFigure> {
  const distributions = runs.map(({ columnNorms: norms }, run) => distributionOf(norms, run));
  const drawn = distributions.filter(({ descending }) => descending.length > 0);
  const low = Math.min(...drawn.map(({ descending }) => descending.at(-1)!));
  const high = Math.max(...drawn.map(({ descending }) => descending[0]!));
  const smallestShare = Math.min(...drawn.map(({ total }) => 1 / total));
  const fits = drawn.map((distribution) => fitText(runs[distribution.run]!, distribution.tail)).join(" ");

  const panel = await drawPanel({
    title: "",
    description: `Share of columns with at least a given norm, both axes logarithmic. ${fits}`,
    hasData: drawn.length > 0,
    options: (plot) => ({
      height: 360,
      x: {
        type: "log",
        inset: 6,
        label: "norm of a column",
        grid: true,
        ticks: logTicks(low, high),
        tickFormat: numberTick,
      },
      y: {
        type: "log",
        label: "share of columns at least this long",
        grid: true,
        domain: [smallestShare, 1],
        ticks: logTicks(smallestShare, 1),
        tickFormat: percentTick,
      },
      marks: drawn.flatMap((distribution) => marks(plot, distribution, runs[distribution.run]!)),
    }),
  });
  return {
    title: "Column norms",
    legend: legendHtml(runs, ["line: fitted tail", "dotted: slope −α of the noise"]),
    panels: [panel],
    caption:
      "A column is the weights that enter one hidden unit; each mark says which share of the columns is at least that " +
      "long. A heavy tail runs out to the right along a straight line: few columns carry most of the network, so the rest can go.",
    note: noteText(distributions, fits),
  };
}

function distributionOf(norms: ArrayLike<number>, run: number): Distribution {
  const descending = Float64Array.from(norms)
    .filter((norm) => norm > 0 && Number.isFinite(norm))
    .sort()
    .reverse();
  return { run, descending, total: norms.length, tail: tailSlope(descending, norms.length, TAIL) };
}

function marks(plot: PlotLibrary, { run, descending, total, tail }: Distribution, { noise }: ReportRun): Markish[] {
  const points = thinRanks(descending.length, POINTS).map((rank) => [descending[rank - 1]!, rank / total] as const);
  const colour = seriesColour(run);
  const drawn: Markish[] = [plot.dot(points, { fill: colour, fillOpacity: 0.55, symbol: seriesSymbol(run), r: 2.4 })];
  // To the largest norm, or to where the line would leave the axes at one column.
  const line = (from: number, share: number, slope: number) =>
    [from, Math.min(descending[0]!, from * (share * total) ** (1 / slope))].map(
      (x) => [x, share * (from / x) ** slope] as const,
    );
  if (tail) {
    drawn.push(plot.line(line(tail.from, tail.share, tail.slope), { stroke: colour, strokeWidth: 2.25 }));
    if (noise.alpha !== null && noise.alpha < 2) {
      const reference = line(tail.from, TAIL, noise.alpha);
      drawn.push(plot.line(reference, { stroke: "currentColor", strokeWidth: 1.5, strokeDasharray: "1.5 4" }));
    }
  }
  return drawn;
}

function fitText({ label, noise }: ReportRun, tail: TailSlope | null): string {
  if (!tail) return `${label}: too few columns for a line.`;
  const alpha = noise.alpha === null ? "" : ` (noise α = ${noise.alpha})`;
  return `${label}: slope −${tail.slope.toFixed(2)} ± ${tail.standardError.toFixed(2)}${alpha}.`;
}

function noteText(distributions: readonly Distribution[], fits: string): string {
  const hidden = distributions.reduce((sum, { total, descending }) => sum + total - descending.length, 0);
  const left = hidden === 0 ? "" : ` ${hidden} columns of norm zero or not finite are not shown.`;
  return (
    `Fitted tail: least squares of log(rank − ½) on log norm over the largest ${100 * TAIL} % of the columns, ± one standard ` +
    `error of an exact power law. ${fits} The slope describes this picture and does not measure α: a column is ` +
    `noise plus start plus what was learned, and near α = 2 the straight part begins only beyond the largest 0.1 %.${left}`
  );
}
