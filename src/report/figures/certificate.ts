/**
 * @file Figure: what independent trainings prove about the next one: their errors, the bounds, the evidence as it grew.
 */

import type { ReportFigure } from "../html.js";
import { chosenPercentText, countText, percentText, significantText } from "../numberText.js";
import type { CertificateSection, CertifiedStatement } from "../theoryData.js";
import { keysHtml, lineSwatchHtml } from "./legend.js";
import { drawPanel, halo, logTicks, numberTick, percentTick } from "./panel.js";
import { seriesColour } from "./series.js";

const KEPT = seriesColour(0);
const BROKEN = seriesColour(1);

/**
 * Draws the error of each seed, the upper bound of each statement, and the evidence where it was watched.
 * @param section a diverged seed is drawn as a cross at the upper edge
 */
export async function certificateFigure(section: CertificateSection): Promise<ReportFigure> {
  const panels = [await errors(section)];
  if (section.seeds.some(({ eValue }) => isPositive(eValue))) panels.push(await evidence(section));
  panels.push(await bounds(section));
  return {
    title: "What the seeds prove",
    legend: keysHtml([
      { swatch: symbolHtml(`<circle cx="14" cy="5" r="3.6" fill="${KEPT}"/>`), label: "promise kept" },
      {
        swatch: symbolHtml(`<path d="M10 1L18 9M18 1L10 9" stroke="${BROKEN}" stroke-width="2"/>`),
        label: "promise broken, or diverged",
      },
      { swatch: lineSwatchHtml("dashed"), label: "what was promised, or is needed" },
    ]),
    panels,
    caption:
      "Each mark is a complete training with its own random numbers; how many of them broke the promise is measured, and what that " +
      "says about a fresh seed is proved for any training whatever, without the theory of heavy tails. The promise must have been " +
      `fixed before looking${section.watched ? "; the number of seeds need not." : ", and so must the number of seeds; only the evidence may be watched as it grows."}`,
    note:
      `Bars: upper bounds at confidence ${chosenPercentText(section.confidence)} each, ${section.watched ? "valid at every number of seeds" : "by Clopper and Pearson"}; ` +
      "ticks: the share of failed seeds. Evidence (an e-value) of 1 is none; under a false promise it ever reaches 1/(1 − confidence) " +
      `with probability at most 1 − confidence. ${section.protocol}`,
  };
}

function symbolHtml(inner: string): string {
  return `<svg class="swatch" viewBox="0 0 28 10" aria-hidden="true">${inner}</svg>`;
}

function errors({ seeds, relativeSquaredError: promised }: CertificateSection): Promise<string> {
  const finite = seeds.map((seed) => seed.relativeSquaredError).filter(isNumber);
  const top = 1.15 * Math.max(promised, ...finite);
  const marks = seeds.map((seed, i) => {
    const error = seed.relativeSquaredError;
    return { run: i + 1, error: isNumber(error) ? error : top, kept: isNumber(error) && error <= promised };
  });
  const broken = marks.filter(({ kept }) => !kept);
  return drawPanel({
    title: "Error of each seed",
    description: `Relative squared error of ${seeds.length} seeds; ${broken.length} exceed the promised ${significantText(promised)} or diverged.`,
    hasData: seeds.length > 0,
    options: (plot) => ({
      x: { label: "seed, in the order of training", domain: [0, seeds.length + 1], ticks: wholeTicks(seeds.length) },
      y: { label: "relative squared error", grid: true, domain: [0, top], ticks: 5 },
      marks: [
        plot.ruleY([promised], { stroke: "currentColor", strokeWidth: 1.5, strokeDasharray: "6 4" }),
        plot.dot(
          marks.filter(({ kept }) => kept),
          { x: "run", y: "error", fill: KEPT, r: 3 },
        ),
        plot.dot(broken, { x: "run", y: "error", stroke: BROKEN, symbol: "times", r: 5, strokeWidth: 2 }),
      ],
    }),
  });
}

