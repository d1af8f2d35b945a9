/**
 * @file A logarithmic axis with some air around its values.
 */

import type { ScaleOptions } from "@observablehq/plot";
import { logTicks, numberTick } from "./panel.js";

/** The axis spans at least this factor, so that what stands still looks level. */
const LEAST_SPAN = 3;

/** The axis and its ends. */
export interface LogAxis {
  readonly low: number;
  readonly high: number;
  readonly scale: ScaleOptions;
}

/**
 * Makes the axis.
 * @param label text at the axis
 * @param values those that must fit; the ones that are not positive and finite are left out
 * @returns null without values
 */
export function logAxis(label: string, values: readonly number[]): LogAxis | null {
  const shown = values.filter((value) => value > 0 && Number.isFinite(value));
  if (shown.length === 0) return null;
  const least = Math.min(...shown);
  const most = Math.max(...shown);
  const air = Math.max((most / least) ** 0.06, Math.sqrt(Math.max(1, LEAST_SPAN / (most / least))));
  const low = least / air;
  const high = most * air;
  const scale = {
    type: "log",
    label,
    grid: true,
    domain: [low, high],
    ticks: logTicks(low, high),
    tickFormat: numberTick,
  };
  return { low, high, scale: scale as ScaleOptions };
}
