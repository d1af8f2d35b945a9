/**
 * @file Each statement's result in a sentence, computed from its data and true whichever way it went, with its verdict.
 */

import {
  chosenPercentText,
  countText,
  decimalText,
  intervalText,
  percentText,
  significantText,
  widthText,
} from "./numberText.js";
import type {
  CertificateSection,
  GeneralisationSection,
  InspectSection,
  PlanSection,
  SlopeSection,
  SlopeSeries,
  TheorySection,
} from "./theoryData.js";

/** A verdict in words, and whether it is what the promise or the theory hopes for. */
export interface TheoryVerdict {
  readonly text: string;
  readonly tone: "good" | "open" | "bad";
}

/** The result of a section; all texts. */
export interface TheoryHeadline {
  readonly sentence: string;
  /** The numbers that the sentence stands on, or "". */
  readonly details: string;
  /** null where nothing was to be decided. */
  readonly verdict: TheoryVerdict | null;
}

/**
 * States the result of a section.
 * @param section any kind
 * @returns texts
 */
export function theoryHeadline(section: TheorySection): TheoryHeadline {
  switch (section.kind) {
    case "plan":
      return planHeadline(section);
    case "certificate":
      return certificateHeadline(section);
    case "inspect":
      return inspectHeadline(section);
    case "generalisation":
      return generalisationHeadline(section);
    default:
      return slopeHeadline(section);
  }
}

const TONES = { supported: "good", inconclusive: "open", refuted: "bad" } as const;

const FINDINGS: Readonly<Record<SlopeSection["kind"], Readonly<Record<SlopeSection["verdict"], string>>>> = {
  chaos: {
    supported: "Networks approach the endless network at the rate that theory gives.",
    inconclusive: "Whether networks approach the endless network at the rate that theory gives remains open.",
    refuted: "These networks do not approach the endless network at the rate that theory gives.",
  },
  euler: {
    supported: "Training in steps approaches continuous time at the rate that theory gives.",
    inconclusive: "Whether training in steps approaches continuous time at the rate that theory gives remains open.",
    refuted: "These steps do not approach continuous time at the rate that theory gives.",
  },
  compressibility: {
    supported: "The wider the network, the less a cut costs, and only with heavy tails.",
    inconclusive: "Whether a cut costs less in wider networks, and only with heavy tails, remains open.",
    refuted: "That a cut costs less in wider networks, and only with heavy tails, is not what was measured.",
  },
};

function slopeHeadline({ kind, alpha, noise, confidence, verdict, statements }: SlopeSection): TheoryHeadline {
  if (statements.length === 0) return nothing("Nothing was measured.");
  const results = statements.map(({ label, measured, controls }) => {
    const predicted = measured.predicted === null ? "" : `, predicted ${decimalText(measured.predicted, 3)}`;
    const beside = controls.map((control) => `; ${control.label}, for comparison: ${slopeText(control)}`);
    return `${label}: slope ${slopeText(measured)}${predicted}${beside.join("")}.`;
  });
  return {
    sentence: FINDINGS[kind][verdict],
    details: `${results.join(" ")} Noise: ${noise}, α = ${alpha}. In brackets: ${chosenPercentText(confidence)} intervals.`,
    verdict: { text: verdict, tone: TONES[verdict] },
  };
}

function slopeText({ slope, interval }: SlopeSeries): string {
  return interval ? `${decimalText(slope, 3)} (${intervalText(interval, 3)})` : decimalText(slope, 3);
}

function nothing(sentence: string): TheoryHeadline {
  return { sentence, details: "", verdict: null };
}