function bounds({ statements, delta }: CertificateSection): Promise<string> {
  const row = 74;
  const texts = statements.map(
    ({ label, failures, runs, upperBound }) =>
      `${label}: ${failures} of ${runs} failed, probability at most ${percentText(upperBound)}.`,
  );
  const end = Math.min(1, 1.2 * Math.max(delta, ...statements.map((each) => each.upperBound).filter(isNumber)));
  return drawPanel({
    title: "How often a fresh seed may fail",
    description: `${texts.join(" ")} Allowed: ${chosenPercentText(delta)}.`,
    hasData: statements.length > 0,
    options: (plot) => ({
      height: 70 + row * statements.length,
      marginLeft: 14,
      x: {
        label: "probability that the next seed breaks it",
        domain: [0, end],
        grid: true,
        ticks: 5,
        tickFormat: percentTick,
      },
      y: { type: "band", axis: null, domain: statements.map((_, i) => i) },
      marks: [
        plot.barX(statements, {
          x1: 0,
          x2: ({ upperBound }: CertifiedStatement) => upperBound,
          y: (_: CertifiedStatement, i: number) => i,
          fill: KEPT,
          fillOpacity: 0.3,
          insetTop: 42,
          insetBottom: 10,
        }),
        plot.tickX(statements, {
          x: ({ failures, runs }: CertifiedStatement) => (runs > 0 ? failures / runs : Number.NaN),
          y: (_: CertifiedStatement, i: number) => i,
          stroke: KEPT,
          strokeWidth: 3,
          insetTop: 40,
          insetBottom: 8,
        }),
        plot.ruleX([delta], { stroke: "currentColor", strokeWidth: 1.5, strokeDasharray: "6 4" }),
        plot.text(statements, {
          x: 0,
          y: (_: CertifiedStatement, i: number) => i,
          text: ({ label, upperBound, certified }: CertifiedStatement) =>
            `${label}:\nat most ${percentText(upperBound)}, ${certified ? "certified" : "not certified"}`,
          textAnchor: "start",
          dy: -14,
          lineHeight: 1.2,
          ...halo,
          textOverflow: "ellipsis",
          lineWidth: 30,
        }),
      ],
    }),
  });
}

function evidence({ seeds, confidence }: CertificateSection): Promise<string> {
  const enough = 1 / (1 - confidence);
  const path = seeds.flatMap(({ eValue }, i) => (isPositive(eValue) ? [{ run: i + 1, value: eValue }] : []));
  const values = [...path.map(({ value }) => value), enough, 1];
  const low = Math.min(...values) / 1.3;
  const high = Math.max(...values) * 1.3;
  return drawPanel({
    title: "Evidence for the promise, seed by seed",
    description: `Evidence against a broken promise, logarithmic: ${significantText(path.at(-1)?.value)} after ${countText(path.at(-1)?.run)} seeds, enough at ${significantText(enough)}.`,
    hasData: path.length > 0,
    options: (plot) => ({
      x: { label: "seeds trained", domain: [0, seeds.length + 1], ticks: wholeTicks(seeds.length) },
      y: {
        type: "log",
        label: "evidence (e-value)",
        grid: true,
        domain: [low, high],
        ticks: logTicks(low, high),
        tickFormat: numberTick,
      },
      marks: [
        plot.ruleY([enough], { stroke: "currentColor", strokeWidth: 1.5, strokeDasharray: "6 4" }),
        plot.line([{ run: 0, value: 1 }, ...path], {
          x: "run",
          y: "value",
          stroke: KEPT,
          strokeWidth: 2,
          curve: "step-after",
        }),
      ],
    }),
  });
}

/** About five whole numbers up to a count. */
function wholeTicks(count: number): number[] {
  const stride = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((step) => count / step <= 6) ?? Math.ceil(count / 6);
  return Array.from({ length: Math.floor(count / stride) + 1 }, (_, i) => i * stride);
}

function isNumber(value: number | null | undefined): value is number {
  return value !== null && value !== undefined && Number.isFinite(value);
}

function isPositive(value: number | null): value is number {
  return isNumber(value) && value > 0;
}
