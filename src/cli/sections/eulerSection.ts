/** @file The page of `verify euler`: error against the step size, on the grid and between grid points. */

import { significantText } from "../../report/numberText.js";
import type { SlopeSection } from "../../report/theoryData.js";
import type { EulerResult } from "../../theory/euler.js";
import { CONFIDENCE } from "../../theory/verdict.js";
import { rateSeries } from "./rateSeries.js";

/**
 * The section of an experiment on the Euler scheme.
 * @param result what was measured
 * @param settings the flags that it was measured with
 */
export function eulerSection(
  { grid, gridOrderOne, fixedTime, limit, verdict }: EulerResult,
  settings: {
    alpha: number;
    noise: string;
    seeds: number;
    particles: number;
    horizon: number;
    brokenNoise: boolean;
    seconds: number;
  },
): SlopeSection {
  const { alpha, noise, seeds, particles, horizon, brokenNoise, seconds } = settings;
  const label = brokenNoise ? "noise scaled by η on purpose" : "same noise path";
  const axes = { xLabel: "step size η", yLabel: "distance to the fine scheme" };
  const law = `Kolmogorov distance ${limit.distance.toPrecision(2)}, bound ${limit.bound.toPrecision(2)}`;
  return {
    kind: "euler",
    title: "Strong error of the Euler scheme",
    protocol:
      `${seeds} systems of ${particles} particles up to time ${horizon}, ${significantText(seconds)} seconds. On the grid, order one is ` +
      `${gridOrderOne.verdict}; the verdict there is about the proved bound. Without interaction the limit must have the law of an ` +
      `Ornstein–Uhlenbeck process: it ${limit.agrees ? "has" : "has not"} (${law}).`,
    ...{ alpha: noise === "gaussian" ? 2 : alpha, noise, confidence: CONFIDENCE, verdict },
    statements: [
      {
        ...axes,
        label: "On the grid",
        verdict: grid.verdict,
        measured: rateSeries(label, grid.rate, gridOrderOne.claim.exponent),
        controls: [],
        bound: grid.claim.exponent,
      },
      {
        ...axes,
        label: "Between grid points",
        verdict: fixedTime.verdict,
        measured: rateSeries(label, fixedTime.rate, fixedTime.claim.exponent),
        controls: [],
      },
    ],
  };
}
