/**
 * @file The legend of a figure that is not about runs: what its colours, lines and areas stand for.
 */

import { escapeHtml } from "../html.js";

/** How a line that has no colour of its own is drawn. */
export type LineStyle = "solid" | "dashed" | "dotted";

/** The dash pattern of each style, for `strokeDasharray`. */
export const dashes: Readonly<Record<LineStyle, string>> = { solid: "none", dashed: "6 4", dotted: "1.5 4" };

/** A line in a style, in the colour of the text, as HTML to stand before its label. */
export function lineSwatchHtml(style: LineStyle): string {
  const line = `<path d="M0 5H28" stroke="currentColor" stroke-width="1.75" stroke-dasharray="${dashes[style]}"/>`;
  return `<svg class="swatch" viewBox="0 0 28 10" aria-hidden="true">${line}</svg>`;
}

/** A shaded area as HTML to stand before its label. */
export function areaSwatchHtml(): string {
  return `<svg class="swatch" viewBox="0 0 28 10" aria-hidden="true"><path d="M0 -1H28V11H0z" fill="currentColor" fill-opacity=".13"/></svg>`;
}

/**
 * The legend.
 * @param items `swatch`: HTML, or "" for none; `label`: text
 * @returns HTML
 */
export function keysHtml(items: readonly { readonly swatch: string; readonly label: string }[]): string {
  return `<ul class="legend">${items.map(({ swatch, label }) => `<li>${swatch}${escapeHtml(label)}</li>`).join("")}</ul>`;
}
