/**
 * @file Figure: the tail index of each layer of a network, beside the Gaussian's 2, and how much of the layer can go.
 */

import type { Markish } from "@observablehq/plot";
import type { ReportFigure } from "../html.js";
import { chosenPercentText, decimalText, intervalText, percentText } from "../numberText.js";
import type { InspectSection } from "../theoryData.js";
import { keysHtml, lineSwatchHtml } from "./legend.js";
import { drawPanel, halo, type PlotLibrary, percentTick } from "./panel.js";
import { seriesColour } from "./series.js";

/** Layers drawn at most; the table has all. */
const MOST = 40;
const ROW = 46;

type Layer = InspectSection["layers"][number];

/**
 * Draws one row a layer, in the order of the network.
 * @param section a layer without a tail index keeps its row
 */
export async function tailIndexes({ layers, model, confidence, protocol }: InspectSection): Promise<ReportFigure> {
  const shown = layers.slice(0, MOST);
  const ends = shown
    .flatMap(({ tailIndex, tailInterval }) => [tailIndex, ...(tailInterval ?? [])])
    .filter((end): end is number => end !== null && Number.isFinite(end));
  const low = Math.floor(10 * Math.min(1.5, ...ends) - 0.2) / 10;
  const frame = {
    height: 70 + ROW * shown.length,
    marginLeft: 14,
    y: { type: "band", axis: null, domain: shown.map((_, i) => i) } as const,
  };

  const tails = await drawPanel({
    title: "Tail index",
    description: `Tail index of each layer of ${model}. ${shown.map(layerText).join(" ")}`,
    hasData: ends.length > 0,
    options: (plot) => ({
      ...frame,
      x: { label: "tail index α of the columns", domain: [low, Math.max(2.05, ...ends)], grid: true, ticks: 6 },
      marks: [
        plot.ruleX([2], { stroke: "currentColor", strokeWidth: 1.5, strokeDasharray: "6 4" }),
        ...tailMarks(plot, shown),
        labels(plot, shown, low, ({ name, tailIndex }) => `${name}: ${decimalText(tailIndex, 2)}`),
      ],
    }),
  });
  const fractions = shown.map((layer) => layer.prunedFractionAt10 ?? Number.NaN);
  const prunable = await drawPanel({
    title: "Columns that can go at a relative squared error of 0.1",
    description: `Prunable fraction of each layer of ${model}. ${shown.map((layer) => `${layer.name}: ${percentText(layer.prunedFractionAt10)}.`).join(" ")}`,
    hasData: fractions.some(Number.isFinite),
    options: (plot) => ({
      ...frame,
      x: { label: "fraction of the layer's columns", domain: [0, 1], grid: true, ticks: 5, tickFormat: percentTick },
      marks: [
        plot.barX(fractions, {
          x1: 0,
          x2: (fraction: number) => fraction,
          y: (_: number, i: number) => i,
          fill: seriesColour(2),
          fillOpacity: 0.5,
          insetTop: 27,
          insetBottom: 7,
        }),
        labels(plot, shown, 0, ({ name, prunedFractionAt10 }) => `${name}: ${percentText(prunedFractionAt10)}`),
      ],
    }),
  });
  const more = layers.length > MOST ? ` The first ${MOST} layers are drawn.` : "";
  return {
    title: "How heavy each layer's tail is",
    legend: keysHtml([
      { swatch: dotHtml(seriesColour(0), seriesColour(0)), label: "tail index below 2" },
      { swatch: dotHtml("none", seriesColour(5)), label: "2 cannot be excluded" },
      { swatch: lineSwatchHtml("dashed"), label: "2: Gaussian" },
    ]),
    panels: [tails, prunable],
    caption:
      "The tail index says how rare the largest weights are: 2 is a Gaussian, where no column stands out, and the smaller it is, the more " +
      "a few columns carry; it is measured by the fit of a stable law, with an asymptotic interval. How much of a layer can go is computed " +
      "from its weights and needs no law, but a small error in the weights is not yet a small error in the answers.",
    note: `Bars: ${chosenPercentText(confidence)} intervals; they hold for independent columns of a stable law, and trained weights are start and learning too.${more} ${protocol}`,
  };
}

function tailMarks(plot: PlotLibrary, shown: readonly Layer[]): Markish[] {
  const rows = shown.map((layer, row) => ({ ...layer, row })).filter(({ tailIndex }) => Number.isFinite(tailIndex));
  const colour = ({ excludesTwo }: Layer) => seriesColour(excludesTwo ? 0 : 5);
  return [
    plot.link(
      rows.filter(({ tailInterval }) => tailInterval?.every(Number.isFinite)),
      {
        x1: ({ tailInterval }: Layer) => tailInterval![0],
        x2: ({ tailInterval }: Layer) => tailInterval![1],
        y: "row",
        stroke: colour,
        strokeWidth: 2.5,
        dy: 10,
      },
    ),
    plot.dot(rows, {
      x: "tailIndex",
      y: "row",
      fill: (layer: Layer) => (layer.excludesTwo ? colour(layer) : "var(--card, white)"),
      stroke: colour,
      strokeWidth: 2,
      r: 4.5,
      dy: 10,
    }),
  ];
}

/** What stands above each row. */
function labels(plot: PlotLibrary, shown: readonly Layer[], x: number, text: (layer: Layer) => string): Markish {
  const y = (_: Layer, i: number) => i;
  return plot.text(shown, {
    x,
    y,
    text,
    textAnchor: "start",
    textOverflow: "ellipsis-middle",
    lineWidth: 30,
    dy: -7,
    ...halo,
  });
}

function dotHtml(fill: string, stroke: string): string {
  return `<svg class="swatch" viewBox="0 0 28 10" aria-hidden="true"><circle cx="14" cy="5" r="4" fill="${fill}" stroke="${stroke}" stroke-width="2"/></svg>`;
}

function layerText({ name, tailIndex, tailInterval }: Layer): string {
  return `${name}: ${decimalText(tailIndex, 2)} (${intervalText(tailInterval, 2)}).`;
}
