/** @file The page of `plan`: widths against kept fractions for several tail indexes, and error quantiles. */

import { widthText } from "../../report/numberText.js";
import type { Fact, PlanSection, WidthCurve, WidthPoint } from "../../report/theoryData.js";
import type { QuantileComparison, WidthAnswer } from "../../theory/plan/curve.js";
import type { DriftMeasure } from "../../theory/plan/drift.js";
import { mostWeights, type Plan, type PlanQuestion, type WidthReport } from "../../theory/plan/plan.js";
import { percent } from "../table.js";

/** What the section is made from. */
export interface PlanFindings {
  readonly title: string;
  readonly question: PlanQuestion;
  readonly plan: Plan;
  /** Answers over kept fractions for several tail indexes, the question's among them. */
  readonly curves: readonly { readonly alpha: number; readonly answers: readonly WidthAnswer[] }[];
  readonly quantiles: readonly QuantileComparison[];
  readonly facts: readonly Fact[];
}

/** The section of a plan. The answer at the promise itself stands on its curve with the simulated width. */
export function planSection({ title, question, plan, curves, quantiles, facts }: PlanFindings): PlanSection {
  const { law, promise, drift } = question;
  const answer = answerOf(plan, promise.keptFraction);
  const curve = (alpha: number, answers: readonly WidthAnswer[]): WidthCurve => ({
    alpha,
    points: answers.map(({ keptFraction, log10Width, log10RigorousWidth }) =>
      alpha === law.alpha && keptFraction === promise.keptFraction
        ? answer
        : { keptFraction, asymptotic: log10Width, rigorous: log10RigorousWidth, simulated: null },
    ),
  });
  const { method, failure } = plan.bounds;
  return {
    ...{ kind: "plan", title, alpha: law.alpha, ...promise, status: plan.status, width: plan.log10Width, answer },
    protocol: [
      `Columns: noise of scale ${round(law.noiseScale)}, beside initial weights of standard deviation ${round(law.initStd)}.`,
      ...(drift > 0 ? [`Widths allow for the worst that a drift of ${round(drift)} can do.`] : []),
      ...(method === "quadrature" ? [] : [`The proof's sampled bounds are wrong with probability ${failure}.`]),
      ...(plan.monteCarlo ? [`Simulated: ${plan.monteCarlo.replicates} networks of each width.`] : []),
    ].join(" "),
    widest: Math.log10(mostWeights / law.inputs),
    curves: curves.map(({ alpha, answers }) => curve(alpha, answers)),
    quantiles: quantiles.map(({ width, points }) => ({ label: `n = ${width}`, points })),
    facts,
  };
}

function answerOf({ formula, log10RigorousWidth, monteCarlo }: Plan, keptFraction: number): WidthPoint {
  const certified = log10RigorousWidth ?? Number.POSITIVE_INFINITY;
  const point = { keptFraction, asymptotic: formula.log10Width, rigorous: certified };
  if (!monteCarlo) return { ...point, simulated: null };
  const { width, standardError } = monteCarlo;
  return {
    ...{ ...point, simulated: Math.log10(width) },
    // The derivative of log10.
    simulatedError: standardError === null ? null : standardError / (width * Math.LN10),
  };
}

/** What the plan says beside its widths. */
export function planFacts({ formula, gaussianError, driftLowerLog10Width }: Plan): Fact[] {
  const sampling = 100 * Math.expm1(formula.log10StandardError * Math.LN10);
  const checked = formula.checked ? "within 6 %" : "was not checked here";
  return [
    {
      label: "The formula's width",
      value: sampling > 0 ? `${checked}, sampling ± ${sampling.toPrecision(2)} %` : checked,
    },
    { label: "Relative error of a wide Gaussian matrix", value: gaussianError },
    ...(driftLowerLog10Width === null
      ? []
      : [{ label: "Too narrow whatever the drift does", value: `below ${widthText(driftLowerLog10Width)}` }]),
  ];
}

/** What a width promises. @param largestAlpha in words */
export function widthFacts(report: WidthReport, largestAlpha: string): Fact[] {
  const { width, monteCarlo } = report;
  const risk = `Risk of breaking it at width ${width}`;
  const prunable = `Units that can go at squared error 0.1, width ${width}`;
  const simulated = (label: string, value: number, error: number): Fact => ({
    ...{ label: `${label}, simulated`, value: `${percent(value)} ± ${percent(error)}` },
  });
  return [
    { label: `Least fraction kept at width ${width}`, value: percent(report.keptFraction) },
    { label: `Largest α at width ${width}`, value: largestAlpha },
    { label: `${risk}, by the formula`, value: percent(report.failure) },
    { label: `${risk}, proved`, value: `at most ${percent(report.rigorousFailure)}` },
    ...(monteCarlo ? [simulated(risk, monteCarlo.failure, monteCarlo.failureStandardError)] : []),
    { label: `${prunable}, by the formula`, value: percent(report.prunedFraction) },
    ...(monteCarlo ? [simulated(prunable, monteCarlo.prunedFraction, monteCarlo.prunedFractionStandardError)] : []),
  ];
}

/** A layer of a run: what was predicted for its noise, and what its columns are. */
export interface RunLayer {
  readonly width: number;
  readonly predicted: WidthReport;
  readonly measured: DriftMeasure;
  readonly planWithDrift: Plan;
}

/** Prediction beside measurement. */
export function runFacts({ width, predicted, measured, planWithDrift }: RunLayer): Fact[] {
  const { errorQuantiles, prunedFraction } = predicted.monteCarlo ?? predicted;
  const [low, median, high] = errorQuantiles.map(round);
  const [least, most] = measured.bounds.map(round);
  const prunable = `Units of ${width} that can go at squared error 0.1`;
  return [
    { label: "Relative error predicted, noise alone", value: median! },
    { label: "of 90 % of networks", value: `${low} to ${high}` },
    { label: "Relative error of this run's noise alone", value: measured.pureNoiseRelativeError },
    { label: "Relative error of the trained columns", value: measured.relativeError },
    { label: "proved from the drift", value: `${least} to ${most}` },
    { label: `${prunable}, predicted`, value: percent(prunedFraction) },
    { label: `${prunable}, this run's noise alone`, value: percent(measured.pureNoisePrunedFraction) },
    { label: `${prunable}, trained`, value: percent(measured.prunedFraction) },
    { label: "Root mean square drift of a norm", value: measured.drift },
    { label: "Width with this drift at its worst", value: widthText(planWithDrift.log10Width) },
  ];
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
