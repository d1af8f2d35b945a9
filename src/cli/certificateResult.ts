/** @file What `certify` prints: the statements that its seeds prove, as JSON and as tables. */

import type { Certificate } from "../theory/certify/certificate.js";
import type { JudgedStatement } from "./sections/certificateSection.js";
import type { FinishedSeed, Promised, SeedRecord } from "./seedFile.js";
import { percent, table } from "./table.js";

/** Events that count as failures: the weight error first, then the accuracy drop on the test set where one is promised. */
export function breaksPromise({ relativeSquaredError, maxAccuracyDrop }: Promised): ((seed: SeedRecord) => boolean)[] {
  const weights = (seed: SeedRecord): boolean => seed.diverged || seed.relativeSquaredError > relativeSquaredError;
  if (maxAccuracyDrop === null) return [weights];
  const test = (seed: SeedRecord): boolean =>
    seed.diverged || (seed.broken - seed.mended) / seed.rows > maxAccuracyDrop;
  return [weights, test];
}

type Json = Record<string, unknown>;

/**
 * The result of a certificate, by the names of the command-line contract.
 * @param records the seeds done, in order
 * @param promised what was promised
 * @param facts what else belongs in the result, and whether all seeds are there
 */
export async function certificateJson(
  records: readonly SeedRecord[],
  promised: Promised,
  { complete, ...facts }: { spec: string; dir: string; complete: boolean },
): Promise<Json> {
  const [{ seedCertificate }, { watchedCertificate }, { quantileBound }] = await Promise.all([
    import("../theory/certify/certificate.js"),
    import("../theory/certify/watchedCertificate.js"),
    import("../theory/certify/quantileBound.js"),
  ]);
  const { watch, runs: planned } = promised;
  const judge = (failed: boolean[], promise: { delta: number; confidence: number }): Certificate => {
    const watched = watchedCertificate(failed, promise);
    // A fixed number of runs says nothing before it is reached.
    if (watch || failed.length < planned) return watch ? watched : { ...watched, upperBound: 1, certified: false };
    return seedCertificate({ failures: watched.failures, runs: failed.length }, promise);
  };
  const events = breaksPromise(promised);
  const failed = records.map(events[0]!);
  const main = judge(failed, promised);
  const watched = watchedCertificate(failed, promised);
  const errors = records.map((seed) => (seed.diverged ? Number.POSITIVE_INFINITY : seed.relativeSquaredError));
  const quantile = watch || !complete ? null : quantileBound(errors, promised);
  return {
    ...facts,
    promise: promised,
    ...{ complete, failures: main.failures, runs: main.runs, upperBound: main.upperBound },
    verdict: verdictOf(main),
    method: watch ? "watched" : "fixed",
    diverged: records.filter((seed) => seed.diverged).length,
    error: {
      relativeSquaredErrors: errors.map((error) => (Number.isFinite(error) ? error : null)),
      quantile: quantile && { level: 1 - promised.delta, order: quantile.order, relativeSquaredError: quantile.value },
    },
    accuracy: await accuracyJson(records, promised, judge, events[1]),
    anytime: { eValue: watched.eValue, certifiedAt: watched.certifiedAt, upperBound: watched.upperBound },
    ...(await planJson(promised)),
    assumes: [
      "κ, ε, δ, the confidence and the number of runs were fixed before any of these seeds was looked at",
      "the statement is about a fresh seed of the same training on the same data",
      "each statement has the confidence by itself",
      ...(promised.maxAccuracyDrop === null ? [] : ["population: neither training nor choices used the test set"]),
    ],
  };
}

/** Accuracy before and after, and what is certified about the drop. */
async function accuracyJson(
  records: readonly SeedRecord[],
  promised: Promised,
  judge: (failed: boolean[], promise: { delta: number; confidence: number }) => Certificate,
  breaks?: (seed: SeedRecord) => boolean,
): Promise<Json | null> {
  const { populationDrop, splitForPopulation, testDrop } = await import("../theory/certify/accuracyDrop.js");
  const { meanInterval, meanUpperBound } = await import("../theory/certify/meanBounds.js");
  const finished = records.filter((seed): seed is FinishedSeed => !seed.diverged);
  if (finished.length === 0) return null;
  const { confidence, maxAccuracyDrop, watch } = promised;
  const mean = (of: (seed: FinishedSeed) => number): number =>
    finished.reduce((sum, seed) => sum + of(seed), 0) / finished.length;
  const drops = finished.map(testDrop);
  const some = drops.length >= 2 && !watch;
  const meanDrop = {
    mean: mean(testDrop),
    interval: some ? meanInterval(drops, confidence).interval : null,
    // A drop lies in [−1, 1].
    upperBound: some ? Math.min(1, meanUpperBound(drops, { range: 2, confidence })) : null,
  };
  const base = {
    before: mean((seed) => seed.testAccuracy),
    after: mean((seed) => seed.testAccuracyAfter),
    meanDrop,
  };
  if (!breaks || maxAccuracyDrop === null) return { ...base, testSet: null, population: null };
  const onTest = judge(records.map(breaks), promised);
  const split = splitForPopulation(promised);
  const lost = (seed: SeedRecord): boolean =>
    seed.diverged || populationDrop(seed, split.rowConfidence) > maxAccuracyDrop;
  const inPopulation = judge(records.map(lost), split.seeds);
  return {
    ...base,
    testSet: { failures: onTest.failures, upperBound: onTest.upperBound, verdict: verdictOf(onTest) },
    population: {
      failures: inPopulation.failures,
      upperBound: Math.min(1, inPopulation.upperBound + split.slack),
      slack: split.slack,
      largestBound: Math.max(...finished.map((seed) => populationDrop(seed, split.rowConfidence))),
      verdict: verdictOf(inPopulation),
    },
  };
}

