/** @file The page of a comparison: accuracy against size by way of training, one panel for each thing done after the cut. */

import type { Summary } from "../math/stats/summary.js";
import { errorBarPanel } from "./figures/errorBars.js";
import { swatchHtml } from "./figures/series.js";
import { escapeHtml, figureHtml, htmlDocument } from "./html.js";
import { type TableData, tableHtml } from "./table.js";

/** A line of the figure: the best recipe of a family at each size. */
export interface CompareLine {
  readonly label: string;
  readonly points: readonly { readonly units: number; readonly recipe: string; readonly accuracy: Summary }[];
}

/** A comparison as the page shows it. */
export interface CompareReportData {
  readonly title: string;
  readonly subtitle: string;
  readonly headline: string;
  readonly generatedBy: { readonly version: string; readonly command: string };
  readonly panels: readonly { readonly title: string; readonly lines: readonly CompareLine[] }[];
  readonly tables: readonly TableData[];
}

/**
 * Renders the comparison as one self-contained HTML file.
 * @param data see `CompareReportData`; every string is escaped
 * @returns the file's text
 */
export async function renderCompareReport(data: CompareReportData): Promise<string> {
  const { title, subtitle, headline, generatedBy, tables } = data;
  const labels = [...new Set(data.panels.flatMap(({ lines }) => lines.map(({ label }) => label)))];
  const panels = await Promise.all(data.panels.map((panel) => comparePanel(panel, labels)));
  const legend = labels.map((label, index) => `<li>${swatchHtml(index)}${escapeHtml(label)}</li>`).join("");
  const figure = figureHtml(1, {
    title: "Accuracy at equal size",
    legend: `<ul class="legend">${legend}</ul>`,
    panels,
    caption: "Test accuracy of the small network: median over seeds, bars from quartile to quartile.",
    note: "Of a family with several recipes the one of highest mean at each size is shown, chosen by these same accuracies; a family of many recipes gains a little by that.",
  });
  const body = `<header>
<h1>${escapeHtml(title)}</h1>
<p class="subtitle">${escapeHtml(subtitle)}</p>
<p class="headline">${escapeHtml(headline)}</p>
</header>
<main>
${figure}
<section class="card numbers" aria-labelledby="table"><h2 id="table">In numbers</h2>
${tables.map(tableHtml).join("\n")}
</section>
</main>
<footer>
<p>Made by ${escapeHtml(generatedBy.version)}. The same numbers again: <code>${escapeHtml(generatedBy.command)}</code></p>
</footer>`;
  return htmlDocument({ title, body });
}

/**
 * Draws one panel of the comparison.
 * @param panel its title and its lines
 * @param labels the lines' labels in the order that gives colours
 * @returns HTML with one SVG
 */
async function comparePanel(
  { title, lines }: CompareReportData["panels"][number],
  labels: readonly string[],
): Promise<string> {
  return await errorBarPanel({
    title,
    x: { label: "units kept", share: false },
    yLabel: "test accuracy",
    series: lines.map(({ label, points }) => ({
      label,
      index: labels.indexOf(label),
      points: points.map(({ units, accuracy }) => ({ x: units, y: accuracy })),
    })),
  });
}
