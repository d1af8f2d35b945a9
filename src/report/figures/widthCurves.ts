/**
 * @file Figure: the width that a promise needs against the fraction it keeps, for several tail indexes.
 */

import type { Markish } from "@observablehq/plot";
import type { ReportFigure } from "../html.js";
import { chosenPercentText, percentText, significantText, widthText } from "../numberText.js";
import type { Log10Width, PlanSection, WidthCurve, WidthPoint } from "../theoryData.js";
import { areaSwatchHtml, dashes, keysHtml, type LineStyle, lineSwatchHtml } from "./legend.js";
import { drawPanel, halo, logTicks, type PlotLibrary, percentTick } from "./panel.js";
import { seriesColour, seriesSymbol, swatchHtml } from "./series.js";

/** Decades shown above the widest real network. */
const BEYOND = 2.5;

interface Place {
  readonly kept: number;
  readonly log: number;
}

/**
 * Draws log10 of the width; what lies above the axis leaves it with an arrow, what lies below width 1 is on its floor.
 * @param section points without a kept fraction in (0, 1] are left out
 */
export async function widthCurves(section: PlanSection): Promise<ReportFigure> {
  const { curves, answer, widest, relativeError, confidence, protocol } = section;
  const kept = [...curves.flatMap(({ points }) => points), answer]
    .map((point) => point.keptFraction)
    .filter(isFraction);
  const top = Math.ceil(widest + BEYOND);
  const span = [Math.min(...kept), Math.max(...kept)] as const;
  const low = span[0] === span[1] ? span[0] / 2 : span[0];
  const panel = await drawPanel({
    title: "",
    description: `Width needed against fraction kept, both logarithmic. ${curves.map(curveText).join(" ")}`,
    hasData: kept.length > 0 && Number.isFinite(top) && curves.length > 0,
    options: (plot) => ({
      height: 380,
      x: {
        type: "log",
        label: "fraction of hidden units kept (κ)",
        domain: [low, span[1]],
        ticks: logTicks(low, span[1]),
        tickFormat: percentTick,
        inset: 6,
      },
      y: { label: "width needed", grid: true, domain: [0, top], ticks: Math.min(8, top), tickFormat: powerTick },
      marks: [
        plot.rectY([0], {
          x1: low,
          x2: span[1],
          y1: widest,
          y2: top,
          insetLeft: -6,
          insetRight: -6,
          fill: "currentColor",
          fillOpacity: 0.09,
        }),
        ...curves.flatMap((curve, index) => curveMarks(plot, curve, index, top)),
        ...answerMarks(plot, { kept: answer.keptFraction, width: section.width }, top),
        plot.text(["no real network is this wide"], { x: low, y: widest, dy: -9, textAnchor: "start", ...halo }),
      ],
    }),
  });
  return {
    title: "Width that a promise needs",
    legend: keysHtml([
      ...curves.map(({ alpha }, index) => ({ swatch: swatchHtml(index), label: `α = ${alpha}` })),
      { swatch: lineSwatchHtml("solid"), label: "formula" },
      { swatch: lineSwatchHtml("dashed"), label: "proved" },
      ...(curves.some(({ points }) => points.some(({ simulated }) => simulated !== null))
        ? [{ swatch: "", label: "symbol: simulated" }]
        : []),
      { swatch: "", label: "ring: this promise" },
      { swatch: areaSwatchHtml(), label: "no real network" },
    ]),
    panels: [panel],
    caption:
      "The theorem says that some width is enough whenever α < 2, but not which: the solid line is the planner's formula, which " +
      "is asymptotic and checked by simulation; the dashed line is proved for every finite width of its model and therefore higher. " +
      "Symbols are simulated networks with their standard error, and an arrow marks a curve that leaves the picture.",
    note:
      `Relative error at most ${significantText(relativeError)}, confidence ${chosenPercentText(confidence)}. A line on the floor means that every width will do. ` +
      `Nearer to α = 2 the needed width grows as a power α/(2 − α). ${protocol}`,
  };
}

