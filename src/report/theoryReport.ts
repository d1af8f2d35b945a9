/**
 * @file The report on the theory: each statement with its result in a sentence, its pictures and its numbers.
 */

import { certificateFigure } from "./figures/certificate.js";
import { errorQuantiles } from "./figures/errorQuantiles.js";
import { generalisationFigure } from "./figures/generalisation.js";
import { slopeFigure } from "./figures/slopeFigure.js";
import { tailIndexes } from "./figures/tailIndexes.js";
import { widthCurves } from "./figures/widthCurves.js";
import { escapeHtml, figureHtml, htmlDocument, type ReportFigure } from "./html.js";
import { type TableData, tableHtml } from "./table.js";
import type { TheoryData, TheorySection } from "./theoryData.js";
import { type TheoryVerdict, theoryHeadline } from "./theoryHeadline.js";
import { theoryTables } from "./theoryTables.js";

/** Tables beyond this many rows in all are folded away. */
const OPEN_ROWS = 14;

/**
 * Renders the report as one self-contained HTML file: no script, no other file, light and dark, phone and desk.
 * @param data see `TheoryData`; every string is escaped, what is not finite is left out
 * @returns the file's text
 * @example
 * const html = await renderTheoryReport({ title: "", subtitle: "", generatedBy: { version: "", command: "" }, sections: [] });
 */
export async function renderTheoryReport({ title, subtitle, generatedBy, sections }: TheoryData): Promise<string> {
  const parts: string[] = [];
  let figures = 0;
  for (const [index, section] of sections.entries()) {
    const drawn = await figuresOf(section);
    parts.push(partHtml(section, index, drawn, figures));
    figures += drawn.length;
  }
  const body = `<header>
<h1>${escapeHtml(title)}</h1>
<p class="subtitle">${escapeHtml(subtitle)}</p>
${sections.length === 0 ? `<p class="headline">There is nothing to report.</p>` : contentsHtml(sections)}
</header>
<main>
${parts.join("\n")}
</main>
<footer>
<p>Made by ${escapeHtml(generatedBy.version)}. The same numbers again: <code>${escapeHtml(generatedBy.command)}</code></p>
</footer>`;
  return htmlDocument({ title, body });
}

async function figuresOf(section: TheorySection): Promise<ReportFigure[]> {
  switch (section.kind) {
    case "plan":
      return section.quantiles.length === 0
        ? [await widthCurves(section)]
        : [await widthCurves(section), await errorQuantiles(section.quantiles)];
    case "certificate":
      return [await certificateFigure(section)];
    case "inspect":
      return [await tailIndexes(section)];
    case "generalisation":
      return [await generalisationFigure(section)];
    default:
      return [await slopeFigure(section)];
  }
}

/** Where a page holds several statements: what became of each, with a way to it. */
function contentsHtml(sections: readonly TheorySection[]): string {
  if (sections.length < 2) return "";
  const items = sections.map((section, index) => {
    const { verdict } = theoryHeadline(section);
    return `<li><a href="#part-${index + 1}">${escapeHtml(section.title)}</a> ${badgeHtml(verdict)}</li>`;
  });
  return `<ul class="contents">${items.join("")}</ul>`;
}

function partHtml(section: TheorySection, index: number, figures: readonly ReportFigure[], before: number): string {
  const { sentence, details, verdict } = theoryHeadline(section);
  const id = `part-${index + 1}`;
  const [first, ...rest] = figures.map((figure, i) => figureHtml(before + i + 1, figure));
  const tables = tablesHtml(theoryTables(section), `${id}-numbers`, figures[0]?.panels.length === 1);
  return `<div class="part">
<h2 id="${id}">${escapeHtml(section.title)} ${badgeHtml(verdict)}</h2>
<p class="headline">${escapeHtml(sentence)}</p>
<p class="details">${escapeHtml(details)}</p>
</div>
${[first, tables, ...rest].join("\n")}`;
}

const SIGNS: Readonly<Record<TheoryVerdict["tone"], string>> = { good: "✓", open: "○", bad: "✗" };

function badgeHtml(verdict: TheoryVerdict | null): string {
  if (!verdict) return "";
  const sign = `<span aria-hidden="true">${SIGNS[verdict.tone]}</span>`;
  return `<span class="badge ${verdict.tone}">${sign} ${escapeHtml(verdict.text)}</span>`;
}

function tablesHtml(tables: readonly TableData[], id: string, beside: boolean): string {
  let rows = 0;
  const parts = tables.map((table) => {
    rows += table.rows.length;
    if (rows <= OPEN_ROWS) return tableHtml(table);
    return `<details><summary>${escapeHtml(table.caption)} ${table.rows.length} rows</summary>${tableHtml(table)}</details>`;
  });
  return `<section class="card numbers${beside ? " half" : ""}" aria-labelledby="${id}"><h2 id="${id}">In numbers</h2>
${parts.join("\n")}
</section>`;
}
