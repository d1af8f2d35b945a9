/**
 * @file What training does to a heavy-tailed start: the growth of every unit of a ReLU network on ECG5000 beside the bounds of
 * docs/theory/heavy-start.md. `node experiments/heavyStart.js DIR`, the folder of the data.
 */
import { loadDataset } from "../dist/disk/data.js";
import { keyFromSeed } from "../dist/math/random/key.js";
import { networkLogits } from "../dist/model/evaluate.js";
import { spectralNormBound } from "../dist/prune/spectralNorm.js";
import { resolveTrainConfig } from "../dist/train/config.js";
import { initialNetwork } from "../dist/train/initialise.js";
import { train } from "../dist/train/train.js";

const [dir] = process.argv.slice(2);
if (dir === undefined) {
  console.error("usage: node experiments/heavyStart.js DIR");
  process.exit(2);
}
const width = 2000;
const units = 16;
const kept = 64;
const [learningRate, steps] = [0.1, 300];
const session = { threads: 1 };
const dataset = await loadDataset(`ecg5000:${dir}`, { key: keyFromSeed(0) });
const { train: split, features, classes } = dataset;
const { rows } = split;
const all = Int32Array.from({ length: rows }, (_, r) => r);
const inputNorm = spectralNormBound(split.features, features, all);

/** ‖G‖₂ ‖X‖₂ / rows at some weights, G the loss's slopes in the logits. */
async function slopeBound(network) {
  const slopes = await networkLogits(network, split.features, session);
  for (let r = 0; r < rows; r++) {
    const row = slopes.subarray(r * classes, (r + 1) * classes);
    const top = Math.max(...row);
    const sum = row.reduce((total, value) => total + Math.exp(value - top), 0);
    for (let c = 0; c < classes; c++) row[c] = Math.exp(row[c] - top) / sum - (c === split.labels[r] ? 1 : 0);
  }
  return (spectralNormBound(slopes, classes, all) * inputNorm) / rows;
}

/** The norms of what goes into each unit and of what comes out. */
function norms({ layers: [hidden, output] }) {
  const n = hidden.outputs;
  const into = (i) => Math.hypot(...hidden.weight.subarray(i * hidden.inputs, (i + 1) * hidden.inputs));
  const out = (i) => Math.hypot(...Array.from({ length: classes }, (_, c) => output.weight[c * n + i]));
  return Array.from({ length: n }, (_, i) => [into(i), out(i)]);
}

/** Tail index of falling sizes: −1 over the slope of log size against log rank, by least squares over ranks m … n. */
function tailIndex(sizes) {
  const falling = [...sizes].sort((a, b) => b - a);
  const points = falling.slice(units - 1).map((size, j) => [Math.log(units + j), Math.log(size)]);
  const mean = (at) => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const covariance = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return -points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0) / covariance;
}

/** The share of Σ‖w‖‖a‖ that lies outside its `kept` largest terms. */
function lost(pairs) {
  const rising = pairs.map(([into, out]) => into * out).sort((a, b) => a - b);
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  return sum(rising.slice(0, -kept)) / sum(rising);
}

const largest = Math.max(
  ...Array.from(all, (r) => Math.hypot(...split.features.subarray(r * features, (r + 1) * features))),
);
const bound = (Math.SQRT2 * inputNorm) / Math.sqrt(rows);
console.log(
  `${rows} rows, n ${width}, m ${units}, η ${learningRate}, ${steps} steps of all rows, t ${learningRate * steps}`,
);
console.log(
  `max‖x‖ ${largest.toFixed(2)}, B = √2‖X‖₂/√rows = ${bound.toFixed(2)}, ηB ${(learningRate * bound).toFixed(2)}`,
);
for (const initTail of [0.5, 1, 1.5]) {
  for (const seed of [1, 2, 3]) {
    const options = { width, initTail, initUnits: units, learningRate, steps, batch: rows, evalEvery: 1, seed };
    const start = initialNetwork(resolveTrainConfig(options), { inputs: features, classes }, keyFromSeed(seed));
    const factors = [1, 1];
    const follow = async (network) => {
      const step = learningRate * (await slopeBound(network));
      factors[0] *= Math.max(0, 1 - step);
      factors[1] *= 1 + step;
    };
    await follow(start);
    const { network, final } = await train(dataset, options, {
      ...session,
      onEvaluation: async ({ step }, state) => void (step < steps && (await follow(state.network))),
    });
    const [before, after] = [norms(start), norms(network)];
    const sizes = (pairs) => pairs.map(([into, out]) => into + out);
    const [first, last] = [sizes(before), sizes(after)];
    const growth = last.map((size, i) => size / first[i]).sort((a, b) => a - b);
    const digits = (values, count = 3) => values.map((value) => value.toPrecision(count)).join(" – ");
    console.log(
      [
        `α ${initTail}, seed ${seed}: loss ${final.trainLoss.toPrecision(3)}`,
        `accuracy ${digits([final.trainAccuracy, final.testAccuracy])}`,
        `growth ${digits([growth[0], growth[width / 2], growth.at(-1)])}`,
        `proved for this run ${digits(factors)}`,
        `tail index ${digits([tailIndex(first), tailIndex(last)])}`,
        `outside ${kept} units ${digits([lost(before), lost(after)])}`,
      ].join("; "),
    );
  }
}
