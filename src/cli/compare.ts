/** @file `heavytail compare`: runs an experiment of recipes and says which gives the best network of each size. */

import { join } from "node:path";
import type { Command } from "commander";
import { ParameterError } from "../errors.js";
import type { CompareReportData } from "../report/compareReport.js";
import type { Family, RecipePoint, SizeVerdict } from "../sweep/tables/compareRecipes.js";
import { type CommandResult, type CommonOptions, command, integer, interruptedCode } from "./command.js";
import { type DataFlags, defineDataFlags, givenData } from "./dataOptions.js";
import { percent, table } from "./table.js";
import { untilInterrupted } from "./untilInterrupted.js";

interface CompareFlags extends CommonOptions, DataFlags {
  out?: string;
  workers?: number;
  seeds?: number;
}

/** The command. */
export function compareCommand(): Command {
  return command(
    "compare <experiment>",
    "Which way of training gives the best network of a given size? Runs an experiment file and compares.",
    (made) =>
      defineDataFlags(made, "the data set, instead of the one in the file")
        .option("--out <dir>", "the folder of its results (sweeps/NAME)")
        .option("--workers <n>", "cells that run at once, each on one core (all cores)", integer)
        .option("--seeds <n>", "only the first n seeds", integer),
    run,
  );
}

async function run(flags: CompareFlags, file: string): Promise<CommandResult> {
  const [{ loadExperiment, expandExperiment, identifyCells }, { openStore }, { runCells }, { sweepProgress }] =
    await Promise.all([
      import("../sweep/resolveExperiment.js"),
      import("../sweep/store.js"),
      import("../sweep/runCells.js"),
      import("./sweepProgress.js"),
    ]);
  const experiment = await loadExperiment(file, {
    data: givenData(flags),
    ...(flags.seeds !== undefined && { seeds: flags.seeds }),
  });
  const cells = await identifyCells(expandExperiment(experiment));
  const dir = flags.out ?? join("sweeps", experiment.name);
  const store = await openStore(dir);
  await store.describe({ name: experiment.name, description: experiment.description, cells: cells.length });
  const { workers } = flags;
  const interrupted = await untilInterrupted(async (signal) => {
    const display = sweepProgress();
    try {
      const watched = { store, keepModels: false, signal, onProgress: display.update };
      await runCells(cells, { ...watched, ...(workers !== undefined && { workers }) });
    } finally {
      display.stop();
    }
  });
  const [{ writeTables }, { tidyTable }, { recipePoints, sizeVerdicts }] = await Promise.all([
    import("../sweep/tables/writeTables.js"),
    import("../sweep/tables/tidyTable.js"),
    import("../sweep/tables/compareRecipes.js"),
  ]);
  const ids = new Set(cells.map(({ id }) => id));
  const stored = (await store.all()).filter(({ cell }) => ids.has(cell.id));
  if (interrupted) {
    const text = `Interrupted after ${stored.length} of ${cells.length} cells; nothing finished is lost. Go on with the same command.`;
    return { json: { dir, cells: cells.length, done: stored.length }, text, exitCode: interruptedCode };
  }
  const [csv] = await writeTables(store);
  const points = recipePoints(tidyTable(stored));
  const verdicts = sizeVerdicts(points);
  if (verdicts.length === 0) {
    throw new ParameterError({
      where: file,
      expected: "heavy-tailed recipes and baselines cut to the same sizes",
      got: "none",
      remedy: "See experiments/compare.js.",
    });
  }
  const report = await writePage(dir, `heavytail compare ${file}`, experiment, points, verdicts);
  const lost = stored.filter(({ result }) => result.status !== "done").length;
  const json = {
    ...{ dir, cells: cells.length, lost, table: csv, report },
    points: points.map(({ accuracy: { count, mean, standardDeviation }, ...point }) => ({
      ...{ ...point, count, mean, standardDeviation },
    })),
    verdicts: verdicts.map(verdictFacts),
  };
  return { json, text: `${verdictTable(verdicts)}\n${headline(verdicts)}\nTable: ${csv}\nPicture: ${report}` };
}

/** A verdict in plain numbers. */
function verdictFacts(verdict: SizeVerdict): Record<string, unknown> {
  const facts = (point: RecipePoint | null) =>
    point && {
      recipe: point.recipe,
      family: point.family,
      mean: point.accuracy.mean,
      sd: point.accuracy.standardDeviation,
    };
  const { units, finish, winner, winnerOfOneTraining, heavyTailed, baseline, oneTraining } = verdict;
  return {
    ...{ units, finish, winner, winnerOfOneTraining },
    ...{ heavyTailed: facts(heavyTailed), baseline: facts(baseline), oneTraining: facts(oneTraining) },
  };
}

