/**
 * @file How a run is told from its neighbours in every figure: a colour and, for those who see colours differently,
 * a symbol; and the legend that says which is whose.
 */

import { escapeHtml } from "../html.js";
import type { ReportRun } from "../reportData.js";

/** Symbols of Plot with the outlines that the legend draws them by. */
const SYMBOLS = [
  { name: "circle", outline: "M14 1.4a3.6 3.6 0 1 1 0 7.2a3.6 3.6 0 1 1 0-7.2z" },
  { name: "triangle", outline: "M14 .6L18.4 8.2H9.6z" },
  { name: "square", outline: "M10.9 1.9h6.2v6.2h-6.2z" },
  { name: "diamond2", outline: "M14 .6L18.4 5L14 9.4L9.6 5z" },
] as const;

const COLOURS = 6;

/** The colour of the run at `index`, a CSS variable of the page's style with the light page's first colour to fall back on. */
export function seriesColour(index: number): string {
  return `var(--series-${(index % COLOURS) + 1}, #0072b2)`;
}

/** The Plot symbol of the run at `index`. */
export function seriesSymbol(index: number): (typeof SYMBOLS)[number]["name"] {
  return SYMBOLS[index % SYMBOLS.length]!.name;
}

/** The line and symbol of the run at `index` as HTML, to stand before its label. */
export function swatchHtml(index: number): string {
  const colour = seriesColour(index);
  const { outline } = SYMBOLS[index % SYMBOLS.length]!;
  const line = `<path d="M0 5H28" stroke="${colour}" stroke-width="2"/>`;
  return `<svg class="swatch" viewBox="0 0 28 10" aria-hidden="true">${line}<path d="${outline}" fill="${colour}"/></svg>`;
}

/**
 * The legend of the runs; a diverged one says so.
 * @param runs in the order that gives the colours
 * @param keys what else the lines mean, as text, such as "thick: test set"
 * @returns HTML
 */
export function legendHtml(runs: readonly ReportRun[], keys: readonly string[] = []): string {
  const items = runs.map((run, index) => {
    const status = run.divergedAt === null ? "" : ` <span class="status">(diverged at step ${run.divergedAt})</span>`;
    return `<li>${swatchHtml(index)}${escapeHtml(run.label)}${status}</li>`;
  });
  for (const key of keys) items.push(`<li class="status">${escapeHtml(key)}</li>`);
  return `<ul class="legend">${items.join("")}</ul>`;
}
