/** @file Groups of a sweep's table: what counts as a group, their order, what is lost. */

import { expect, test } from "vitest";
import { summariseTable } from "./summariseTable.js";
import { type TableRow, tableColumns } from "./tidyTable.js";

const empty = Object.fromEntries(Object.keys(tableColumns).map((name) => [name, null]));
const row = (values: Partial<TableRow>): TableRow => ({
  ...{ ...empty, width: 10, level: "units 3", status: "done", noise: "none", seed: 1, cell: "ab" },
  ...values,
});

test("rows that differ by the seed alone are one group; no noise comes first, then α from 2 down", () => {
  const noisy = { noise: "node", sigma: 0.1 };
  const { groups } = summariseTable([
    row({ ...noisy, alpha: 1.75, prunedFraction: 0.5 }),
    row({ ...noisy, alpha: 1.75, prunedFraction: 0.7, seed: 2 }),
    row({ ...noisy, alpha: 2, prunedFraction: 0.3 }),
    row({ prunedFraction: 0.1 }),
    row({ noise: "gaussian", sigma: 0.1, prunedFraction: 0.2 }),
  ]);
  expect(
    groups.map(({ noise, done, metrics }) => [noise.kind, noise.alpha, done, metrics.prunedFraction!.median]),
  ).toEqual([
    ["none", null, 1, 0.1],
    ["gaussian", 2, 1, 0.2],
    ["node", 2, 1, 0.3],
    ["node", 1.75, 2, 0.6],
  ]);
  // σ is the same wherever there is noise: it tells no groups apart.
  expect(groups[0]!.settings).toEqual({});
});

test("settings that vary tell groups apart and are named", () => {
  const { groups } = summariseTable([row({ width: 20 }), row({ width: 10 }), row({ width: 10, level: "units 4" })]);
  expect(groups.map(({ settings, level }) => [settings.width, level])).toEqual([
    [10, "units 3"],
    [10, "units 4"],
    [20, "units 3"],
  ]);
});

test("diverged and failed runs are counted, listed once a cell, and in no mean", () => {
  const { groups, losses } = summariseTable([
    row({ prunedFraction: 0.2 }),
    row({ seed: 2, status: "diverged", error: "too far", cell: "cd" }),
    row({ seed: 2, status: "diverged", error: "too far", cell: "cd", level: "units 4" }),
    row({ seed: 3, status: "failed", error: "no room", cell: "ef" }),
  ]);
  expect(groups[0]).toMatchObject({ done: 1, diverged: 1, failed: 1 });
  expect(groups[0]!.metrics.prunedFraction!.count).toBe(1);
  expect(groups[1]).toMatchObject({ done: 0, diverged: 1, metrics: { prunedFraction: null } });
  expect(losses).toEqual([
    { id: "cd", label: "none, seed 2", status: "diverged", error: "too far" },
    { id: "ef", label: "none, seed 3", status: "failed", error: "no room" },
  ]);
});
