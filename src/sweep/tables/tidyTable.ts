/**
 * @file Finished cells as one tidy table: a row for every configuration × seed × pruning level, every value in a column of
 * its own. Cells that diverged or failed have their rows too, without measures.
 */

import { type CellResult, type LevelRow, levelName, type PruneLevel, unusedFields } from "../cell.js";
import type { Store, StoredCell } from "../store.js";
import { type FieldKind, type TrainField, trainFieldNames, trainFields } from "../trainFields.js";

/** A value of the table. */
export type TableValue = string | number | boolean | null;

/** A row, by column. */
export type TableRow = Readonly<Record<string, TableValue>>;

/** The type of a column, in SQL. */
export type ColumnType = "VARCHAR" | "BIGINT" | "DOUBLE" | "BOOLEAN";

const kindTypes: Record<FieldKind, ColumnType> = {
  integer: "BIGINT",
  number: "DOUBLE",
  boolean: "BOOLEAN",
  text: "VARCHAR",
  schedule: "VARCHAR",
};

/** Every column in order, with its type. */
export const tableColumns: Readonly<Record<string, ColumnType>> = {
  ...{ variant: "VARCHAR", data: "VARCHAR", positiveClass: "VARCHAR" },
  ...(Object.fromEntries(trainFieldNames.map((name) => [name, kindTypes[trainFields[name]]])) as Record<
    TrainField,
    ColumnType
  >),
  ...{ level: "VARCHAR", amount: "VARCHAR", amountValue: "DOUBLE", by: "VARCHAR", refit: "VARCHAR" },
  ...{ fineTuneSteps: "BIGINT", fineTuneRate: "DOUBLE", rounds: "BIGINT" },
  ...{ status: "VARCHAR", error: "VARCHAR", divergedAt: "BIGINT" },
  ...{ stepsMade: "BIGINT", stoppedBy: "VARCHAR", trainLoss: "DOUBLE", testLoss: "DOUBLE" },
  ...{ trainAccuracy: "DOUBLE", testAccuracy: "DOUBLE" },
  ...{ keptColumns: "BIGINT", totalColumns: "BIGINT", keptFraction: "DOUBLE", prunedFraction: "DOUBLE" },
  ...{ relativeSquaredError: "DOUBLE", guaranteed: "DOUBLE", unchanged: "DOUBLE" },
  ...{ trainAccuracyCut: "DOUBLE", testAccuracyCut: "DOUBLE" },
  ...{ trainAccuracyAfter: "DOUBLE", testAccuracyAfter: "DOUBLE" },
  ...{ parameters: "BIGINT", parametersAfter: "BIGINT", bytes: "BIGINT", bytesAfter: "BIGINT" },
  ...{ msPerBatch: "DOUBLE", msPerBatchAfter: "DOUBLE", seconds: "DOUBLE" },
  ...{ weights: "VARCHAR", heavytail: "VARCHAR", runtime: "VARCHAR", processor: "VARCHAR", cell: "VARCHAR" },
};

/** Columns that differ between two runs of the same cell: times and the machine. */
export const machineColumns: readonly string[] = [
  ...["msPerBatch", "msPerBatchAfter", "seconds", "heavytail", "runtime", "processor"],
];

/**
 * The table of all finished cells of a store.
 * @param store the store
 * @returns its rows, in order of their columns; every row has every column of `tableColumns`
 * @throws FormatError for a damaged cell
 */
export async function readTable(store: Store): Promise<TableRow[]> {
  return tidyTable(await store.all());
}

/**
 * The table of some finished cells.
 * @param cells the cells
 * @returns as `readTable`
 */
export function tidyTable(cells: readonly StoredCell[]): TableRow[] {
  return cells.flatMap(cellRows).sort(inOrder);
}

function cellRows({ cell, result }: StoredCell): TableRow[] {
  const unused: readonly string[] = unusedFields(cell.train);
  const config = trainFieldNames.map((name) => [name, unused.includes(name) ? null : plain(cell.train[name])]);
  const shared = {
    variant: cell.labels.variant ?? null,
    data: cell.data.data,
    positiveClass: cell.data.positiveClass ?? null,
    ...Object.fromEntries(config),
    ...resultColumns(result),
    cell: cell.id,
  };
  const levels: readonly (PruneLevel | null)[] = cell.levels.length > 0 ? cell.levels : [null];
  return levels.map((level, index) => {
    const found = { ...shared, ...(level && levelColumns(level)), ...measureColumns(result.rows[index]) };
    return Object.fromEntries(Object.keys(tableColumns).map((name) => [name, found[name] ?? null]));
  });
}

function resultColumns({ status, error, training, seconds, environment }: CellResult): Record<string, unknown> {
  const { heavytail, runtime, processor } = environment;
  const { steps: stepsMade, ...facts } = { steps: undefined, ...training };
  // A message of several lines would break a line of the file.
  return { status, error: error?.replace(/\s+/g, " "), seconds, stepsMade, ...facts, heavytail, runtime, processor };
}

function levelColumns(level: PruneLevel): Record<string, unknown> {
  const { by, refit, fineTune, rounds = 1, ...amounts } = level;
  const [amount, amountValue] = Object.entries(amounts).find(([, value]) => value !== undefined)!;
  const tuning = { fineTuneSteps: fineTune?.steps, fineTuneRate: fineTune?.learningRate };
  return { level: levelName(level), amount, amountValue, by, refit, ...tuning, rounds };
}

function measureColumns(row: LevelRow | undefined): Record<string, unknown> {
  if (!row) return {};
  const { before, after, cut, keptColumns, totalColumns, prunedFraction, relativeSquaredError } = row;
  return {
    ...{ keptColumns, totalColumns, keptFraction: keptColumns / totalColumns, prunedFraction, relativeSquaredError },
    ...{ guaranteed: row.guaranteed, unchanged: row.unchanged },
    ...{ trainAccuracyCut: cut.trainAccuracy, testAccuracyCut: cut.testAccuracy },
    ...{ trainAccuracyAfter: after.trainAccuracy, testAccuracyAfter: after.testAccuracy },
    ...{ parameters: before.parameters, parametersAfter: after.parameters },
    ...{ bytes: before.bytes, bytesAfter: after.bytes },
    ...{ msPerBatch: before.msPerBatch, msPerBatchAfter: after.msPerBatch },
  };
}

/** A schedule as the command line writes it; everything else as it is. */
function plain(value: unknown): TableValue {
  if (typeof value !== "object" || value === null) return (value as TableValue | undefined) ?? null;
  return Object.values(value).join(":");
}

/** Orders rows by their columns, the first that differs decides. */
function inOrder(a: TableRow, b: TableRow): number {
  for (const name of Object.keys(tableColumns)) {
    const [left, right] = [a[name] ?? null, b[name] ?? null];
    if (left === right) continue;
    if (left === null || right === null) return left === null ? -1 : 1;
    return left < right ? -1 : 1;
  }
  return 0;
}
