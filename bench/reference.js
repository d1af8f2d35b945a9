/**
 * @file Both sides of the ECG5000 table: what the authors' program gives (reference/ecg5000.json) and what heavytail
 * gives in the same setting. `npm run bench:reference -- DIR [--seeds N] [--json]`, DIR the folder of ECG5000.
 */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { progress } from "../dist/cli/progress.js";
import { table } from "../dist/cli/table.js";
import { compactNetwork } from "../dist/compact/compact.js";
import { loadDataset } from "../dist/disk/data.js";
import { keyFromSeed } from "../dist/math/random/key.js";
import { summary } from "../dist/math/stats/summary.js";
import { networkLogits } from "../dist/model/evaluate.js";
import { accuracy } from "../dist/model/score.js";
import { pruneNetwork } from "../dist/prune/prune.js";
import { train } from "../dist/train/train.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: "string", default: "40" }, json: { type: "boolean" } },
});
if (positionals.length !== 1) {
  console.error("usage: npm run bench:reference -- DIR [--seeds N] [--json]");
  process.exit(2);
}
const dataset = await loadDataset(`ecg5000:${positionals[0]}`, { key: keyFromSeed(0), positiveClass: "1" });
const reference = JSON.parse(await readFile(new URL("reference/ecg5000.json", import.meta.url), "utf8"));
const seeds = Number(values.seeds);
const metrics = ["train", "test", "pruned", "trainAfter", "testAfter"];
/** Where a difference counts as disagreement, in standard errors. */
const limit = 3;

const share = async (network, { features, labels }) =>
  100 * accuracy(await networkLogits(network, features), labels, dataset.classes);

async function measure(noise, alpha, seed) {
  const { network, final, step } = await train(dataset, {
    ...{ width: 2000, learningRate: 0.01, batch: 500, steps: 3000, evalEvery: 10, untilTrainAccuracy: 0.99, seed },
    ...{ noise, sigma: 0.1, convention: "paperCode", ...(alpha && { alpha }) },
  });
  const mask = pruneNetwork(network, { amount: { relativeSquaredError: 0.1 } });
  const small = compactNetwork(network, mask);
  return {
    ...{
      steps: step,
      train: 100 * final.trainAccuracy,
      test: 100 * final.testAccuracy,
      pruned: 100 * mask.prunedFraction,
    },
    ...{ trainAfter: await share(small, dataset.train), testAfter: await share(small, dataset.test) },
  };
}

const bar = progress("training", reference.rows.length * seeds);
const results = [];
for (const row of reference.rows) {
  const runs = [];
  for (let seed = 1; seed <= seeds; seed++) {
    runs.push(await measure(row.noise, row.alpha, seed));
    bar.update(results.length * seeds + seed, `${row.noise} ${row.alpha ?? ""}`);
  }
  const compared = metrics.map((metric) => {
    const ours = summary(runs.map((run) => run[metric]));
    const [mean, deviation] = row[metric];
    const error = Math.hypot(ours.standardDeviation / Math.sqrt(seeds), deviation / Math.sqrt(reference.seeds));
    return { metric, ours, reference: { mean, standardDeviation: deviation }, z: (ours.mean - mean) / error };
  });
  results.push({
    noise: row.noise,
    alpha: row.alpha,
    steps: summary(runs.map(({ steps }) => steps)),
    prunedMedianReference: row.prunedMedian,
    compared,
  });
}
bar.stop();

const disagreements = results.flatMap((row) =>
  row.compared
    .filter(({ z }) => Math.abs(z) > limit)
    .map(({ metric, z }) => ({ noise: row.noise, alpha: row.alpha, metric, z })),
);
if (values.json) {
  console.log(JSON.stringify({ seeds, limit, results, disagreements }));
} else {
  const spread = ({ mean, standardDeviation }) => `${mean.toFixed(2)} ± ${standardDeviation.toFixed(2)}`;
  const rows = results.map(({ noise, alpha, compared, prunedMedianReference }) => [
    `${noise} ${alpha ?? ""}`,
    ...compared.map(({ ours, reference, z }) => `${spread(ours)}\n${spread(reference)}\n(${z.toFixed(1)} SE)`),
    `${compared[2].ours.median.toFixed(2)}\n${prunedMedianReference.toFixed(2)}`,
  ]);
  console.log(table(["ours, reference (%)", ...metrics, "pruned median"], rows));
  console.log(
    `${seeds} seeds; ${metrics.length * rows.length} comparisons, ${disagreements.length} beyond ${limit} standard errors`,
  );
}
process.exitCode = disagreements.length === 0 ? 0 : 3;