const head = [
  "units",
  "after the cut",
  "heavy-tailed",
  "",
  "best cut baseline",
  "",
  "best of all baselines",
  "",
  "ahead",
];

function verdictCells(verdict: SizeVerdict): string[] {
  const { units, finish, heavyTailed, oneTraining, baseline, winner, winnerOfOneTraining } = verdict;
  const cells = (point: RecipePoint | null): string[] => (point ? [point.recipe, accuracyText(point)] : ["–", ""]);
  const ahead = winner === winnerOfOneTraining ? winner : `${winnerOfOneTraining}; of all ${winner}`;
  return [`${units}`, finish, ...cells(heavyTailed), ...cells(oneTraining), ...cells(baseline), ahead];
}

function verdictTable(verdicts: readonly SizeVerdict[]): string {
  return table(head, verdicts.map(verdictCells));
}

function accuracyText({ accuracy }: RecipePoint): string {
  return `${percent(accuracy.mean)} ± ${(100 * accuracy.standardDeviation).toFixed(1)}`;
}

/** Where the heavy-tailed recipes win, in a sentence or two. */
function headline(verdicts: readonly SizeVerdict[]): string {
  const places = (wins: readonly SizeVerdict[]): string => {
    const finishes = [...new Set(wins.map(({ finish }) => finish))];
    const at = finishes.map((finish) => {
      const sizes = wins.filter((win) => win.finish === finish).map(({ units }) => units);
      return `${finish === "cut" ? "as cut" : finish} at ${sizes.join(", ")}`;
    });
    return at.length === 0 ? "nowhere" : at.join("; ");
  };
  const cut = places(verdicts.filter(({ winnerOfOneTraining }) => winnerOfOneTraining === "heavy-tailed"));
  const all = places(verdicts.filter(({ winner }) => winner === "heavy-tailed"));
  return `By more than the spread, a heavy-tailed recipe beats every baseline cut from one training: ${cut}. Networks trained or pruned anew for each size: ${all}.`;
}

async function writePage(
  dir: string,
  made: string,
  { name, description = "" }: { readonly name: string; readonly description?: string | undefined },
  points: readonly RecipePoint[],
  verdicts: readonly SizeVerdict[],
): Promise<string> {
  const [{ renderCompareReport }, { bestOf, families, finishes }, { writeWhole }, { version }] = await Promise.all([
    import("../report/compareReport.js"),
    import("../sweep/tables/compareRecipes.js"),
    import("../disk/files.js"),
    import("../version.js"),
  ]);
  const line = (family: Family, finish: string): CompareReportData["panels"][number]["lines"][number] => {
    const ours = points.filter((point) => point.family === family && point.finish === finish);
    const sizes = [...new Set(ours.map(({ units }) => units))].sort((a, b) => a - b);
    return { label: family, points: sizes.map((units) => bestOf(ours.filter((point) => point.units === units))!) };
  };
  const panels = finishes.map((finish) => ({
    title: finish,
    // The last families first: colours are used twice where there are many.
    lines: families
      .toReversed()
      .map((family) => line(family, finish))
      .filter(({ points }) => points.length > 0),
  }));
  const recipes = points.map(({ recipe, units, finish, accuracy, bytes, msPerBatch }) => ({
    label: recipe,
    cells: [
      ...[`${units}`, finish, percent(accuracy.mean), (100 * accuracy.standardDeviation).toFixed(2)],
      ...[`${accuracy.count}`, percent(accuracy.median), `${bytes}`, msPerBatch.toFixed(3)],
    ],
  }));
  const report = join(dir, "compare.html");
  const page = await renderCompareReport({
    title: `Recipes compared: ${name}`,
    subtitle: description,
    headline: headline(verdicts),
    generatedBy: { version: `heavytail ${version}`, command: made },
    panels: panels.filter(({ lines }) => lines.length > 0),
    tables: [
      {
        caption: "The best of each kind at every size. Ahead is who leads by more than the larger standard deviation.",
        columns: head,
        rows: verdicts.map((verdict) => {
          const [label, ...cells] = verdictCells(verdict);
          return { label: label!, cells };
        }),
      },
      {
        caption: "Every recipe at every size.",
        columns: ["Recipe", "units", "after the cut", "mean", "sd", "n", "median", "bytes", "ms a batch"],
        rows: recipes,
      },
    ],
  });
  await writeWhole(report, page);
  return report;
}
