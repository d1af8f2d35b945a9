/** @file Settings as a configuration of `train`: what runs here, and what the command line is told. */

import type { TrainOptions } from "heavytail";
import { isPlane, type Settings } from "../state/settings.js";

/**
 * The configuration of the run with noise.
 * @param settings the visitor's
 * @returns options of `train`; all but the digits get biases: without them a boundary in the plane is a ray from the origin
 */
export function trainOptions(settings: Settings) {
  const { data, noise, alpha, sigma, width, learningRate, batch, seed, steps } = settings;
  return {
    ...{ width, noise, alpha, sigma, learningRate, batch, seed, steps },
    bias: data !== "digits",
    evalEvery: roundSteps(data),
  } satisfies TrainOptions;
}

/** Steps between two evaluations. */
export function roundSteps(data: Settings["data"]): number {
  return isPlane(data) ? 5 : 10;
}
