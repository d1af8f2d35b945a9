/** @file How long cells will take: from finished ones of the same shape, else measured on a few steps. */

import type { Dataset } from "../dataset/dataset.js";
import { createStopwatch } from "../train/stopwatch.js";
import { train } from "../train/train.js";
import { type CellSpec, canonicalJson, type PruneLevel } from "./cell.js";
import { loadCellData } from "./cellData.js";
import { runCell } from "./runCell.js";
import type { Store } from "./store.js";

/** A guess at the time of some cells. */
export interface Estimate {
  /** Of one thread, all cells one after another. */
  readonly threadSeconds: number;
  /** Cells whose time is that of finished cells like them. */
  readonly fromFinished: number;
  /** Cells whose time was measured on a few steps and counts all their steps: an upper bound where runs may stop earlier. */
  readonly fromMeasurement: number;
}

/** Steps of a measurement. */
const measuredSteps = 3;

/**
 * Estimates the time of cells.
 * @param cells the cells to run
 * @param store where finished cells may lie; null looks at none
 * @returns seconds, and what they rest on
 */
export async function estimateTime(cells: readonly CellSpec[], store: Store | null): Promise<Estimate> {
  const finished = new Map<string, number[]>();
  for (const { cell, result } of (await store?.all()) ?? []) {
    if (result.status === "done") finished.set(kind(cell), [...(finished.get(kind(cell)) ?? []), result.seconds]);
  }
  const estimate = { threadSeconds: 0, fromFinished: 0, fromMeasurement: 0 };
  const measured = new Map<string, number>();
  const datasets = new Map<string, Dataset>();
  for (const cell of cells) {
    const known = finished.get(kind(cell));
    if (known) {
      estimate.fromFinished++;
      estimate.threadSeconds += known.reduce((sum, seconds) => sum + seconds, 0) / known.length;
      continue;
    }
    const key = canonicalJson(cell.data);
    const dataset = datasets.get(key) ?? (await loadCellData(cell.data));
    datasets.set(key, dataset);
    const seconds = measured.get(kind(cell)) ?? (await measure(cell, dataset));
    measured.set(kind(cell), seconds);
    estimate.fromMeasurement++;
    estimate.threadSeconds += seconds;
  }
  return estimate;
}

/** What a cell's time depends on, but for when it stops: cells of one kind take about the same time. */
function kind({ data, train, levels }: CellSpec): string {
  const { width, depth, batch, loss, scaling, steps, evalEvery, untilTrainAccuracy } = train;
  return canonicalJson([data, { width, depth, batch, loss, scaling, steps, evalEvery, untilTrainAccuracy }, levels]);
}

/** A few steps without levels, then with one: levels are taken to cost alike, but for their fine-tuning. */
async function measure(spec: CellSpec, dataset: Dataset): Promise<number> {
  const few = { ...spec.train, steps: measuredSteps };
  const run = async (levels: CellSpec["levels"]) => (await runCell({ ...spec, train: few, levels }, dataset)).result;
  const { seconds: base, status } = await run([]);
  if (status !== "done") return base;
  const stopwatch = createStopwatch();
  const { metrics } = await train(dataset, few, { stopwatch, threads: 1 });
  const { evaluations, ...parts } = stopwatch.totals;
  const step = Object.values(parts).reduce((sum, milliseconds) => sum + milliseconds, 0) / measuredSteps / 1000;
  const evaluation = evaluations / metrics.length / 1000;
  const { fineTune: _, rounds: __, ...first } = spec.levels[0] ?? {};
  const level = spec.levels.length === 0 ? 0 : (await run([first as PruneLevel])).seconds - base;
  const tuning = spec.levels.reduce((sum, { fineTune }) => sum + (fineTune?.steps ?? 0), 0);
  const { steps, evalEvery } = spec.train;
  return base + spec.levels.length * Math.max(0, level) + (steps + tuning) * step + (steps / evalEvery) * evaluation;
}
