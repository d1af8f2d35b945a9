/** @file `inspect` and `generalise` on a small run, through the commands themselves. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { blobs } from "../../test/blobs.js";
import { generaliseCommand } from "./generalise.js";
import { inspectCommand } from "./inspect.js";
import { trainCommand } from "./train.js";

let folder: string;
const ran = () => join(folder, "run");

async function json(made: ReturnType<typeof inspectCommand>, ...args: string[]) {
  const written: string[] = [];
  const out = vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
  vi.spyOn(process.stderr, "write").mockImplementation(() => true);
  try {
    await made.parseAsync([...args, "--json"], { from: "user" });
  } finally {
    out.mockRestore();
  }
  return JSON.parse(written.join(""));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "heavytail-"));
  const { train, features, classNames } = blobs({ rows: 3000, classes: 2, spread: 1.5 });
  const rows = Array.from({ length: train.rows }, (_, r) =>
    [...train.features.subarray(r * features, (r + 1) * features), classNames[train.labels[r]!]].join(","),
  );
  await writeFile(join(folder, "data.csv"), `a,b,c,d,e,f,label\n${rows.join("\n")}\n`);
  const flags = ["--width", "300", "--steps", "80", "--noise", "III", "--alpha", "1.5", "--sigma", "0.1"];
  const data = ["--data", `csv:${join(folder, "data.csv")}`, "--seed", "4", "--threads", "1", "--out", ran()];
  await json(trainCommand(), ...flags, ...data);
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("inspect gives the same layers for the run, its ONNX file and its safetensors file", async () => {
  const { layers } = await json(inspectCommand(), ran());
  expect(layers).toHaveLength(2);
  expect(layers[0]).toMatchObject({ shape: [300, 6], columns: 300, gaussianExcluded: expect.any(Boolean) });
  expect(layers[0].tailInterval[0]).toBeLessThan(layers[0].tailIndex);
  expect(layers[1]).toMatchObject({ columns: 2, tailIndex: null });
  expect((await json(inspectCommand(), join(ran(), "model.onnx"))).layers).toEqual(layers);
  expect((await json(inspectCommand(), join(ran(), "weights.safetensors"))).layers).toEqual(layers);
});

test("what training added has the tail index of the noise", async () => {
  const { layers, fromStart } = await json(inspectCommand(), ran(), "--from-start");
  expect(fromStart).toBe(true);
  // The standard error at n = 300 is 1.62/√300 = 0.09; 6 of them, and the gradients add little at this noise.
  expect(Math.abs(layers[0].tailIndex - 1.5)).toBeLessThan(0.6);
  expect(layers[0].gaussianExcluded).toBe(true);
});

test("flags that do not fit the file are usage errors", async () => {
  const { error } = await json(inspectCommand(), join(ran(), "model.onnx"), "--transposed");
  expect(error.code).toBe("parameter");
  expect(process.exitCode).toBe(2);
  expect((await json(inspectCommand(), join(ran(), "model.onnx"), "--from-start")).error.code).toBe("parameter");
});

test("generalise: bounds hold on the test split, and few units on 2400 rows give one that is not vacuous", async () => {
  const flags = ["--units", "1,10,300", "--refit", "--threads", "1"];
  const found = await json(generaliseCommand(), ran(), ...flags);
  expect(found).toMatchObject({ confidence: 0.95, rows: 2400, testRows: 600, classes: 2 });
  expect(found.points.map(({ units }: { units: number }) => units)).toEqual([1, 10, 300]);
  for (const point of found.points) {
    expect(point.gap).toBeCloseTo(point.testError - point.trainError, 12);
    expect(point.bound).toBeGreaterThan(point.rounded.trainError);
    expect(point.vacuous).toBe(point.bound >= 0.5);
    // False with probability 0.05 for the true error; 600 rows stray from it by 6 standard errors of at most 0.0204.
    expect(point.rounded.testError).toBeLessThan(point.bound + 0.123);
  }
  expect(found.points[1].vacuous).toBe(false);
  expect(found.points[0].bits).toBeLessThan(found.points[1].bits);
});
