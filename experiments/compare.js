/**
 * @file Which way of training gives the best network of a given size: every recipe × size × finish, five seeds. For 28 × 28
 * images: `heavytail compare experiments/compare.js`, or with `--data idx:DIR`.
 */

const units = [8, 16, 32, 64, 128, 256];
const steps = 600;
const fineTune = { steps: 150, learningRate: 0.1 };
const by = "contribution";

/** Every size as cut, refitted, and fine-tuned; some with a short cut, which takes longest. */
const prune = units.flatMap((units) => [
  { units, by },
  { units, by, refit: "units" },
  ...([16, 64, 256].includes(units) ? [{ units, by, refit: "skip" }] : []),
  { units, by, refit: "units", fineTune },
]);
/** Noise that is gone for the last third of the training. */
const early = { annealFrom: 0.5, annealTo: 0.7 };
const decay = { weightDecay: 0.01 };
/** The rate falls once, or penalties keep runs restless to the end. */
function falling(every) {
  return { kind: "step", every, factor: 0.3 };
}

export default {
  name: "compare",
  description:
    "MNIST, 1000 ReLU units, batches of 500, 400 steps of rate 0.3 and 200 of 0.09; fine-tuning 150 steps at 0.1",
  data: "mnist",
  base: { width: 1000, learningRate: 0.3, learningRateSchedule: falling(400), batch: 500, steps, evalEvery: 1_000_000 },
  seeds: { from: 1, count: 5 },
  prune,
  variants: [
    { label: "plain SGD", prune: [...prune, ...units.map((units) => ({ units, by: "norm" }))] },
    { label: "weight decay 0.01", ...decay },
    { label: "group lasso 0.003", groupLasso: 0.003 },
    { label: "group lasso 0.01", groupLasso: 0.01 },
    { label: "isotropic α 2", noise: "isotropic", alpha: 2, sigma: 0.001, ...early },
    { label: "radial α 2, decay 0.01", noise: "radial", alpha: 2, sigma: 0.001, ...decay, ...early },
    { label: "node α 1.75", noise: "node", alpha: 1.75, sigma: 0.0005, ...early },
    { label: "coordinate α 1.75", noise: "coordinate", alpha: 1.75, sigma: 0.0005, ...early },
    { label: "isotropic α 1.75", noise: "isotropic", alpha: 1.75, sigma: 0.001, ...early },
    { label: "radial α 1.2, decay 0.01", noise: "radial", alpha: 1.2, sigma: 0.0003, ...decay, ...early },
    { label: "start α 1, 16 units", initTail: 1, initUnits: 16 },
    { label: "start α 0.5, 16 units", initTail: 0.5, initUnits: 16 },
    { label: "start α 0.35, 32 units", initTail: 0.35, initUnits: 32 },
    {
      label: "pruned in 8 rounds",
      steps: 300,
      learningRateSchedule: falling(1000),
      prune: units.map((units) => ({ units, by, rounds: 8, fineTune: { steps: 450, learningRate: 0.2 } })),
    },
    // As many steps as the others with their fine-tuning.
    ...units.map((width) => ({
      label: "direct",
      width,
      steps: 750,
      learningRateSchedule: falling(500),
      prune: [{ keptFraction: 1, by }],
    })),
  ],
};
