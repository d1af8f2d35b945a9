/**
 * @file Compares a sweep of ecg5000.json with what the authors' program gave (bench/reference/ecg5000.json), in standard
 * errors of the difference of two means. `node experiments/agreement.js DIR`; exit code 3 where they disagree.
 */
import { readFile } from "node:fs/promises";
import { requireStore } from "../dist/sweep/store.js";
import { summariseTable } from "../dist/sweep/tables/summariseTable.js";
import { readTable } from "../dist/sweep/tables/tidyTable.js";

/**
 * Where a difference counts as disagreement: two samples of 20 that differ by chance alone pass this in one of 1000
 * comparisons (Student's t, 38 degrees of freedom), so one of the table's 50 does in 5 % of tables.
 */
const limit = 3.57;
const metrics = {
  train: "trainAccuracy",
  test: "testAccuracy",
  pruned: "prunedFraction",
  trainAfter: "trainAccuracyAfter",
  testAfter: "testAccuracyAfter",
};

const [dir] = process.argv.slice(2);
if (dir === undefined) {
  console.error("usage: node experiments/agreement.js DIR");
  process.exit(2);
}
const reference = JSON.parse(await readFile(new URL("../bench/reference/ecg5000.json", import.meta.url), "utf8"));
const { groups } = summariseTable(await readTable(await requireStore(dir)));
let compared = 0;
let beyond = 0;
for (const row of reference.rows) {
  const group = groups.find(({ noise }) => noise.kind === row.noise && noise.alpha === row.alpha);
  const cells = Object.entries(metrics).map(([name, metric]) => {
    const ours = group?.metrics[metric];
    if (!ours) return `${name} missing`;
    const [mean, deviation] = row[name];
    const error = Math.hypot(
      (100 * ours.standardDeviation) / Math.sqrt(ours.count),
      deviation / Math.sqrt(reference.seeds),
    );
    const z = (100 * ours.mean - mean) / error;
    compared++;
    if (!(Math.abs(z) <= limit)) beyond++;
    return `${name} ${(100 * ours.mean).toFixed(2)} against ${mean.toFixed(2)} (${z.toFixed(1)} SE)`;
  });
  const median = (100 * (group?.metrics.prunedFraction?.median ?? Number.NaN)).toFixed(2);
  console.log(
    `${row.noise} ${row.alpha ?? ""}: ${cells.join("; ")}; median pruned ${median} against ${row.prunedMedian}`,
  );
}
const wanted = reference.rows.length * Object.keys(metrics).length;
console.log(`${compared} of ${wanted} comparisons, ${beyond} beyond ${limit} standard errors`);
process.exitCode = compared === wanted && beyond === 0 ? 0 : 3;