function curveMarks(plot: PlotLibrary, { points }: WidthCurve, index: number, top: number): Markish[] {
  const stroke = seriesColour(index);
  const simulated = points.flatMap((point) => {
    const log = point.simulated;
    return isFraction(point.keptFraction) && log !== null && log >= 0 && log <= top
      ? [{ kept: point.keptFraction, log, error: point.simulatedError ?? 0 }]
      : [];
  });
  return [
    ...lineMarks(
      plot,
      placesOf(points, (point) => point.rigorous),
      { stroke, style: "dashed", top },
    ),
    ...lineMarks(
      plot,
      placesOf(points, (point) => point.asymptotic),
      { stroke, style: "solid", top },
    ),
    plot.ruleX(simulated, {
      x: "kept",
      y1: ({ log, error }) => Math.max(0, log - error),
      y2: ({ log, error }) => Math.min(top, log + error),
      stroke,
    }),
    plot.dot(simulated, { x: "kept", y: "log", fill: stroke, symbol: seriesSymbol(index), r: 3.5 }),
  ];
}

function placesOf(points: readonly WidthPoint[], of: (point: WidthPoint) => Log10Width): Place[] {
  return points
    .flatMap((point) => {
      const log = of(point);
      const known = isFraction(point.keptFraction) && log !== null && !Number.isNaN(log);
      return known ? [{ kept: point.keptFraction, log: Math.max(0, log) }] : [];
    })
    .sort((a, b) => a.kept - b.kept);
}

/** The line up to where it leaves the axis, and an arrow there. */
function lineMarks(
  plot: PlotLibrary,
  places: readonly Place[],
  { stroke, style, top }: { stroke: string; style: LineStyle; top: number },
): Markish[] {
  const exits: Place[] = [];
  const shown = places.flatMap((place, i): Place[] => {
    const before = places[i - 1];
    const exit = before && crossing(before, place, top);
    if (exit) exits.push(exit);
    if (place.log <= top) return exit ? [exit, place] : [place];
    return exit ? [exit, { ...place, log: Number.NaN }] : [{ ...place, log: Number.NaN }];
  });
  // A curve that is never inside has its arrow in the middle.
  if (places.length > 0 && places.every(({ log }) => log > top))
    exits.push({ kept: places[places.length >> 1]!.kept, log: top });
  return [
    plot.line(shown, {
      x: "kept",
      y: "log",
      stroke,
      strokeWidth: style === "solid" ? 2.25 : 1.75,
      strokeDasharray: dashes[style],
    }),
    plot.text(exits, { x: "kept", y: "log", text: () => "↑", fill: stroke, dy: -8, fontSize: 15, fontWeight: "bold" }),
  ];
}

/** Where the segment between neighbours passes the top, straight in (log κ, log n). */
function crossing(a: Place, b: Place, top: number): Place | undefined {
  if (a.log > top === b.log > top) return undefined;
  const [inside, outside] = a.log > top ? [b, a] : [a, b];
  const part = Number.isFinite(outside.log) ? (top - inside.log) / (outside.log - inside.log) : 0;
  return { kept: inside.kept * (outside.kept / inside.kept) ** part, log: part === 0 ? inside.log : top };
}

function answerMarks(plot: PlotLibrary, { kept, width }: { kept: number; width: Log10Width }, top: number): Markish[] {
  if (!isFraction(kept) || width === null || Number.isNaN(width)) return [];
  const ring = [{ kept, log: Math.min(top, Math.max(0, width)) }];
  return [plot.dot(ring, { x: "kept", y: "log", stroke: "currentColor", r: 9, strokeWidth: 1.75 })];
}

function curveText({ alpha, points }: WidthCurve): string {
  const texts = points.map((point) => `${percentText(point.keptFraction)}: ${widthText(point.asymptotic)}`);
  return `α = ${alpha}, by the formula, ${texts.join(", ")}.`;
}

function powerTick(log: number): string {
  const digits = [...String(log)].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]);
  return log === 0 ? "1" : `10${digits.join("")}`;
}

function isFraction(kept: number): boolean {
  return kept > 0 && kept <= 1;
}
