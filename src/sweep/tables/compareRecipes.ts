/**
 * @file Recipes against each other at equal size: accuracy of the small network by the way its parent was trained and by what
 * was done after the cut, and whether a heavy-tailed way wins by more than the spread over seeds.
 */

import { type Summary, summary } from "../../math/stats/summary.js";
import type { TableRow } from "./tidyTable.js";

/** Ways of making small networks, in the order of tables. */
export const families = [
  "plain SGD",
  "weight decay",
  "group lasso",
  "Gaussian noise",
  "pruned in rounds",
  "trained at that width",
  "heavy-tailed noise",
  "heavy-tailed start",
] as const;

/** A way of making small networks. */
export type Family = (typeof families)[number];

/** What was done after the cut. */
export const finishes = ["cut", "refit", "refit with short cut", "fine-tuned"] as const;

/** What was done after the cut. */
export type Finish = (typeof finishes)[number];

/** A recipe at one size. */
export interface RecipePoint {
  readonly recipe: string;
  readonly family: Family;
  readonly units: number;
  readonly finish: Finish;
  /** Test accuracy of the small network over seeds. */
  readonly accuracy: Summary;
  /** Medians over seeds. */
  readonly bytes: number;
  readonly msPerBatch: number;
}

/** The best of each kind at one size and finish. */
export interface SizeVerdict {
  readonly units: number;
  readonly finish: Finish;
  readonly heavyTailed: RecipePoint;
  /** The best baseline of all. */
  readonly baseline: RecipePoint;
  /** The best baseline that, like the heavy-tailed ones, is cut from one wide network whatever the size. */
  readonly oneTraining: RecipePoint | null;
  /** Who is ahead by more than the spread, which is the larger of the two standard deviations. */
  readonly winner: "heavy-tailed" | "baseline" | "neither";
  readonly winnerOfOneTraining: "heavy-tailed" | "baseline" | "neither" | null;
}

/** Whether a family is heavy-tailed. */
export function isHeavyTailed(family: Family): boolean {
  return family.startsWith("heavy-tailed");
}

/**
 * Groups a sweep's rows by recipe, size and finish.
 * @param rows the table of a sweep whose levels are numbers of units, or all units for networks trained at their width
 * @returns points in order of families, recipes, finishes and sizes; runs that diverged or failed are in none
 */
export function recipePoints(rows: readonly TableRow[]): RecipePoint[] {
  const groups = new Map<string, TableRow[]>();
  for (const row of rows) {
    if (row.status !== "done" || typeof row.keptColumns !== "number") continue;
    for (const finish of finishesOf(row)) {
      const key = JSON.stringify([familyOf(row), recipeOf(row), finish, row.keptColumns]);
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
  }
  const points = [...groups].map(([key, members]): RecipePoint => {
    const [family, recipe, finish, units] = JSON.parse(key) as [Family, string, Finish, number];
    const median = (column: string): number => summary(members.map((row) => row[column] as number)).median;
    const accuracy = summary(members.map((row) => row.testAccuracyAfter as number));
    return {
      recipe,
      family,
      units,
      finish,
      accuracy,
      bytes: median("bytesAfter"),
      msPerBatch: median("msPerBatchAfter"),
    };
  });
  const place = ({ family, finish, units }: RecipePoint): number[] => [
    families.indexOf(family),
    finishes.indexOf(finish),
    units,
  ];
  return points.sort((a, b) => {
    const [left, right] = [place(a), place(b)];
    return left[0]! - right[0]! || a.recipe.localeCompare(b.recipe) || left[1]! - right[1]! || left[2]! - right[2]!;
  });
}

/**
 * The best recipes at every size and finish that has both a heavy-tailed one and a baseline, judged by mean accuracy.
 * @param points from `recipePoints`
 * @returns verdicts by finish, then size
 */
export function sizeVerdicts(points: readonly RecipePoint[]): SizeVerdict[] {
  const sizes = [...new Set(points.map(({ units }) => units))].sort((a, b) => a - b);
  return finishes.flatMap((finish) =>
    sizes.flatMap((units): SizeVerdict[] => {
      const here = points.filter((point) => point.units === units && point.finish === finish);
      const heavyTailed = bestOf(here.filter(({ family }) => isHeavyTailed(family)));
      const baselines = here.filter(({ family }) => !isHeavyTailed(family));
      const baseline = bestOf(baselines);
      const oneTraining = bestOf(
        baselines.filter(({ family }) => family !== "trained at that width" && family !== "pruned in rounds"),
      );
      if (!heavyTailed || !baseline) return [];
      const winnerOfOneTraining = oneTraining && winnerOf(heavyTailed, oneTraining);
      return [
        {
          units,
          finish,
          heavyTailed,
          baseline,
          oneTraining,
          winner: winnerOf(heavyTailed, baseline),
          winnerOfOneTraining,
        },
      ];
    }),
  );
}

/** The point of highest mean accuracy; null of none. */
export function bestOf(points: readonly RecipePoint[]): RecipePoint | null {
  return points.reduce<RecipePoint | null>(
    (best, point) => (best && best.accuracy.mean >= point.accuracy.mean ? best : point),
    null,
  );
}

function winnerOf(heavy: RecipePoint, baseline: RecipePoint): SizeVerdict["winner"] {
  const difference = heavy.accuracy.mean - baseline.accuracy.mean;
  const spread = Math.max(heavy.accuracy.standardDeviation, baseline.accuracy.standardDeviation);
  // One seed has no spread: NaN, and nobody wins.
  if (!(Math.abs(difference) > spread)) return "neither";
  return difference > 0 ? "heavy-tailed" : "baseline";
}

function familyOf(row: TableRow): Family {
  if (row.prunedFraction === 0) return "trained at that width";
  if (((row.rounds as number | null) ?? 1) > 1) return "pruned in rounds";
  if (row.initTail !== null) return "heavy-tailed start";
  if (row.noise === "gaussian" || (row.noise !== "none" && row.alpha === 2)) return "Gaussian noise";
  if (row.noise !== "none") return "heavy-tailed noise";
  if ((row.groupLasso as number) > 0) return "group lasso";
  return (row.weightDecay as number) > 0 ? "weight decay" : "plain SGD";
}

function recipeOf(row: TableRow): string {
  const label = (row.variant as string | null) ?? "recipe";
  return row.by === "contribution" || row.prunedFraction === 0 ? label : `${label}, by ${row.by}`;
}

/** A network trained at its width, which nothing was done to, stands beside every finish. */
function finishesOf(row: TableRow): readonly Finish[] {
  if (row.prunedFraction === 0) return finishes;
  if (row.fineTuneSteps !== null) return ["fine-tuned"];
  return [row.refit === "skip" ? "refit with short cut" : row.refit === "units" ? "refit" : "cut"];
}
