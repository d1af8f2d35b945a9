/** @file A finished cell of a sweep as a run of the wanted trackers. */

import { type Cell, type CellResult, levelName } from "../cell.js";
import { openTrackers, type TrackerOptions } from "./tracker.js";

/**
 * Tells the trackers of a finished cell: its configuration, its training's last numbers, and each level's.
 * @param options which trackers
 * @param cell the cell
 * @param result what became of it
 * @throws as `openTrackers`
 */
export async function trackCell(options: TrackerOptions, cell: Cell, result: CellResult): Promise<void> {
  const scalar = Object.entries({ ...cell.train, ...cell.labels, data: cell.data.data, cell: cell.id }).filter(
    (entry): entry is [string, string | number | boolean] => ["string", "number", "boolean"].includes(typeof entry[1]),
  );
  const tracking = await openTrackers(options, { name: cell.id, params: Object.fromEntries(scalar) });
  const { training, rows, seconds, status } = result;
  if (training && "steps" in training) {
    const { steps, trainLoss, trainAccuracy, testLoss, testAccuracy } = training;
    tracking.log(steps, known({ trainLoss, trainAccuracy, testLoss, testAccuracy, seconds }));
    for (const { level, keptColumns, prunedFraction, relativeSquaredError, after } of rows) {
      const { trainAccuracy, testAccuracy, bytes } = after;
      const numbers = { keptColumns, prunedFraction, relativeSquaredError, trainAccuracy, testAccuracy, bytes };
      // MLflow takes letters, digits, spaces and _ - . / in names.
      tracking.log(steps, known(numbers, `${levelName(level).replace(/[^\w\-. /]/g, "")}/`));
    }
  } else if (training) {
    const { divergedAt, lastFiniteLoss } = training;
    tracking.log(divergedAt, { trainLoss: lastFiniteLoss ?? Number.NaN, seconds });
  }
  await tracking.close(status === "done" ? "finished" : "failed");
}

/** The numbers that are there, under a prefix. */
function known(values: Readonly<Record<string, number | null>>, prefix = ""): Record<string, number> {
  const there = Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== null);
  return Object.fromEntries(there.map(([name, value]) => [prefix + name, value]));
}
