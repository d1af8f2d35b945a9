/** @file A small data set for tests: Gaussian clouds around class centres, drawn from a key. */

import type { Dataset, Split } from "../src/dataset/dataset.js";
import { deriveKey, keyFromSeed } from "../src/math/random/key.js";
import { stream } from "../src/math/random/stream.js";
import { sampleGaussian } from "../src/math/stable/sample.js";

/**
 * Clouds of unit variance around centres of standard deviation `spread`.
 * @param options sumToZero makes every row sum to zero, as z-normalised series do
 */
export function blobs({
  rows = 120,
  features = 6,
  classes = 3,
  spread = 2,
  seed = 5,
  sumToZero = false,
} = {}): Dataset {
  const key = keyFromSeed(seed);
  const centre = stream(deriveKey(key, "centres"));
  const centres = Float64Array.from({ length: classes * features }, () => spread * sampleGaussian(centre));
  const split = (name: string): Split => {
    const random = stream(deriveKey(key, name));
    const labels = Int32Array.from({ length: rows }, (_, r) => r % classes);
    const values = new Float32Array(rows * features);
    for (let r = 0; r < rows; r++) {
      const row = values.subarray(r * features, (r + 1) * features);
      for (let i = 0; i < features; i++) row[i] = centres[labels[r]! * features + i]! + sampleGaussian(random);
      const mean = row.reduce((sum, value) => sum + value, 0) / features;
      if (sumToZero) for (let i = 0; i < features; i++) row[i]! -= mean;
    }
    return { rows, features: values, labels };
  };
  const classNames = Array.from({ length: classes }, (_, c) => String(c));
  const facts = { name: "blobs", features, classes, classNames, shape: [features], standardisation: null };
  return { ...facts, train: split("train"), test: split("test") };
}
