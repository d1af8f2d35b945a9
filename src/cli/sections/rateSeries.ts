/** @file A measured rate as a series of points with its slope. */

import type { SlopeSeries } from "../../report/theoryData.js";
import type { RateEstimate } from "../../theory/verdict.js";

/** The series of a rate. @param predicted the slope that theory gives */
export function rateSeries(label: string, { points, slope, interval }: RateEstimate, predicted: number): SlopeSeries {
  return { label, points: points.map(({ x, error }) => ({ x, y: error })), slope, interval, predicted };
}
