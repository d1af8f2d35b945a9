/**
 * @file Figure: errors on training and test set against the fraction of units kept, and what the size alone can promise.
 */

import type { ReportFigure } from "../html.js";
import { chosenPercentText, decimalText, percentText } from "../numberText.js";
import type { GeneralisationPoint, GeneralisationSection } from "../theoryData.js";
import { type Curve, curveMarks, keptAxis } from "./curveMarks.js";
import { areaSwatchHtml, dashes, keysHtml, lineSwatchHtml } from "./legend.js";
import { drawPanel, halo, percentTick } from "./panel.js";
import { seriesColour, swatchHtml } from "./series.js";

/**
 * Draws the errors, the gap between them, and the bound with the region where it says nothing.
 * @param section points without a kept fraction in (0, 1] are left out
 */
export async function generalisationFigure({
  runs,
  guessError,
  confidence,
  protocol,
}: GeneralisationSection): Promise<ReportFigure> {
  const curvesOf = (value: (point: GeneralisationPoint) => number | null): Curve[] =>
    runs.map(({ points }) => ({
      points: points.map((point) => ({ kept: point.keptFraction, value: value(point) ?? Number.NaN })),
      cut: null,
      full: null,
    }));
  const train = curvesOf((point) => point.trainError);
  const test = curvesOf((point) => point.testError);
  const gap = curvesOf((point) => point.testError - point.trainError);
  const bound = curvesOf((point) => point.bound);
  /** Of the networks that have a bound: the others' errors are not what it is about. */
  const bounded = curvesOf((point) => (point.bound === null ? null : point.testError));
  const axis = keptAxis(test);
  const thin = (curves: readonly Curve[]) =>
    curves.map(({ points }) =>
      points.filter(({ kept, value }) => kept > 0 && Number.isFinite(value)).toSorted((a, b) => a.kept - b.kept),
    );
  const ends = runs.map(endText).join(" ");
  const share = { grid: true, nice: true, ticks: 6, tickFormat: percentTick };

  const errors = await drawPanel({
    title: "Wrong answers",
    description: `Errors on training and test set against the fraction of units kept. ${ends}`,
    hasData: axis !== null,
    options: (plot) => ({
      x: axis!,
      y: { ...share, label: "share of wrong answers", zero: true },
      marks: [
        ...thin(train).map((points, run) =>
          plot.line(points, { x: "kept", y: "value", stroke: seriesColour(run), strokeDasharray: dashes.dashed }),
        ),
        ...test.flatMap((curve, run) => curveMarks(plot, curve, run)),
      ],
    }),
  });
  const gaps = await drawPanel({
    title: "Gap: test minus training",
    description: `Difference of the errors against the fraction of units kept. ${ends}`,
    hasData: axis !== null,
    options: (plot) => ({
      x: axis!,
      y: { ...share, label: "gap in wrong answers" },
      marks: [
        plot.ruleY([0], { stroke: "currentColor", strokeOpacity: 0.5 }),
        ...gap.flatMap((curve, run) => curveMarks(plot, curve, run)),
      ],
    }),
  });
  const panels = [errors, gaps];
  if (thin(bound).some((points) => points.length > 0)) {
    panels.push(
      await drawPanel({
        title: "Bound on the error of a new example",
        description: `Compression bound against the fraction of units kept; at ${chosenPercentText(guessError)} and above it is vacuous. ${ends}`,
        hasData: axis !== null,
        options: (plot) => ({
          x: axis!,
          y: { label: "share of wrong answers", grid: true, domain: [0, 1], ticks: 6, tickFormat: percentTick },
          marks: [
            plot.rectY([0], {
              x1: (axis!.domain as number[])[0]!,
              x2: 1,
              y1: guessError,
              y2: 1,
              fill: "currentColor",
              fillOpacity: 0.09,
            }),
            ...thin(bounded).map((points, run) =>
              plot.line(points, {
                x: "kept",
                y: "value",
                stroke: seriesColour(run),
                strokeDasharray: dashes.dotted,
                strokeWidth: 2,
              }),
            ),
            ...bound.flatMap((curve, run) => curveMarks(plot, curve, run)),
            plot.text(["vacuous: guessing does as well"], {
              x: Math.sqrt((axis!.domain as number[])[0]!),
              y: (guessError + 1) / 2,
              ...halo,
            }),
          ],
        }),
      }),
    );
  }
  return {
    title: "Size and generalisation",
    legend: keysHtml([
      ...runs.map(({ label }, index) => ({ swatch: swatchHtml(index), label })),
      { swatch: lineSwatchHtml("dashed"), label: "training set" },
      { swatch: lineSwatchHtml("dotted"), label: "test set, beside the bound" },
      { swatch: areaSwatchHtml(), label: "vacuous" },
    ]),
    panels,
    caption:
      "Errors and their gap are measured; from right to left the network keeps fewer units. The bound is proved, holds with confidence " +
      `${chosenPercentText(confidence)}, and uses nothing but the training error and the bits that the cut network is written in: where it lies in the shaded region it says nothing, ` +
      "however good the network is.",
    note: `The test set has no part in the bound. A low bound at small size and a low test error need not go together. ${protocol}`,
  };
}

function endText({ label, points }: GeneralisationSection["runs"][number]): string {
  const texts = points.map(
    (point) =>
      `${percentText(point.keptFraction)} kept: training ${percentText(point.trainError)}, test ${percentText(point.testError)}, bound ${decimalText(point.bound, 3)}`,
  );
  return `${label}: ${texts.join("; ")}.`;
}
