/** @file A small data set made from a key, so that an experiment on trainings runs anywhere: two Gaussian clouds. */

import type { Dataset, Split } from "../dataset/dataset.js";
import { deriveKey, type Key } from "../math/random/key.js";
import { stream } from "../math/random/stream.js";
import { sampleGaussian } from "../math/stable/sample.js";

/** Inputs of a row, and rows of a split. */
const features = 4;
const rows = 100;

/**
 * Two clouds of unit variance around opposite centres, the classes in turn.
 * @param key decides the centres and the rows
 * @returns 100 rows to train on and 100 to test on, with 4 features
 */
export function syntheticClouds(key: Key): Dataset {
  const random = stream(deriveKey(key, "centre"));
  const centre = Array.from({ length: features }, () => sampleGaussian(random));
  const split = (name: string): Split => {
    const random = stream(deriveKey(key, name));
    const labels = Int32Array.from({ length: rows }, (_, r) => r % 2);
    const values = Float32Array.from(
      { length: rows * features },
      (_, i) => (labels[Math.floor(i / features)] ? 1 : -1) * centre[i % features]! + sampleGaussian(random),
    );
    return { rows, features: values, labels };
  };
  const facts = { name: "synthetic", features, classes: 2, classNames: ["0", "1"], shape: [features] };
  return { ...facts, standardisation: null, train: split("train"), test: split("test") };
}
