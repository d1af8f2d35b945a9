/** @file For tests: networks of noise alone as whole matrices, by the noise that training uses, entry by entry. */
import { deriveKey, type Key } from "../../math/random/key.js";
import { levyNoise } from "../../noise/noise.js";
import { createKernels } from "../../runtime/kernels/kernels.js";
import type { ColumnHistory } from "./columnLaw.js";

/**
 * Squared column norms of a matrix of `width` rows: Gaussian entries, and one increment of the noise. Radial noise needs a
 * direction: every entry starts with a millionth of its scale.
 * @returns draws a matrix by its key; ascending, [width]
 */
export function matrixNorms(
  { kind, alpha, sigma, time, inputs, initStd, convention }: ColumnHistory,
  width: number,
): (key: Key) => Float64Array {
  const kernels = createKernels({ bytes: 4 * width * inputs });
  const weights = kernels.allocate(width * inputs);
  const initial = levyNoise({ kind: "gaussian", alpha: 2, sigma: initStd / Math.SQRT2, convention: "unit" });
  const noise = levyNoise({ kind, alpha, sigma, convention });
  return (key) => {
    weights.fill(kind === "radial" ? 1e-6 * sigma : 0);
    for (const increment of [initial.increment(1, deriveKey(key, "a")), noise.increment(time, deriveKey(key, "b"))]) {
      if (increment) kernels.update(weights, null, { rows: width, learningRate: 0, noise: increment });
    }
    const norms = new Float64Array(width);
    for (let row = 0, at = 0; row < width; row++) {
      for (let i = 0; i < inputs; i++, at++) norms[row]! += weights[at]! ** 2;
    }
    return norms.sort();
  };
}

/** E of a matrix with the k largest of its ascending squared norms kept. */
export function matrixError(sorted: Float64Array, kept: number): number {
  const total = sorted.reduce((sum, norm) => sum + norm, 0);
  return Math.sqrt(sorted.subarray(0, sorted.length - kept).reduce((sum, norm) => sum + norm, 0) / total);
}
