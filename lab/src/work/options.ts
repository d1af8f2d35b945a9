/** @file Settings as a configuration of `train`: what runs here, and what the command line is told. */

import type { TrainOptions } from "heavytail";
import { isPlane, type Settings } from "../state/settings.js";

/**
 * The configuration of the run with noise.
 * @param settings the visitor's
 * @returns options of `train`; all but the digits get biases: without them a boundary in the plane is a ray from the origin
 */
export function trainOptions(settings: Settings) {
  const { data, noise, alpha, sigma, initTail, initUnits, width, learningRate, batch, seed, steps } = settings;
  return {
    ...{ width, noise, alpha, sigma, learningRate, batch, seed, steps },
    ...(initTail > 0 && { initTail, initUnits }),
    bias: data !== "digits",
    evalEvery: roundSteps(data),
  } satisfies TrainOptions;
}

/** The configuration of the plain run: the same without noise, all units alike at the start. */
export function plainOptions(settings: Settings) {
  return trainOptions({ ...settings, noise: "none", initTail: 0 });
}

/** Steps between two evaluations. */
export function roundSteps(data: Settings["data"]): number {
  return isPlane(data) ? 5 : 10;
}
