/** @file Runs a finished cell again and compares: whether a table can be believed on this machine. */

import { isDeepStrictEqual } from "node:util";
import type { RunData } from "../disk/runFolder.js";
import { ParameterError } from "../errors.js";
import { type CellResult, cellId, type LevelRow } from "./cell.js";
import { datasetHash, loadCellData } from "./cellData.js";
import { runCell } from "./runCell.js";
import type { StoredCell } from "./store.js";

/** A number before and now. */
export interface CheckedValue {
  readonly name: string;
  readonly stored: number | string | null;
  readonly again: number | string | null;
  readonly agrees: boolean;
}

/** What came of running a cell again. */
export interface CellCheck {
  readonly id: string;
  /** `exact` on the same processor, runtime and version: the same bits are asked for. Else numbers within `tolerance`. */
  readonly comparison: "exact" | "tolerance";
  readonly values: readonly CheckedValue[];
  readonly agrees: boolean;
}

/**
 * How far accuracies and shares may be apart on another machine: the order of summation differs there, so a run may stop an
 * evaluation earlier or later. Two points are ten times the spread of accuracies over the seeds of the ECG5000 table.
 */
export const tolerance = 0.02;

/**
 * Runs a cell again and compares it with what the store has.
 * @param stored the finished cell
 * @param data where its data set lies now, if not where it lay
 * @returns value by value
 * @throws ParameterError if the data set has another content, or the cell is of another version of the algorithm
 */
export async function checkCell({ cell, result }: StoredCell, data: Partial<RunData> = {}): Promise<CellCheck> {
  const dataset = await loadCellData({ ...cell.data, ...data });
  const hash = datasetHash(dataset);
  if (hash !== cell.dataHash) {
    const remedy = "Give the data set the sweep was run on.";
    throw new ParameterError({ where: "data", expected: "the content it had in the sweep", got: "another", remedy });
  }
  if (cellId(cell, hash) !== cell.id) {
    const remedy = "Run the sweep again into another folder.";
    throw new ParameterError({ where: `cell ${cell.id}`, expected: "one of this version", got: "another's", remedy });
  }
  const again = (await runCell(cell, dataset)).result;
  const exact = isDeepStrictEqual(machine(result), machine(again));
  const before = comparable(result, exact);
  const now = comparable(again, exact);
  const values = Object.keys({ ...before, ...now }).map((name): CheckedValue => {
    const [stored = null, value = null] = [before[name], now[name]];
    const near = typeof stored === "number" && typeof value === "number" && Math.abs(stored - value) <= tolerance;
    return { name, stored, again: value, agrees: stored === value || (!exact && near) };
  });
  return {
    ...{ id: cell.id, comparison: exact ? "exact" : "tolerance", values },
    agrees: values.every(({ agrees }) => agrees),
  };
}

function machine({
  environment: { heavytail, runtime, processor, platform },
}: Pick<CellResult, "environment">): object {
  return { heavytail, runtime, processor, platform };
}

/** What must be the same again: exactly everything but times, else what does not depend on when a run stops. */
function comparable(
  { status, training, rows }: Omit<CellResult, "id">,
  exact: boolean,
): Record<string, number | string | null> {
  const values: Record<string, number | string | null> = { status };
  if (training && "steps" in training) {
    const { trainAccuracy, testAccuracy, ...others } = training;
    Object.assign(values, { trainAccuracy, testAccuracy }, exact ? others : {});
  } else if (training && exact) Object.assign(values, training);
  for (const [index, row] of rows.entries()) {
    for (const [name, value] of Object.entries(rowValues(row, exact))) values[`level ${index}: ${name}`] = value;
  }
  return values;
}

function rowValues({ keptColumns, prunedFraction, relativeSquaredError, after }: LevelRow, exact: boolean) {
  const { trainAccuracy, testAccuracy, bytes } = after;
  return { prunedFraction, trainAccuracy, testAccuracy, ...(exact && { keptColumns, relativeSquaredError, bytes }) };
}
