/** @file From the tidy table to what a report shows: rows that differ only by their seed become a group. */

import { type Summary, summary } from "../../math/stats/summary.js";
import { noiseKinds } from "../../noise/noise.js";
import { type SweepGroup, type SweepLoss, type SweepMetric, sweepMetrics } from "../../report/sweepData.js";
import { trainFieldNames } from "../trainFields.js";
import type { TableRow, TableValue } from "./tidyTable.js";

/** The columns that make a group, beside the level. */
const keyFields = ["variant", "data", "positiveClass", ...trainFieldNames.filter((name) => name !== "seed")] as const;

/** No noise first, then the paper's types in their order. */
const kinds: readonly string[] = ["none", ...noiseKinds.filter((kind) => kind !== "none")];

/** What groups always say, varied or not. */
const noiseColumns: readonly string[] = ["noise", "alpha"];

/**
 * Groups a table's rows.
 * @param rows from `readTable`
 * @returns groups with baselines first, and the runs that have no result
 */
export function summariseTable(rows: readonly TableRow[]): { groups: SweepGroup[]; losses: SweepLoss[] } {
  const settings = settingNames(rows);
  const groups = new Map<string, TableRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([...keyFields.map((name) => row[name]), row.level]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const ordered = [...groups.values()].sort(([a], [b]) => baselinesFirst(a!, b!, settings));
  const lost = new Map<string, SweepLoss>();
  for (const row of rows) if (row.status !== "done") lost.set(row.cell as string, loss(row, settings));
  return { groups: ordered.map((members) => groupOf(members, settings)), losses: [...lost.values()] };
}

/** The columns by which groups differ, besides noise and α. A value that the noise does not have is no difference. */
function settingNames(rows: readonly TableRow[]): string[] {
  return keyFields.filter((name) => {
    if (noiseColumns.includes(name)) return false;
    const noiseOnly = ["sigma", "convention", "annealFrom", "annealTo"].includes(name);
    const counted = noiseOnly ? rows.filter(({ noise }) => noise !== "none") : rows;
    return new Set(counted.map((row) => row[name])).size > 1;
  });
}

function groupOf(members: readonly TableRow[], settings: readonly string[]): SweepGroup {
  const first = members[0]!;
  const done = members.filter(({ status }) => status === "done");
  const count = (status: string): number => members.filter((row) => row.status === status).length;
  const of = (name: string): Summary | null => {
    const values = done.map((row) => row[name]).filter((value) => typeof value === "number");
    return values.length > 0 ? summary(values) : null;
  };
  return {
    noise: { kind: first.noise as string, alpha: alphaOf(first), sigma: first.sigma as number | null },
    settings: Object.fromEntries(settings.map((name) => [name, first[name] ?? null])),
    level: (first.level as string | null) ?? null,
    ...{ done: done.length, diverged: count("diverged"), failed: count("failed") },
    metrics: Object.fromEntries(sweepMetrics.map((name) => [name, of(name)])) as Record<SweepMetric, Summary | null>,
    kept: of("keptFraction"),
  };
}

/** Gaussian noise is α = 2. */
function alphaOf({ noise, alpha }: TableRow): number | null {
  return noise === "gaussian" ? 2 : (alpha as number | null);
}

function loss(row: TableRow, settings: readonly string[]): SweepLoss {
  const alpha = alphaOf(row);
  const values = settings.filter((name) => row[name] !== null).map((name) => `${name} ${row[name]}`);
  const label = [row.noise, ...(alpha === null ? [] : [`α = ${alpha}`]), ...values, `seed ${row.seed}`].join(", ");
  return { id: row.cell as string, label, status: row.status as SweepLoss["status"], error: `${row.error ?? ""}` };
}

/** By settings, then no noise, then by kind of noise with α falling from 2, then by level. */
function baselinesFirst(a: TableRow, b: TableRow, settings: readonly string[]): number {
  const key = (row: TableRow): TableValue[] => [
    ...settings.map((name) => row[name] ?? null),
    kinds.indexOf(row.noise as string),
    -(alphaOf(row) ?? 3),
    row.amount ?? null,
    row.amountValue ?? null,
    row.level ?? null,
  ];
  const [left, right] = [key(a), key(b)];
  for (const [i, value] of left.entries()) {
    const other = right[i]!;
    if (value === other) continue;
    if (value === null || other === null) return value === null ? -1 : 1;
    return value < other ? -1 : 1;
  }
  return 0;
}
