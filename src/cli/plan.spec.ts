import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { blobs } from "../../test/blobs.js";
import { writeCheckpoint, writeStart } from "../disk/runFolder.js";
import { resolveTrainConfig } from "../train/config.js";
import { train } from "../train/train.js";
import { planCommand } from "./plan.js";

let output = "";
beforeEach(() => {
  output = "";
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    output += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

async function plan(...flags: string[]): Promise<string> {
  await planCommand().parseAsync(flags, { from: "user" });
  return output;
}
const json = async (...flags: string[]) => JSON.parse(await plan(...flags, "--json"));

test("a plan has the keys of the contract", async () => {
  const found = await json("--alpha", "1.5", "--kept-fraction", "0.2", "--relative-squared-error", "0.1");
  expect(process.exitCode).toBe(0);
  expect(found).toMatchObject({ status: "attainable", method: "formula", keptFraction: 0.2, confidence: 0.95 });
  expect(found.width).toBe(found.formula.width);
  expect(found.log10Width).toBeCloseTo(Math.log10(found.width), 3);
  expect(found.rigorousWidth).toBeGreaterThan(found.width);
  expect(found.monteCarlo).toEqual({
    ...{ width: expect.any(Number), standardError: expect.any(Number), replicates: expect.any(Number) },
  });
});

test("near α = 2 no network is wide enough", async () => {
  const found = await json("--alpha", "1.9", "--kept-fraction", "0.1", "--relative-error", "0.1", "--noise", "III");
  expect(found).toMatchObject({ status: "unattainable", width: null, rigorousWidth: null });
  expect(await plan("--alpha", "1.9", "--kept-fraction", "0.1", "--relative-error", "0.1")).toMatch(
    /Unattainable: width 10\^35/,
  );
});

test.each([
  [["--alpha", "2", "--kept-fraction", "0.2"], /large numbers/],
  [["--alpha", "1.5", "--kept-fraction", "0"], /No width can help/],
  [["--alpha", "1.5", "--kept-fraction", "0.2", "--relative-error", "1"], /nothing is promised/],
  [["--alpha", "1.5", "--kept-fraction", "0.2", "--confidence", "1"], /No width can help/],
  [["--alpha", "1.5", "--kept-fraction", "0.2", "--sigma", "0"], /without noise/],
  [["--alpha", "1.5", "--kept-fraction", "0.2", "--relative-error", "0.3", "--relative-squared-error", "0.1"], /both/],
  [["--kept-fraction", "0.2"], /--alpha/],
  [["--alpha", "1.5"], /--kept-fraction/],
  [["--alpha", "1.5", "--kept-fraction", "0.2", "--solve", "sigma"], /--width/],
])("%j is refused with status 2 and a reason", async (flags, reason) => {
  const { error } = await json(...flags);
  expect(process.exitCode).toBe(2);
  expect(error.code).toBe("parameter");
  expect(error.message).toMatch(reason);
});

test("the inverse questions answer for a given width", async () => {
  const given = ["--kept-fraction", "0.1", "--relative-squared-error", "0.1", "--width", "5000"];
  const at = async (...flags: string[]) => {
    output = "";
    return await json(...given, ...flags);
  };
  expect(await at("--solve", "alpha")).toMatchObject({ status: "attainable", alpha: expect.closeTo(1.45, 1.9) });
  expect(await at("--solve", "kept-fraction", "--alpha", "1.5")).toMatchObject({
    keptFraction: expect.closeTo(0.141, 2.9),
  });
  expect(await at("--solve", "sigma", "--alpha", "1.2")).toMatchObject({ status: "trivial", sigma: null });
  expect(await at("--solve", "sigma", "--alpha", "1.8")).toMatchObject({ status: "unattainable", sigma: null });
  const { atWidth } = await at("--alpha", "1.5");
  expect(atWidth).toMatchObject({ width: 5000, keptFraction: expect.closeTo(0.141, 2.9) });
  expect(atWidth.failure).toBeGreaterThan(0.05);
});

test("without initial weights radial noise needs the width of node noise; beside them more can be cut", async () => {
  const at = async (noise: string, ...flags: string[]) => {
    output = "";
    return await json("--alpha", "1.4", "--inputs", "20", "--noise", noise, ...flags);
  };
  const [node, radial] = [await at("node", "--kept-fraction", "0.2"), await at("radial", "--kept-fraction", "0.2")];
  expect(radial).toEqual({ ...node, noise: "radial" });
  const least = async (noise: string) =>
    (await at(noise, "--init-std", "1", "--solve", "kept-fraction", "--width", "2000")).keptFraction;
  expect(await least("radial")).toBeLessThan((await least("node")) - 0.01);
});

test.each(["isotropic", "radial"] as const)(
  "a run's %s noise is made again: without gradients there is no drift",
  async (noise) => {
    const dir = await mkdtemp(join(tmpdir(), "heavytail-plan-"));
    try {
      const base = {
        width: 40,
        steps: 12,
        noise,
        alpha: 1.5,
        sigma: 0.2,
        weightDecay: 0.1,
        annealFrom: 0.5,
      } as const;
      const config = resolveTrainConfig({ ...base, learningRate: 0.05, momentum: 0.5, evalEvery: 5, seed: 4 });
      const data = blobs({});
      // Features of zero have zero gradients in the hidden layer.
      const blank = { ...data, train: { ...data.train, features: new Float32Array(data.train.features.length) } };
      for (const [dataset, still] of [
        [blank, true],
        [data, false],
      ] as const) {
        await writeStart(dir, { data: "blobs", train: config }, {});
        await writeCheckpoint(dir, await train(dataset, config, { threads: 1 }), []);
        output = "";
        const { layers } = await json("--from", dir, "--kept-fraction", "0.2");
        const [{ measured, predicted, plan: planned, planWithDrift, ...layer }] = layers;
        expect(layer).toMatchObject({ name: "hidden1", width: 40, inputs: 6 });
        if (still) expect(measured).toMatchObject({ drift: 0, relativeError: measured.pureNoiseRelativeError });
        else expect(measured.drift).toBeGreaterThan(0);
        expect(measured.relativeError).toBeGreaterThanOrEqual(measured.bounds[0] - 1e-12);
        expect(measured.relativeError).toBeLessThanOrEqual(measured.bounds[1] + 1e-12);
        expect(predicted.monteCarlo.errorQuantiles).toHaveLength(3);
        expect(planWithDrift.log10Width).toBeGreaterThanOrEqual(planned.log10Width);
      }
    } finally {
      await rm(dir, { recursive: true });
    }
  },
);

test.each([
  ["a group lasso, whose units follow no stable law", { groupLasso: 0.1 }, /a run without a group lasso/],
  ["a heavy-tailed start, whose columns have laws of their own", { initTail: 1 }, /whose columns have one law/],
])("a run with %s is refused", async (_, options, message) => {
  const dir = await mkdtemp(join(tmpdir(), "heavytail-plan-"));
  try {
    const config = resolveTrainConfig({ width: 8, steps: 2, noise: "radial", ...options });
    await writeStart(dir, { data: "blobs", train: config }, {});
    const { error } = await json("--from", dir);
    expect(process.exitCode).toBe(2);
    expect(error.message).toMatch(message);
  } finally {
    await rm(dir, { recursive: true });
  }
});
