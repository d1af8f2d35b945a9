/** @file The page of `verify compressibility`: the error of a fixed cut against width, with its two controls. */

import { decimalText } from "../../report/numberText.js";
import type { Interval, SlopeSection, SlopeSeries, Verdict } from "../../report/theoryData.js";

/** Trainings over widths with one kind of noise. */
export interface WidthSeries {
  readonly name: "heavy" | "gaussian" | "none";
  readonly slope: number;
  readonly interval: Interval;
  readonly diverged: number;
  readonly points: readonly {
    readonly width: number;
    /** The median over seeds. */
    readonly relativeSquaredError: number;
    readonly interval: Interval | null;
    /** By the planner's formula, where it is about this noise. */
    readonly predicted: number | null;
  }[];
}

/** The experiment without its series. */
export interface CompressibilityFacts {
  readonly alpha: number;
  /** Of the first series; gaussian or none where the experiment was to be refuted. */
  readonly noise: string;
  readonly sigma: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly scaling: string;
  /** Name of the data. */
  readonly data: string;
  readonly keptFraction: number;
  readonly seeds: number;
  readonly confidence: number;
  readonly verdict: Verdict;
  /** The slope for great widths, and at these. */
  readonly predicted: number;
  readonly predictedAtWidths: number;
  readonly boundedDrift: boolean;
}

/**
 * The section of an experiment on compressibility.
 * @param series the noise in question, then the controls
 * @param facts settings and verdict
 */
export function compressibilitySection(
  series: readonly [WidthSeries, ...WidthSeries[]],
  facts: CompressibilityFacts,
): SlopeSection {
  const { alpha, noise, confidence, verdict, keptFraction, predictedAtWidths } = facts;
  const light = noise === "gaussian" || noise === "none";
  const asked = light ? `${noise === "none" ? "noiseless" : noise} on purpose` : `α\u00a0=\u00a0${alpha}`;
  const labels = { heavy: asked, gaussian: "α\u00a0=\u00a02", none: "no noise" };
  const [measured, ...controls] = series.map((each) =>
    slopeSeries(each, labels[each.name], each.name === "heavy" ? predictedAtWidths : 0),
  );
  return {
    ...{ kind: "compressibility", title: "Compressibility", protocol: protocolOf(series, facts) },
    ...{ alpha: light ? 2 : alpha, noise, confidence, verdict },
    statements: [
      {
        label: `Error with ${Number((100 * keptFraction).toPrecision(6))} % of the units kept`,
        verdict,
        measured: measured!,
        controls,
        xLabel: "width n",
        yLabel: "relative squared error",
      },
    ],
  };
}

function slopeSeries({ points, slope, interval }: WidthSeries, label: string, predicted: number): SlopeSeries {
  const prediction = points.flatMap((point) =>
    point.predicted === null ? [] : [{ x: point.width, y: point.predicted }],
  );
  return {
    ...{ label, slope, interval, predicted },
    points: points.map((point) => ({ x: point.width, y: point.relativeSquaredError, interval: point.interval })),
    ...(prediction.length > 0 && { prediction }),
  };
}

function protocolOf(series: readonly WidthSeries[], facts: CompressibilityFacts): string {
  const { seeds, steps, learningRate, scaling, sigma, data, predicted, boundedDrift } = facts;
  const diverged = series.reduce((sum, each) => sum + each.diverged, 0);
  return [
    `${seeds} trainings at each width on ${data}, ${steps} steps of ${learningRate}, σ = ${sigma}, ${scaling} scaling.`,
    `Marks are medians over seeds; slopes are means over seeds. For great widths the slope tends to ${decimalText(predicted, 3)}.`,
    ...(boundedDrift
      ? []
      : ["The output layer is trained, so the drift has no bound and the prediction is only a guide."]),
    ...(diverged > 0 ? [`${diverged} diverged.`] : []),
  ].join(" ");
}
