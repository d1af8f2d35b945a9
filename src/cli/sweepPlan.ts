/** @file What `heavytail sweep` says without running anything: which cells, how long, where every value came from. */

import type { Cell } from "../sweep/cell.js";
import type { Estimate } from "../sweep/estimate.js";
import type { ExpandedCell, LoadedExperiment } from "../sweep/resolveExperiment.js";
import type { CommandResult } from "./command.js";
import { table } from "./table.js";

/**
 * The cells that are not finished yet, and how long they may take.
 * @param dir the folder of the sweep's results, which need not be there
 * @param cells all cells of the experiment
 * @param workers threads that will run them; undefined for all cores
 */
export async function dryRun(dir: string, cells: readonly Cell[], workers: number | undefined): Promise<CommandResult> {
  const [{ estimateTime }, { unfinishedCells }, { existingStore }, { availableParallelism }, { durationText }] =
    await Promise.all([
      import("../sweep/estimate.js"),
      import("../sweep/runCells.js"),
      import("../sweep/store.js"),
      import("node:os"),
      import("./sweepProgress.js"),
    ]);
  const store = await existingStore(dir);
  const left = store ? await unfinishedCells(cells, store) : [...cells];
  process.stderr.write("measuring a few steps of each kind of cell …\n");
  const estimate = await estimateTime(left, store);
  const threads = workers ?? availableParallelism();
  const seconds = estimate.threadSeconds / Math.max(1, Math.min(threads, left.length));
  const json = {
    ...{ dir, cells: cells.length, done: cells.length - left.length, left: left.length, workers: threads, seconds },
    ...{ estimate, plan: left.map(({ id, labels }) => ({ id, ...labels })) },
  };
  const names = [...new Set(cells.flatMap(({ labels }) => Object.keys(labels)))];
  const rows = left.map(({ id, labels }) => [id.slice(0, 8), ...names.map((name) => `${labels[name] ?? "–"}`)]);
  const text = [
    rows.length > 0 ? table(["cell", ...names], rows) : "",
    `${cells.length} cells, ${json.done} of them finished in ${dir}, ${left.length} to run.`,
    left.length > 0 ? `About ${durationText(seconds)} with ${threads} workers${basis(estimate)}.` : "",
  ];
  return { json, text: text.filter(Boolean).join("\n") };
}

function basis({ fromFinished, fromMeasurement }: Estimate): string {
  const parts = [
    fromFinished > 0 && `${fromFinished} cells by the time of finished cells like them`,
    fromMeasurement > 0 &&
      `${fromMeasurement} by a few measured steps and all their steps, so at most that where they stop earlier`,
  ];
  return `: ${parts.filter(Boolean).join("; ")}`;
}

/**
 * For every field the values of all cells, and whether they stand in the file, on the command line, or nowhere.
 * @param experiment what was read
 * @param cells its cells
 */
export function configResult(experiment: LoadedExperiment, cells: readonly ExpandedCell[]): CommandResult {
  const valuesOf = (cell: ExpandedCell): Record<string, unknown> => ({ data: cell.data.data, ...cell.train });
  const json = {
    name: experiment.name,
    cells: cells.map((cell) => ({
      labels: cell.labels,
      levels: cell.levels,
      config: Object.fromEntries(
        Object.entries(cell.origins).map(([name, from]) => [name, { value: valuesOf(cell)[name] ?? null, from }]),
      ),
    })),
  };
  const rows = Object.keys(cells[0]!.origins).map((name) => {
    const byOrigin = new Map<string, Set<string>>();
    for (const cell of cells) {
      const from = cell.origins[name]!;
      const value = from === "not used" ? "" : (JSON.stringify(valuesOf(cell)[name]) ?? "not set");
      byOrigin.set(from, (byOrigin.get(from) ?? new Set()).add(value));
    }
    return [name, ...originCells(byOrigin)];
  });
  return { json, text: `${table(["field", "values", "from"], rows)}\n${cells.length} cells` };
}

/** Two cells of the table: the values, and where each line of them came from. */
function originCells(byOrigin: ReadonlyMap<string, ReadonlySet<string>>): [string, string] {
  const lines = [...byOrigin].map(([from, values]) => [shortList([...values]), from]);
  return [lines.map(([values]) => values).join("\n"), lines.map(([, from]) => from).join("\n")];
}

function shortList(values: string[]): string {
  return values.length <= 8 ? values.join(", ") : `${values.slice(0, 7).join(", ")}, … ${values.at(-1)}`;
}
