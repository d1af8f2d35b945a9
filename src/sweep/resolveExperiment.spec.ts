/** @file Which cells an experiment has, what their ids depend on, and where their values came from. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ParameterError } from "../errors.js";
import { resolveTrainConfig } from "../train/config.js";
import { ALGORITHM_VERSION, cellId } from "./cell.js";
import type { Experiment } from "./experiment.js";
import { expandExperiment, loadExperiment, resolveExperiment } from "./resolveExperiment.js";

let folder: string;
const at = (name: string): string => join(folder, name);
const csv = "a,b,label\n1,2,0\n3,4,1\n5,6,0\n7,8,1\n9,1,0\n2,3,1\n4,5,0\n6,7,1\n8,9,0\n1,3,1\n";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "heavytail-sweep-"));
  await writeFile(at("data.csv"), csv);
});
afterAll(() => rm(folder, { recursive: true }));

const expand = async (experiment: Omit<Experiment, "name" | "data">, overrides = {}) =>
  expandExperiment(await loadExperiment({ name: "x", data: `csv:${at("data.csv")}`, ...experiment }, overrides));

test("cells = seeds × axes, the first seed first", async () => {
  const cells = await expand({ axes: { width: [2, 3], noise: ["node"] }, seeds: { from: 1, count: 2 } });
  expect(cells.map(({ train }) => [train.seed, train.width])).toEqual([
    [1, 2],
    [1, 3],
    [2, 2],
    [2, 3],
  ]);
  expect(cells[1]!.labels).toEqual({ width: 3, noise: "node", seed: 1 });
});

test("noise none is one cell, whatever α and σ the axes have", async () => {
  const cells = await expand({ axes: { noise: ["none", "node"], alpha: [1.9, 1.75], sigma: [0.1, 0.2] } });
  expect(cells.map(({ train }) => train.noise)).toEqual(["none", "node", "node", "node", "node"]);
  expect(cells[0]!.labels).toEqual({ noise: "none", seed: 0 });
});

test("a variant is multiplied by the axes it does not fix, and may have its own levels", async () => {
  const variants = [{ label: "plain", noise: "none" } as const, { width: 7, prune: [{ units: 7 }] }];
  const cells = await expand({ base: { noise: "node" }, axes: { width: [2, 3], alpha: [1.5, 1.8] }, variants });
  expect(cells.map(({ train, labels }) => [labels.variant, train.width, labels.alpha])).toEqual([
    ["plain", 2, undefined],
    ["plain", 3, undefined],
    [undefined, 7, 1.5],
    [undefined, 7, 1.8],
  ]);
  expect(cells.map(({ levels }) => levels[0])).toEqual([
    ...Array(2).fill({ relativeSquaredError: 0.1, by: "norm", refit: "none" }),
    ...Array(2).fill({ units: 7, by: "norm", refit: "none" }),
  ]);
});

test("every value says where it came from, and the command line wins over variant, axis and base", async () => {
  const [cell] = await expand(
    {
      base: { steps: 5, alpha: 1.2, sigma: 0.3, learningRate: 0.5 },
      axes: { alpha: [1.4], sigma: [0.4], noise: ["node"] },
      variants: [{ sigma: 0.5, learningRate: 0.6 }],
    },
    { set: { learningRate: 0.7 } },
  );
  const { steps, alpha, sigma, learningRate, width } = cell!.train;
  expect({ steps, alpha, sigma, learningRate, width }).toEqual({
    ...{ steps: 5, alpha: 1.4, sigma: 0.5, learningRate: 0.7, width: 1000 },
  });
  expect(cell!.origins).toMatchObject({
    ...{
      steps: "base",
      alpha: "axis",
      sigma: "variant",
      learningRate: "command line",
      width: "default",
      seed: "seeds",
    },
  });
});

test("a seed on the command line replaces the seeds, and a number of seeds takes the first", async () => {
  const seeds = [4, 5, 6];
  expect((await expand({ seeds }, { set: { seed: 9 } })).map(({ train }) => train.seed)).toEqual([9]);
  expect((await expand({ seeds }, { seeds: 2 })).map(({ train }) => train.seed)).toEqual([4, 5]);
});

test.each<[string, Omit<Experiment, "name" | "data">, object, RegExp]>([
  ["a value outside its domain", { axes: { alpha: [3], noise: ["node"] } }, {}, /alpha.*\(0, 2\]/],
  ["more units than the width", { base: { width: 4 }, prune: [{ units: 5 }] }, {}, /at most the 4 units/],
  ["rounds without fine-tuning", { prune: [{ units: 5, rounds: 2 }] }, {}, /at least 2 steps, one a round/],
  ["an unknown field to set", {}, { set: { widht: 3 } }, /set.*Did you mean width\?/],
])("%s is a ParameterError", async (_, experiment, overrides, message) => {
  await expect(expand(experiment, overrides)).rejects.toThrow(ParameterError);
  await expect(expand(experiment, overrides)).rejects.toThrow(message);
});

test("a path in a file is looked up beside the file, and TypeScript files are experiments too", async () => {
  const experiment = { name: "both", data: "csv:data.csv", seeds: [1] };
  await writeFile(at("both.json"), JSON.stringify(experiment));
  await writeFile(
    at("both.ts"),
    `const name: string = "both";\nexport default { ...${JSON.stringify(experiment)}, name };\n`,
  );
  const json = await resolveExperiment(at("both.json"));
  expect(json[0]!.data.data).toBe(`csv:${at("data.csv")}`);
  expect(await resolveExperiment(at("both.ts"))).toEqual(json);
});

test("ids depend on the content of the data and on the configuration, not on places and names", async () => {
  await writeFile(at("copy.csv"), csv);
  await writeFile(at("other.csv"), csv.replace("1,2,0", "1,2.5,0"));
  const idOf = async (data: string, base: Experiment["base"] = {}): Promise<string> =>
    (await resolveExperiment({ name: "x", data: `csv:${at(data)}`, base }))[0]!.id;
  const id = await idOf("data.csv");
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(await idOf("copy.csv")).toBe(id);
  expect(await idOf("data.csv", { width: 1000, alpha: 1.2, sigma: 7 })).toBe(id);
  expect(await idOf("other.csv")).not.toBe(id);
  expect(await idOf("data.csv", { width: 999 })).not.toBe(id);
});

test("without noise an id does not feel α; with noise it does; the order of fields never counts", () => {
  const spec = (train: object) => ({ data: { data: "x" }, levels: [], train: resolveTrainConfig(train) });
  expect(cellId(spec({ alpha: 1.2 }), "h")).toBe(cellId(spec({ alpha: 1.3 }), "h"));
  expect(cellId(spec({ noise: "node", alpha: 1.2 }), "h")).not.toBe(cellId(spec({ noise: "node", alpha: 1.3 }), "h"));
  const { data, levels, train } = spec({ noise: "node" });
  const turned = Object.fromEntries(Object.entries(train).reverse()) as typeof train;
  expect(cellId({ levels, train: turned, data }, "h")).toBe(cellId({ data, levels, train }, "h"));
});

test("the defaults are those of this version of the algorithm: fields at their defaults are not part of ids", () => {
  // Where this fails because a default changed, raise ALGORITHM_VERSION: the same id would mean another configuration.
  expect([ALGORITHM_VERSION, resolveTrainConfig({})]).toEqual([
    "2",
    {
      ...{ width: 1000, depth: 2, activation: "relu", bias: false, scaling: "standard", loss: "crossEntropy" },
      ...{ initUnits: 16, noise: "none", alpha: 1.75, sigma: 0.1, convention: "unit" },
      ...{ learningRate: 0.01, learningRateSchedule: { kind: "constant" }, annealFrom: 1, annealTo: 1 },
      ...{ momentum: 0, weightDecay: 0, groupLasso: 0, batch: 500, steps: 2000, evalEvery: 10, seed: 0 },
    },
  ]);
  expect(resolveTrainConfig({ scaling: "meanField" }).activation).toBe("tanh");
});
