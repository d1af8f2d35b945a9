/** @file The report of a sweep: the result in a sentence, tables to read and to copy, figures, and what was lost. */

import { escapeHtml, figureHtml, htmlDocument } from "./html.js";
import { percentText } from "./numberText.js";
import { missingBaselines, type SweepGroup, type SweepReportData } from "./sweepData.js";
import { groupLabel, sweepFigures } from "./sweepFigures.js";
import { formatTables, sweepTables, tableFormats } from "./sweepTables.js";
import { tableHtml } from "./table.js";

/** Runs without a result that are listed; of more there is only the number. */
const MOST_LOSSES = 200;

/**
 * Renders the report as one self-contained HTML file: no script, no other file, light and dark, phone and desk.
 * @param data see `SweepReportData`; every string is escaped
 * @returns the file's text
 */
export async function renderSweepReport(data: SweepReportData): Promise<string> {
  const { title, subtitle, generatedBy, groups } = data;
  const figures = await sweepFigures(groups);
  const notes = missingBaselines(groups);
  const body = `<header>
<h1>${escapeHtml(title)}</h1>
<p class="subtitle">${escapeHtml(subtitle)}</p>
<p class="headline">${escapeHtml(sweepHeadline(groups))}</p>
<ul class="deck"><li>${escapeHtml(countsText(data))}</li>${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join("")}</ul>
</header>
<main>
<section class="card numbers" aria-labelledby="table"><h2 id="table">In numbers</h2>
${sweepTables(groups).map(tableHtml).join("\n")}
${tableFormats.map((format) => copyHtml(data, format)).join("\n")}
</section>
${figures.map((figure, index) => figureHtml(index + 1, figure)).join("\n")}
${lossesHtml(data)}
</main>
<footer>
<p>Made by ${escapeHtml(generatedBy.version)}. The same numbers again: <code>${escapeHtml(generatedBy.command)}</code></p>
</footer>`;
  return htmlDocument({ title, body });
}

/**
 * The result in a sentence: the group that prunes most in the median, beside the baseline without noise.
 * @param groups all groups of the sweep
 */
export function sweepHeadline(groups: readonly SweepGroup[]): string {
  const pruned = ({ metrics }: SweepGroup): number => metrics.prunedFraction?.median ?? Number.NEGATIVE_INFINITY;
  const best = groups.reduce<SweepGroup | null>(
    (top, group) => (top && pruned(top) >= pruned(group) ? top : group),
    null,
  );
  if (!best?.metrics.prunedFraction) return "There is nothing pruned to report.";
  const figures = (group: SweepGroup): string =>
    `${percentText(group.metrics.prunedFraction?.median)} of the units pruned at ${percentText(group.metrics.testAccuracyAfter?.median)} test accuracy`;
  const baseline = groups.find(({ noise, level }) => noise.kind === "none" && level === best.level);
  const beside = baseline && baseline !== best ? `; without noise, ${figures(baseline)}` : "";
  return `${groupLabel(best)}: ${figures(best)}${beside} (medians over seeds).`;
}

function countsText({ cells: { done, diverged, failed }, planned, groups }: SweepReportData): string {
  const all = planned === null ? "" : ` of ${planned}`;
  return `${done}${all} cells done, ${diverged} diverged, ${failed} failed; ${groups.length} settings.`;
}

function copyHtml(data: SweepReportData, format: (typeof tableFormats)[number]): string {
  const names = { markdown: "Markdown", latex: "LaTeX", csv: "CSV" };
  const text = escapeHtml(formatTables(data, format));
  return `<details><summary>As ${names[format]}</summary><div class="scroll"><pre><code>${text}</code></pre></div></details>`;
}

function lossesHtml({ losses }: SweepReportData): string {
  if (losses.length === 0) return "";
  const more = losses.length > MOST_LOSSES ? ` The first ${MOST_LOSSES} of ${losses.length}.` : "";
  const table = tableHtml({
    caption: `Runs without a result: they are in no mean and no median.${more}`,
    columns: ["Setting", "Status", "Error", "Cell"],
    rows: losses.slice(0, MOST_LOSSES).map(({ id, label, status, error }) => ({ label, cells: [status, error, id] })),
  });
  return `<section class="card" aria-labelledby="losses"><h2 id="losses">Diverged and failed runs</h2>\n${table}\n</section>`;
}
