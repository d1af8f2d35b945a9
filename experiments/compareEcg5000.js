/**
 * @file The recipes of `compare.js` on ECG5000, all five classes: 500 training rows in full batches.
 * `heavytail compare experiments/compareEcg5000.js --data ecg5000:DIR`.
 */

import images from "./compare.js";

const steps = 1000;
/** Penalties and noise for 140 inputs and this learning rate. */
const changed = {
  "isotropic α 2": { sigma: 0.003 },
  "radial α 2, decay 0.01": { sigma: 0.003 },
  "node α 1.75": { sigma: 0.003 },
  "coordinate α 1.75": { sigma: 0.003 },
  "isotropic α 1.75": { sigma: 0.003 },
  "radial α 1.2, decay 0.01": { sigma: 0.001 },
  "pruned in 8 rounds": { steps: 500 },
  direct: { steps: 1150 },
};
/** Rounds share 650 steps, so that all recipes have 1150 with their fine-tuning. */
const rounds = images.variants
  .find(({ label }) => label === "pruned in 8 rounds")
  .prune.map((level) => ({ ...level, fineTune: { steps: 650, learningRate: 0.1 } }));

export default {
  ...images,
  name: "compareEcg5000",
  description:
    "ECG5000, 5 classes, 1000 ReLU units, learning rate 0.1, full batches, 1000 steps; fine-tuning 150 steps at 0.1",
  data: "ecg5000:../data/ecg5000",
  base: { ...images.base, learningRate: 0.1, learningRateSchedule: { kind: "constant" }, steps },
  variants: images.variants.map(({ learningRateSchedule: _, ...variant }) => ({
    ...variant,
    ...changed[variant.label],
    ...(variant.label === "pruned in 8 rounds" && { prune: rounds }),
  })),
};
