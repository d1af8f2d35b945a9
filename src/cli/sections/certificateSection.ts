/** @file The page of `certify`: the seeds' errors, what they prove, and the evidence as it grew. */

import { significantText } from "../../report/numberText.js";
import type { CertificateSection } from "../../report/theoryData.js";
import { logEvidence } from "../../theory/certify/watchedCertificate.js";
import type { Promised, SeedRecord } from "../seedFile.js";

/** A statement of the certificate: its failures, upper bound and verdict. */
export interface JudgedStatement {
  readonly label: string;
  readonly failures: number;
  readonly upperBound: number;
  readonly verdict: string;
}

/**
 * The section of a certificate.
 * @param records the seeds done, in order
 * @param promised what was promised
 * @param facts the statements, the one about the weight error first; whether a seed breaks that one; whether all seeds are done
 */
export function certificateSection(
  records: readonly SeedRecord[],
  promised: Promised,
  facts: {
    statements: readonly JudgedStatement[];
    breaks: (seed: SeedRecord) => boolean;
    complete: boolean;
  },
): CertificateSection {
  const { keptFraction, relativeSquaredError, delta, confidence, watch, runs } = promised;
  const { statements, breaks, complete } = facts;
  let failures = 0;
  const seeds = records.map((record, r) => {
    if (breaks(record)) failures++;
    const eValue = Math.exp(logEvidence({ failures, runs: r + 1 }, delta));
    return { seed: record.seed, relativeSquaredError: record.diverged ? null : record.relativeSquaredError, eValue };
  });
  const first = records[0];
  const seconds = records.reduce((sum, record) => sum + record.seconds, 0);
  return {
    kind: "certificate",
    title: "Certificate for a fresh seed",
    protocol:
      `${records.length} of ${watch ? "at most " : ""}${runs} seeds, ${first ? `from ${first.seed} on, ` : ""}` +
      `${significantText(seconds)} seconds of training.${complete ? "" : " Interrupted: with a fixed number of seeds nothing is certified before the last."}`,
    ...{ keptFraction, relativeSquaredError, delta, confidence, watched: watch, seeds },
    statements: statements.map(({ label, failures: failed, upperBound, verdict }) => ({
      ...{ label, failures: failed, runs: records.length, upperBound, certified: verdict === "certified" },
    })),
  };
}
