/**
 * @file The page a report stands on: one HTML file that needs nothing else, neither a script nor the network.
 *
 * Strings that come from outside (labels, file names, command lines) enter only through `escapeHtml`; functions here say
 * of each argument whether it is text, which they escape, or HTML, which the caller has made.
 */

import { reportStyle } from "./style.js";

/** A figure before it is numbered. */
export interface ReportFigure {
  /** Text. */
  readonly title: string;
  /** HTML of the legend above the panels, or "". */
  readonly legend: string;
  /** HTML of the panels, side by side where there is room; a figure of one panel takes half the page. */
  readonly panels: readonly string[];
  /** Text: what to look at. */
  readonly caption: string;
  /** Text: how it was computed and what it does not say. */
  readonly note?: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Makes text safe inside an HTML element and inside a quoted attribute.
 * @param text any string
 * @returns the string with & < > " ' as character references
 */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/**
 * The whole file: head, style for light and dark, phone and desk, and the body.
 * @param page `title`: text; `body`: HTML
 * @returns HTML with no script and no address of another file
 */
export function htmlDocument({ title, body }: { title: string; body: string }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${reportStyle}</style>
</head>
<body>
${body}
</body>
</html>
`;
}

/**
 * A figure with its heading, legend, panels and caption.
 * @param number what it is called by: "Figure 2"
 * @param figure the parts; text is escaped here
 * @returns HTML
 */
export function figureHtml(number: number, { title, legend, panels, caption, note }: ReportFigure): string {
  const id = `figure-${number}`;
  const width = panels.length === 1 ? "card half" : "card";
  return `<section class="${width}" aria-labelledby="${id}">
<h2 id="${id}"><span class="number">Figure ${number}</span> ${escapeHtml(title)}</h2>
${legend}
<figure>
<div class="panels">${panels.map((panel) => `<div class="panel">${panel}</div>`).join("\n")}</div>
<figcaption><p>${escapeHtml(caption)}</p>${note ? `<p class="note">${escapeHtml(note)}</p>` : ""}</figcaption>
</figure>
</section>`;
}
