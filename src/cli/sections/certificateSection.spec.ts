import { expect, test } from "vitest";
import { watchedCertificate } from "../../theory/certify/watchedCertificate.js";
import { breaksPromise, certificateJson, statementsOf } from "../certificateResult.js";
import type { SeedRecord } from "../seedFile.js";
import { certificateSection } from "./certificateSection.js";

const promised = {
  ...{ keptFraction: 0.3, relativeSquaredError: 0.1, maxAccuracyDrop: 0.2, watch: true, runs: 9, firstSeed: 5 },
  ...{ delta: 0.2, confidence: 0.95 },
};
const kept: SeedRecord = {
  ...{ seed: 5, diverged: false, steps: 9, relativeSquaredError: 0.05, seconds: 1.2, rows: 100 },
  ...{ testAccuracy: 0.9, testAccuracyAfter: 0.88, broken: 3, mended: 1 },
};
const records: SeedRecord[] = [
  kept,
  { seed: 6, diverged: true, error: "loss is NaN", seconds: 1 },
  { ...kept, seed: 7, relativeSquaredError: 0.3 },
];

test("each seed has its error, none where it diverged, and the evidence up to it", async () => {
  const [breaks] = breaksPromise(promised);
  const json = await certificateJson(records, promised, { spec: "", dir: "", complete: false });
  const facts = { statements: statementsOf(json), breaks: breaks!, complete: false };
  const section = certificateSection(records, promised, facts);
  expect(section).toMatchObject({ kind: "certificate", watched: true, delta: 0.2, keptFraction: 0.3 });
  expect(section.seeds.map(({ seed, relativeSquaredError }) => [seed, relativeSquaredError])).toEqual([
    [5, 0.05],
    [6, null],
    [7, 0.3],
  ]);
  section.seeds.forEach(({ eValue }, r) => {
    expect(eValue).toBe(watchedCertificate([false, true, true].slice(0, r + 1), promised).eValue);
  });
  expect(section.statements).toMatchObject([
    { label: "squared error ≤ 0.1 with 30.0 % of the units", failures: 2, runs: 3, certified: false },
    { label: "accuracy falls by ≤ 20.0 % on this test set", failures: 1, runs: 3 },
    { label: "accuracy falls by ≤ 20.0 % on the population", runs: 3 },
  ]);
  expect(section.protocol).toMatch(/^3 of at most 9 seeds, from 5 on, 3\.40 seconds of training\. Interrupted/);
});

test("without a promise about accuracy there is one statement", async () => {
  const alone = { ...promised, maxAccuracyDrop: null };
  const json = await certificateJson(records, alone, { spec: "", dir: "", complete: true });
  expect(statementsOf(json)).toHaveLength(1);
});
