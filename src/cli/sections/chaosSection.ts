/** @file The page of `verify chaos`: error against the number of particles, with the control beside it. */

import { decimalText, significantText } from "../../report/numberText.js";
import type { SlopeSection } from "../../report/theoryData.js";
import type { ChaosResult } from "../../theory/chaos.js";
import { CONFIDENCE } from "../../theory/verdict.js";
import { rateSeries } from "./rateSeries.js";

/**
 * The section of an experiment on propagation of chaos.
 * @param result what was measured
 * @param settings the flags that it was measured with
 */
export function chaosSection(
  { rate, claim, verdict, control, controlHolds }: ChaosResult,
  settings: {
    alpha: number;
    noise: string;
    seeds: number;
    referenceParticles: number;
    horizon: number;
    step: number;
    uncoupled: boolean;
    seconds: number;
  },
): SlopeSection {
  const { alpha, noise, seeds, referenceParticles, horizon, step, uncoupled, seconds } = settings;
  const label = uncoupled ? "coupling broken on purpose" : "shared noise";
  return {
    kind: "chaos",
    title: "Propagation of chaos",
    protocol:
      `${seeds} seeds, a reference of ${referenceParticles} particles, time ${horizon} in steps of ${step}, ${significantText(seconds)} seconds. ` +
      `A slope of ${decimalText(claim.exponent + claim.margin, 2)} or less counts as fast enough. The control's slope must be 0: it ${controlHolds ? "is" : "is not"}.`,
    ...{ alpha: noise === "gaussian" ? 2 : alpha, noise, confidence: CONFIDENCE, verdict },
    statements: [
      {
        label: "Mean over units of the largest distance",
        verdict,
        measured: rateSeries(label, rate, claim.exponent),
        controls: [rateSeries("independent noise", control, 0)],
        xLabel: "units n",
        yLabel: "distance to the large network",
      },
    ],
  };
}
