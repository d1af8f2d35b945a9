/**
 * @file The report of a few runs side by side: the result in a sentence, the table, the figures that explain it.
 */

import { accuracyCurve } from "./figures/accuracyCurve.js";
import { columnNorms } from "./figures/columnNorms.js";
import { swatchHtml } from "./figures/series.js";
import { trainingCurves } from "./figures/trainingCurves.js";
import { weightError } from "./figures/weightError.js";
import { headline, runSummary } from "./headline.js";
import { escapeHtml, figureHtml, htmlDocument } from "./html.js";
import { bytesText, countText, percentText, significantText } from "./numberText.js";
import type { ReportData, ReportNoise, ReportRow, ReportRun } from "./reportData.js";
import { type TableCell, tableHtml } from "./table.js";

/**
 * Renders the report as one self-contained HTML file: no script, no other file, light and dark, phone and desk.
 * @param data see `ReportData`; every string is escaped, long arrays are thinned, what is not finite is left out
 * @returns the file's text
 * @example
 * const html = await renderReport({ title: "Demo", subtitle: "", generatedBy: { version: "", command: "" }, runs: [] });
 */
export async function renderReport({ title, subtitle, generatedBy, runs }: ReportData): Promise<string> {
  const figures = [
    await trainingCurves(runs),
    await columnNorms(runs),
    await weightError(runs),
    await accuracyCurve(runs),
  ];
  const body = `<header>
<h1>${escapeHtml(title)}</h1>
<p class="subtitle">${escapeHtml(subtitle)}</p>
<p class="headline">${escapeHtml(headline(runs))}</p>
<ul class="deck">${runs.map(summaryHtml).join("")}</ul>
</header>
<main>
<section class="card" aria-labelledby="table"><h2 id="table">In numbers</h2>
${resultTable(runs)}
</section>
${figures.map((figure, index) => figureHtml(index + 1, figure)).join("\n")}
</main>
<footer>
<p>Made by ${escapeHtml(generatedBy.version)}. The same numbers again: <code>${escapeHtml(generatedBy.command)}</code></p>
</footer>`;
  return htmlDocument({ title, body });
}

function summaryHtml(run: ReportRun, index: number): string {
  return `<li>${swatchHtml(index)}<strong>${escapeHtml(run.label)}</strong>: ${escapeHtml(runSummary(run))}</li>`;
}

const QUANTITIES: readonly { label: string; cell: (row: ReportRow) => TableCell }[] = [
  { label: "Hidden units kept", cell: (row) => `${countText(row.keptColumns)} of\u00a0${countText(row.totalColumns)}` },
  { label: "Hidden units removed", cell: (row) => percentText(row.prunedFraction) },
  { label: "Relative squared error of the weights", cell: (row) => significantText(row.relativeSquaredError) },
  { label: "Test accuracy before the cut", cell: (row) => percentText(row.testAccuracy) },
  { label: "Test accuracy after the cut", cell: (row) => percentText(row.testAccuracyAfter) },
  { label: "Test accuracy after cut and refit", cell: (row) => percentText(row.testAccuracyRefit) },
  { label: "Predictions that cannot have changed", cell: (row) => percentText(row.guaranteed) },
  { label: "Predictions that did not change", cell: (row) => percentText(row.unchanged) },
  { label: "File before", cell: (row) => bytesCell(row.bytes) },
  { label: "File after", cell: (row) => bytesCell(row.bytesAfter) },
  { label: "Milliseconds a batch before", cell: (row) => significantText(row.msPerBatch) },
  { label: "Milliseconds a batch after", cell: (row) => significantText(row.msPerBatchAfter) },
];

function resultTable(runs: readonly ReportRun[]): string {
  const rows = QUANTITIES.map(({ label, cell }) => ({
    label,
    cells: runs.map(({ row }) => (row ? cell(row) : "–")),
  }));
  return tableHtml({
    caption: "One column a run. Accuracies are on the test set; sizes and times were measured on the exported files.",
    columns: ["Quantity", ...runs.map(({ label }) => label)],
    rows: [
      { label: "Noise", cells: runs.map(({ noise }) => noiseText(noise)) },
      { label: "Training", cells: runs.map(trainingText) },
      ...rows,
    ],
  });
}

function noiseText({ kind, alpha, sigma }: ReportNoise): string {
  return kind + (alpha === null ? "" : `, α\u00a0=\u00a0${alpha}`) + (sigma === null ? "" : `, σ\u00a0=\u00a0${sigma}`);
}

function trainingText({ metrics, divergedAt }: ReportRun): string {
  if (divergedAt !== null) return `diverged at step ${divergedAt}`;
  const last = metrics.at(-1);
  return last ? `${countText(last.step)} steps` : "–";
}

function bytesCell(bytes: number): TableCell {
  return { text: bytesText(bytes), title: `${countText(bytes)} bytes` };
}
