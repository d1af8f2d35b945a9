/**
 * @file The file `seeds.jsonl` of a certificate: the promise on its first line, then one line per seed in order. It is
 * written whole after every seed, so a kill loses at most the seed at work, and it refuses to be continued under another
 * promise: a promise chosen after looking proves nothing.
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { writeWhole } from "../disk/files.js";
import type { RunConfig } from "../disk/runFolder.js";
import { FormatError, ParameterError } from "../errors.js";
import type { SeedPromise } from "../theory/certify/certificate.js";
import { version } from "../version.js";

/** What is promised, fixed before the first seed is looked at. */
export interface Promised extends SeedPromise {
  /** κ, the fraction of the units that stays. */
  readonly keptFraction: number;
  /** ε², the largest squared weight error of any hidden layer. */
  readonly relativeSquaredError: number;
  /** τ, the largest accuracy drop; null where none is promised. */
  readonly maxAccuracyDrop: number | null;
  /** Whether the count may be looked at on the way. */
  readonly watch: boolean;
  /** R; with `watch` the most runs, which may be raised later. */
  readonly runs: number;
  readonly firstSeed: number;
}

const finished = z.object({
  seed: z.int(),
  diverged: z.literal(false),
  steps: z.int(),
  /** E² with κ of the units kept, the largest of the hidden layers'. */
  relativeSquaredError: z.number(),
  testAccuracy: z.number(),
  testAccuracyAfter: z.number(),
  broken: z.int(),
  mended: z.int(),
  rows: z.int(),
  seconds: z.number(),
});
const lost = z.object({ seed: z.int(), diverged: z.literal(true), error: z.string(), seconds: z.number() });
const recordSchema = z.discriminatedUnion("diverged", [finished, lost]);

/** A seed's training that ended well. */
export type FinishedSeed = z.output<typeof finished>;

/** A seed's outcome. */
export type SeedRecord = z.output<typeof recordSchema>;

/** The file of one certificate. */
export interface SeedFile {
  readonly path: string;
  /** The seeds done, in order. */
  readonly records: readonly SeedRecord[];
  /** Appends the next seed's outcome and writes the file. */
  append(record: SeedRecord): Promise<void>;
}

/**
 * Opens a certificate's file, or starts one.
 * @param dir its folder
 * @param promised the promise
 * @param spec the training that is repeated; its own seed plays no part but to split a table
 * @throws ParameterError if the folder holds another promise or training; FormatError if the file is damaged
 */
export async function openSeedFile(dir: string, promised: Promised, spec: RunConfig): Promise<SeedFile> {
  const path = join(dir, "seeds.jsonl");
  const head = { promised, spec };
  const lines = await readLines(path);
  if (lines) refuseOther(path, lines[0], head);
  const records = (lines ?? [null]).slice(1).map((line, i) => checkRecord(path, line, i, promised.firstSeed));
  const write = async (): Promise<void> => {
    const text = [{ heavytail: version, ...head }, ...records].map((line) => `${JSON.stringify(line)}\n`);
    await writeWhole(path, text.join(""));
  };
  await write();
  return {
    path,
    records,
    async append(record) {
      records.push(record);
      await write();
    },
  };
}

async function readLines(path: string): Promise<unknown[] | null> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return null;
    throw new FormatError({ where: path, expected: "a readable file", got: cause.message, cause });
  });
  return text === null ? null : text.trimEnd().split("\n").map(parseLine);
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function refuseOther(path: string, found: unknown, head: { promised: Promised; spec: RunConfig }): void {
  const { promised, spec } = (found ?? {}) as Partial<typeof head>;
  const asked = head.promised;
  const field = (Object.keys(asked) as (keyof Promised)[]).find(
    (name) => !(name === "runs" && asked.watch) && !isDeepStrictEqual(promised?.[name], asked[name]),
  );
  const other = field ?? (isDeepStrictEqual(spec, JSON.parse(JSON.stringify(head.spec))) ? undefined : "training");
  if (!other) return;
  throw new ParameterError({
    where: `${other} of the promise`,
    expected: field && promised ? `${promised[field]}, as in ${path}` : `that of ${path}`,
    got: field ? `${asked[field]}` : "another",
    remedy:
      "A promise is fixed before its seeds are looked at. Start anew in another --out, with fresh seeds (--seed) if these were seen.",
  });
}

function checkRecord(path: string, line: unknown, index: number, firstSeed: number): SeedRecord {
  const { success, data } = recordSchema.safeParse(line);
  if (success && data.seed === firstSeed + index) return data;
  throw new FormatError({
    where: `${path}, line ${index + 2}`,
    expected: `the outcome of seed ${firstSeed + index}`,
    got: success ? `that of seed ${data.seed}` : "something else",
    remedy: "Delete this line and those after it; their seeds are then trained again.",
  });
}
