import { expect, test } from "vitest";
import { recipePoints, sizeVerdicts } from "./compareRecipes.js";
import type { TableRow } from "./tidyTable.js";

const plain: TableRow = {
  ...{ status: "done", variant: "plain", noise: "none", alpha: null, initTail: null, groupLasso: 0, weightDecay: 0 },
  ...{ by: "contribution", refit: "none", fineTuneSteps: null, rounds: 1, prunedFraction: 0.9 },
  ...{ keptColumns: 10, bytesAfter: 100, msPerBatchAfter: 1, testAccuracyAfter: 0.5 },
};
const seeds = (row: Partial<TableRow>, accuracies: readonly number[]): TableRow[] =>
  accuracies.map((testAccuracyAfter) => ({ ...plain, ...row, testAccuracyAfter }) as TableRow);

test("families follow from what a run was: start before noise before penalties", () => {
  const family = (row: Partial<TableRow>) => recipePoints([{ ...plain, ...row } as TableRow])[0]!.family;
  expect(family({})).toBe("plain SGD");
  expect(family({ weightDecay: 0.1 })).toBe("weight decay");
  expect(family({ weightDecay: 0.1, groupLasso: 0.1 })).toBe("group lasso");
  expect(family({ noise: "radial", alpha: 2 })).toBe("Gaussian noise");
  expect(family({ noise: "gaussian", alpha: null })).toBe("Gaussian noise");
  expect(family({ noise: "radial", alpha: 1.2, groupLasso: 0.1 })).toBe("heavy-tailed noise");
  expect(family({ initTail: 0.5, noise: "radial", alpha: 2 })).toBe("heavy-tailed start");
  expect(family({ rounds: 4, fineTuneSteps: 8 })).toBe("pruned in rounds");
  expect(family({ prunedFraction: 0 })).toBe("trained at that width");
});

test("a difference beyond the larger standard deviation wins, one within it does not", () => {
  const heavy = seeds({ variant: "start", initTail: 0.5 }, [0.9, 0.91, 0.92]);
  const [clear] = sizeVerdicts(recipePoints([...heavy, ...seeds({}, [0.85, 0.86, 0.87])]));
  expect(clear).toMatchObject({
    units: 10,
    finish: "cut",
    winner: "heavy-tailed",
    winnerOfOneTraining: "heavy-tailed",
  });
  const [close] = sizeVerdicts(recipePoints([...heavy, ...seeds({}, [0.9, 0.905, 0.91])]));
  expect(close!.winner).toBe("neither");
  const [lost] = sizeVerdicts(recipePoints([...heavy, ...seeds({}, [0.95, 0.955, 0.96])]));
  expect(lost!.winner).toBe("baseline");
  const [single] = sizeVerdicts(recipePoints([...heavy.slice(0, 1), ...seeds({}, [0.1])]));
  expect(single!.winner).toBe("neither");
});

test("a network trained at its width competes at every finish, but not among cuts of one training", () => {
  const rows = [
    ...seeds({ variant: "start", initTail: 0.5, refit: "units" }, [0.9, 0.91, 0.92]),
    ...seeds({ refit: "units" }, [0.8, 0.81, 0.82]),
    ...seeds({ variant: "direct", prunedFraction: 0 }, [0.96, 0.961, 0.962]),
  ];
  const [verdict] = sizeVerdicts(recipePoints(rows));
  expect(verdict).toMatchObject({ finish: "refit", winner: "baseline", winnerOfOneTraining: "heavy-tailed" });
  expect(verdict!.baseline.recipe).toBe("direct");
  expect(verdict!.oneTraining!.recipe).toBe("plain");
});

test("runs that diverged are in no point", () => {
  expect(recipePoints([{ ...plain, status: "diverged", keptColumns: null }])).toEqual([]);
});
