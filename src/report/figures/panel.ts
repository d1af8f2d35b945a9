/**
 * @file Draws one panel of a figure with Observable Plot, as an SVG that scales with the page and follows its colours.
 *
 * Plot and, outside a browser, the document it draws into are imported at the first drawing, so that loading this
 * library does not wait for them. A panel is drawn 420 wide and shown between 330 and 500 pixels: its 12-point text
 * stays readable on a phone.
 */

import type { PlotOptions } from "@observablehq/plot";
import { escapeHtml } from "../html.js";

/** The drawing library, as `drawPanel` hands it to the caller. */
export type PlotLibrary = typeof import("@observablehq/plot");

/** One panel: what it is called, what it shows for those who cannot see it, and how to draw it. */
export interface Panel {
  /** Text above the drawing, or "" for none. */
  readonly title: string;
  /** Text for screen readers. */
  readonly description: string;
  /** Whether there is anything to draw; otherwise the panel says that there is not. */
  readonly hasData: boolean;
  readonly options: (plot: PlotLibrary) => PlotOptions;
}

/**
 * Draws a panel.
 * @param panel see `Panel`; its texts are escaped here
 * @returns HTML: an optional heading and an SVG with `role="img"`
 */
export async function drawPanel({ title, description, hasData, options }: Panel): Promise<string> {
  const heading = title ? `<h3>${escapeHtml(title)}</h3>` : "";
  if (!hasData) return `${heading}<p class="empty">Nothing to draw: no finite values.</p>`;
  const plot = await import("@observablehq/plot");
  const svg = plot.plot({
    width: 420,
    height: 300,
    marginLeft: 48,
    marginRight: 14,
    marginTop: 30,
    marginBottom: 40,
    document: await drawingDocument(),
    style: { fontSize: "12px" },
    ...options(plot),
  });
  return heading + svg.outerHTML.replace("<svg ", `<svg role="img" aria-label="${escapeHtml(description)}" `);
}

/** Options of a text that stays readable on top of lines. */
export const halo = { fill: "currentColor", stroke: "var(--card, white)", strokeWidth: 4 } as const;

async function drawingDocument(): Promise<Document> {
  if (typeof document !== "undefined") return document;
  const { parseHTML } = await import("linkedom");
  return parseHTML("<html></html>").document;
}

/**
 * Ticks of a logarithmic axis: powers of ten, at most eight; with 2 and 5 up to two decades, with more below one.
 * @param low smallest value, > 0
 * @param high largest value
 * @returns the ticks inside [low, high], ascending
 */
export function logTicks(low: number, high: number): number[] {
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const stride = Math.ceil((last - first + 1) / 8);
  const factors = high / low < 10 ? [1, 1.5, 2, 3, 4, 6, 8] : high / low < 200 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let decade = first; decade <= last; decade += stride) {
    // Number("2e-3") is the nearest double to 0.002; 2 * 10 ** -3 need not be.
    for (const factor of factors) ticks.push(Number(`${factor}e${decade}`));
  }
  return ticks.filter((tick) => tick >= low && tick <= high);
}

/** A tick on a percentage axis: 0.05 is "5%". */
export function percentTick(fraction: number): string {
  return `${Number((100 * fraction).toPrecision(6))}%`.replace("-", "−");
}

/** A tick on a logarithmic axis: 0.002 is "0.002", a million "10⁶". */
export function numberTick(value: number): string {
  const plain = Number(value.toPrecision(6));
  if (plain >= 1e-3 && plain < 1e5) return String(plain);
  const [digits, exponent] = plain.toExponential().replace("+", "").split("e");
  const power = `10${[...exponent!].map((character) => SUPERSCRIPTS["-0123456789".indexOf(character)]).join("")}`;
  return digits === "1" ? power : `${digits}·${power}`;
}

const SUPERSCRIPTS = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹";