/** What a promise costs: seeds by failures, and the chance that the planned number certifies it. */
async function planJson(promised: Promised): Promise<Json> {
  const { certifyingPower, seedsNeeded } = await import("../theory/certify/certificate.js");
  const { watchedSeedsNeeded } = await import("../theory/certify/watchedCertificate.js");
  const { delta, runs } = promised;
  return {
    seedsNeeded: [0, 1, 2, 3].map((failures) => ({
      ...{ failures, fixed: seedsNeeded(failures, promised), watched: watchedSeedsNeeded(failures, promised) },
    })),
    power: [10, 5, 2.5].map((part) => ({
      failureProbability: delta / part,
      chance: certifyingPower(runs, delta / part, promised),
    })),
  };
}

function verdictOf({ certified }: Certificate): string {
  return certified ? "certified" : "not certified";
}

/** The statements of a certificate as far as they were made: about the weights, the test set, the population. */
export function statementsOf(json: Json): JudgedStatement[] {
  const promised = json.promise as Promised;
  const accuracy = json.accuracy as { testSet: Judged | null; population: Judged | null } | null;
  const kept = `${percent(promised.keptFraction)} of the units`;
  const drop = `accuracy falls by ≤ ${percent(promised.maxAccuracyDrop)}`;
  const all: [string, Judged | null | undefined][] = [
    [`squared error ≤ ${Number(promised.relativeSquaredError.toPrecision(6))} with ${kept}`, json as unknown as Judged],
    [`${drop} on this test set`, accuracy?.testSet],
    [`${drop} on the population`, accuracy?.population],
  ];
  return all.flatMap(([label, judged]) => {
    if (!judged) return [];
    const { failures, upperBound, verdict } = judged;
    return [{ label, failures, upperBound, verdict }];
  });
}

type Judged = Omit<JudgedStatement, "label">;

/** The result for people. */
export function certificateText(json: Json): string {
  const promised = json.promise as Promised;
  const accuracy = json.accuracy as { before: number; after: number } | null;
  const rows = statementsOf(json).map(({ label, failures, upperBound, verdict }) => [
    ...[label, `${failures} of ${json.runs}`, upperBound.toPrecision(3), `${promised.delta}`, verdict],
  ]);
  const lines = [table(["promise about the next seed", "failed", "probability ≤", "allowed", "verdict"], rows)];
  const { quantile } = json.error as { quantile: { relativeSquaredError: number } | null };
  if (quantile) {
    const bound = Number.isFinite(quantile.relativeSquaredError) ? quantile.relativeSquaredError.toPrecision(3) : "∞";
    lines.push(`squared error of ${percent(1 - promised.delta)} of seeds: at most ${bound}`);
  }
  if (accuracy) lines.push(`mean test accuracy ${percent(accuracy.before)} → ${percent(accuracy.after)}`);
  const anytime = json.anytime as { eValue: number; certifiedAt: number | null };
  const need = (1 / (1 - promised.confidence)).toPrecision(3);
  const when = anytime.certifiedAt === null ? "" : `, enough after ${anytime.certifiedAt} runs`;
  lines.push(`evidence that may be watched: ${anytime.eValue.toPrecision(3)} of ${need}${when}`);
  const needed = (json.seedsNeeded as { failures: number; fixed: number; watched: number }[]).map(
    ({ failures, fixed, watched }) => `${failures}: ${fixed} (${watched})`,
  );
  lines.push(`runs needed by failures, watched in brackets: ${needed.join(", ")}`);
  lines.push(`confidence ${percent(promised.confidence)} for each line; seeds in ${json.dir}`);
  return lines.join("\n");
}