function planHeadline({
  alpha,
  keptFraction,
  relativeError,
  confidence,
  status,
  ...section
}: PlanSection): TheoryHeadline {
  const kept = `${chosenPercentText(keptFraction)} of the hidden units`;
  const { answer } = section;
  const answers = (
    [
      ["by the formula", answer.asymptotic],
      ["proved", answer.rigorous],
      ["simulated", answer.simulated],
    ] as const
  ).flatMap(([by, width]) => (width === null ? [] : [`${by} ${widthText(width)}`]));
  const width = widthText(section.width);
  const sentences = {
    attainable: `At width ${width}, ${kept} are enough.`,
    unattainable: `No real network is wide enough to do with ${kept}: it would take a width of ${width}.`,
    trivial: `No heavy tail is needed: with ${kept} a Gaussian matrix keeps this promise too.`,
  };
  const tones = { attainable: "good", unattainable: "bad", trivial: "open" } as const;
  return {
    sentence: sentences[status],
    details:
      `Promise: relative error of the weights at most ${significantText(relativeError)} with confidence ` +
      `${chosenPercentText(confidence)}, α = ${alpha}. Width needed: ${answers.join(", ") || "not computed"}.`,
    verdict: { text: status, tone: tones[status] },
  };
}

function certificateHeadline({ statements, seeds, delta, confidence, ...promise }: CertificateSection): TheoryHeadline {
  const first = statements[0];
  if (!first) return nothing("Nothing was certified: there are no statements.");
  const { failures, runs, upperBound, certified } = first;
  const diverged = seeds.filter(({ relativeSquaredError }) => relativeSquaredError === null).length;
  const lost = diverged === 0 ? "" : ` (${countText(diverged)} diverged)`;
  return {
    sentence:
      `${countText(failures)} of ${countText(runs)} seeds broke the promise${lost}: a fresh seed breaks it with probability at most ` +
      `${percentText(upperBound)} (allowed: ${chosenPercentText(delta)}).`,
    details:
      `Promise: relative squared error of the weights at most ${significantText(promise.relativeSquaredError)} with ` +
      `${chosenPercentText(promise.keptFraction)} of the hidden units kept. Confidence ${chosenPercentText(confidence)}.`,
    verdict: certified ? { text: "certified", tone: "good" } : { text: "not certified", tone: "open" },
  };
}

function inspectHeadline({ layers, model, confidence }: InspectSection): TheoryHeadline {
  const measured = layers.filter(({ tailIndex }) => tailIndex !== null && Number.isFinite(tailIndex));
  if (measured.length === 0) return nothing(`No layer of ${model} has a tail index.`);
  const heavy = measured.filter(({ excludesTwo }) => excludesTwo).length;
  const fractions = layers.map((layer) => layer.prunedFractionAt10).filter((fraction) => fraction !== null);
  const range = [Math.min(...fractions), Math.max(...fractions)].map(percentText);
  const prunable = range[0] === range[1] ? range[0] : `${range[0]} to ${range[1]}`;
  return {
    sentence: `In ${heavy} of ${measured.length} layers of ${model} a Gaussian tail can be excluded.`,
    details:
      (fractions.length === 0 ? "" : `At a relative squared error of 0.1, ${prunable} of a layer's columns can go. `) +
      `Confidence ${chosenPercentText(confidence)} for each layer.`,
    verdict: null,
  };
}

function generalisationHeadline({ runs, guessError, confidence }: GeneralisationSection): TheoryHeadline {
  const bounded = runs.flatMap(({ label, points }) =>
    points.map((point) => ({ label, ...point, bound: point.bound ?? Number.NaN })),
  );
  const named = bounded.filter(({ bound }) => Number.isFinite(bound));
  if (named.length === 0) return nothing("No bound was computed.");
  const best = named.reduce((least, point) => (point.bound < least.bound ? point : least));
  const bound = percentText(best.bound);
  const says = best.bound < guessError;
  return {
    sentence: says
      ? `Training error and size alone prove at most ${bound} wrong answers on new examples.`
      : `The bound says nothing about these networks: it allows ${bound} wrong answers, and guessing makes ${chosenPercentText(guessError)}.`,
    details:
      `The lowest bound: ${best.label}, ${percentText(best.keptFraction)} of the units kept, confidence ${chosenPercentText(confidence)}. ` +
      `Measured there: ${percentText(best.testError)} wrong on the test set, ${percentText(best.trainError)} on the training set.`,
    verdict: says ? { text: "not vacuous", tone: "good" } : { text: "vacuous", tone: "open" },
  };
}
