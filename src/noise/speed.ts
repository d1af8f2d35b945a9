/** @file How fast this machine makes noise, for the environment report. */

import { keyFromSeed } from "../math/random/key.js";
import { createKernels } from "../runtime/kernels/kernels.js";
import { levyNoise } from "./noise.js";

const rows = 500;
const columns = 784;
const repeats = 15;

/**
 * Times type II noise at α = 1.75 added to a matrix.
 * @returns nanoseconds a sample, the median of 15 runs
 */
export function measureNoise(): number {
  const kernels = createKernels({ bytes: 4 * rows * columns });
  const weight = kernels.allocate(rows * columns);
  const noise = levyNoise({ kind: "coordinate", alpha: 1.75, sigma: 1, convention: "unit" }).increment(
    1,
    keyFromSeed(0),
  );
  const times = Array.from({ length: repeats + 1 }, () => {
    const started = performance.now();
    kernels.update(weight, null, { rows, learningRate: 0, noise });
    return performance.now() - started;
  });
  // The first run builds the table of the law.
  const sorted = times.slice(1).sort((a, b) => a - b);
  return (sorted[repeats >> 1]! * 1e6) / weight.length;
}
