import { expect, test } from "vitest";
import { blobs } from "../../test/blobs.js";
import { ParameterError } from "../errors.js";
import { train } from "../train/train.js";
import type { CutRecipe } from "./cut.js";
import { openParent, type Parent, type Shrunk } from "./shrink.js";
import { recipesToTry, smallestWithin } from "./smallest.js";

const session = { threads: 1 };
const fineTune = { steps: 10, learningRate: 0.05 };
const dataset = blobs({ rows: 150, spread: 1 });
const { network } = await train(dataset, { width: 24, steps: 100, learningRate: 0.1, seed: 3 }, session);
const parent = await openParent(network, dataset, session);
const recipes = recipesToTry(network, fineTune);

test.each([0, 0.03])("of the ways it tries the smallest within a drop of %d is kept", async (maxAccuracyDrop) => {
  const seen: [number, CutRecipe][] = [];
  const options = { maxAccuracyDrop, recipes, metadata: { alpha: 1.5 } };
  const { shrunk, trials } = await smallestWithin(parent, options, (tried, recipe) => void seen.push([tried, recipe]));
  expect(seen).toEqual([...recipes.entries()]);
  expect(trials.map(({ recipe }) => recipe)).toEqual(recipes);
  expect(shrunk.after.parameters).toBe(Math.min(...trials.map(({ parameters }) => parameters)));
  // Accuracies are multiples of 1/150; the margin is for the subtraction.
  for (const { drop } of trials) expect(drop).toBeLessThanOrEqual(maxAccuracyDrop + 1e-12);
  expect(shrunk.before.trainAccuracy! - shrunk.after.trainAccuracy!).toBeLessThanOrEqual(maxAccuracyDrop + 1e-12);
  const alone = await parent.shrink({ amount: { maxAccuracyDrop }, ...shrunk.recipe, metadata: { alpha: 1.5 } });
  expect(alone.bytes).toEqual(shrunk.bytes);
});

test("of equally small networks the earlier is kept", async () => {
  const sizes = [10, 7, 7, 9];
  let tried = 0;
  const made = (parameters: number): Shrunk =>
    ({ after: { parameters, trainAccuracy: 1 }, before: { trainAccuracy: 1 }, mask: { keptColumns: tried } }) as Shrunk;
  const given: Parent = { shrink: async () => made(sizes[tried++]!) };
  const { shrunk } = await smallestWithin(given, { maxAccuracyDrop: 0, recipes });
  expect(shrunk.mask.keptColumns).toBe(2);
});

test("a network with a short cut is not fine-tuned", () => {
  expect(recipes.filter((recipe) => recipe.fineTune)).toHaveLength(1);
  expect(recipesToTry({ ...network, skip: new Float32Array(18) }, fineTune).some((recipe) => recipe.fineTune)).toBe(
    false,
  );
});

test("a drop outside [0, 1] is a ParameterError", async () => {
  await expect(smallestWithin(parent, { maxAccuracyDrop: 1.5, recipes })).rejects.toThrow(ParameterError);
});
