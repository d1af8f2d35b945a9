/**
 * @file False certificates, counted: worlds in which the promise is just false, judged by the functions themselves. Each
 * check counts false certificates in n worlds against Binomial(n, g); false-alarm rate 1e-6 each.
 */

import { expect, test } from "vitest";
import { deriveKey, keyFromSeed } from "../../math/random/key.js";
import { type Stream, stream } from "../../math/random/stream.js";
import { binomialInterval } from "../../math/stats/binomial.js";
import { populationDrop, splitForPopulation } from "./accuracyDrop.js";
import { seedCertificate } from "./certificate.js";
import { quantileBound } from "./quantileBound.js";
import { watchedCertificate } from "./watchedCertificate.js";

const key = keyFromSeed(20);
const falseAlarm = 1e-6;

/** Counts the worlds in which something happens. */
function count(name: string, worlds: number, happens: (random: Stream) => boolean): number {
  let found = 0;
  for (let w = 0; w < worlds; w++) if (happens(stream(deriveKey(key, name, w)))) found++;
  return found;
}

/** The most events of probability g in n worlds that chance explains. */
const most = (n: number, g: number): number => binomialInterval(n, g, 2 * falseAlarm).high;

test("100 fixed runs at failure probability 0.0501 certify δ = 0.05 in at most 5 % of worlds", () => {
  const worlds = 5000;
  const found = count("fixed", worlds, (random) => {
    let failures = 0;
    for (let r = 0; r < 100; r++) if (random.uniform() < 0.0501) failures++;
    return seedCertificate({ failures, runs: 100 }, { delta: 0.05, confidence: 0.95 }).certified;
  });
  expect(found).toBeLessThanOrEqual(most(worlds, 0.05));
  expect(found).toBeGreaterThan(0);
});

test("watching 150 runs at failure probability 0.2 certifies δ = 0.2 in at most 20 % of worlds, a fixed bound in more", () => {
  const worlds = 600;
  const promise = { delta: 0.2, confidence: 0.8 };
  let peeked = 0;
  const found = count("watched", worlds, (random) => {
    const failed = Array.from({ length: 150 }, () => random.uniform() < 0.2);
    let failures = 0;
    if (
      failed.some((broken, r) => seedCertificate({ failures: (failures += +broken), runs: r + 1 }, promise).certified)
    ) {
      peeked++;
    }
    return watchedCertificate(failed, promise).certified;
  });
  expect(found).toBeLessThanOrEqual(most(worlds, 0.2));
  // The same runs judged by the fixed bound after each of them: the mistake that watching is made to avoid.
  expect(peeked).toBeGreaterThan(most(worlds, 0.2));
});

test("a quantile bound from 59 runs lies below the 95 % quantile in at most 5 % of worlds", () => {
  const worlds = 5000;
  const found = count("quantile", worlds, (random) => {
    const values = Array.from({ length: 59 }, () => random.uniform());
    return quantileBound(values, { delta: 0.05, confidence: 0.95 })!.value < 0.95;
  });
  expect(found).toBeLessThanOrEqual(most(worlds, 0.05));
  expect(found).toBeGreaterThan(0);
});

test("Δ_U lies below the true drop in at most 10 % of test sets", () => {
  const worlds = 3000;
  const rows = 300;
  const found = count("drop", worlds, (random) => {
    let broken = 0;
    let mended = 0;
    for (let i = 0; i < rows; i++) {
      const u = random.uniform();
      if (u < 0.06) broken++;
      else if (u < 0.08) mended++;
    }
    return populationDrop({ broken, mended, rows }, 0.9) < 0.04;
  });
  expect(found).toBeLessThanOrEqual(most(worlds, 0.1));
});

test("a population promise that a quarter of the seeds break is certified at δ = 0.2 in at most 10 % of worlds", () => {
  const worlds = 1000;
  const rows = 400;
  const { seeds, rowConfidence } = splitForPopulation({ delta: 0.2, confidence: 0.9 });
  const certifiedWith = (bad: number) => (random: Stream) => {
    // All seeds answer the same test rows alike, the worst that a shared test set can do.
    const row = Array.from({ length: rows }, () => random.uniform());
    const failedAt = [0.005, 0.1].map((drop) => {
      const broken = row.filter((u) => u < drop).length;
      return populationDrop({ broken, mended: 0, rows }, rowConfidence) > 0.08;
    });
    let failures = 0;
    for (let r = 0; r < 60; r++) if (failedAt[random.uniform() < bad ? 1 : 0]) failures++;
    return seedCertificate({ failures, runs: 60 }, seeds).certified;
  };
  expect(count("population", worlds, certifiedWith(0.25))).toBeLessThanOrEqual(most(worlds, 0.1));
  // Not vacuous: a promise that is kept is certified.
  expect(count("population kept", 100, certifiedWith(0))).toBeGreaterThan(90);
});
