/** @file The command line as a user meets it: the built program, real files, real exit codes. */

import { execFile, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decodeNpy } from "../src/dataset/npy.js";
import { networkFromOnnx } from "../src/model/fromOnnx.js";
import { blobs } from "./blobs.js";

const program = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "heavytail-"));
  const { train, features, classNames } = blobs({ rows: 200, classes: 2 });
  const rows = Array.from({ length: train.rows }, (_, r) =>
    [...train.features.subarray(r * features, (r + 1) * features), classNames[train.labels[r]!]].join(","),
  );
  await writeFile(
    join(folder, "data.csv"),
    `${["a", "b", "c", "d", "e", "f", "label"].join(",")}\n${rows.join("\n")}\n`,
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

function heavytail(...given: (string | { cwd: string })[]): Promise<Ran> {
  const args = given.filter((argument) => typeof argument === "string");
  const { cwd } = { cwd: folder, ...given.find((argument) => typeof argument === "object") };
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { cwd }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

const base = ["--data", "csv:data.csv", "--width", "24", "--steps", "60", "--seed", "3", "--threads", "1"];
const noisy = [...base, "--noise", "III", "--alpha", "1.5", "--sigma", "0.01"];

test("train → prune → ONNX: every number of the contract is there and agrees with the files", async () => {
  const trained = await heavytail("train", ...noisy, "--out", "run", "--json");
  expect(trained.code).toBe(0);
  const run = JSON.parse(trained.stdout);
  expect(run).toMatchObject({ dir: "run", steps: 60, diverged: false, noise: "isotropic", parameters: 24 * 8 });
  for (const key of ["seconds", "trainAccuracy", "testAccuracy", "trainLoss", "testLoss"]) {
    expect(run[key]).toEqual(expect.any(Number));
  }
  expect((await readdir(join(folder, "run"))).sort()).toEqual([
    ...["config.json", "environment.json", "metrics.csv", "model.onnx", "result.json", "weights.safetensors"],
  ]);

  const pruned = await heavytail("prune", "run", "--units", "6", "--out", "small.onnx", "--json");
  expect(pruned.code).toBe(0);
  const cut = JSON.parse(pruned.stdout);
  expect(cut).toMatchObject({ keptColumns: 6, totalColumns: 24, prunedFraction: 0.75, model: "small.onnx" });
  expect(cut.before.testAccuracy).toBe(run.testAccuracy);
  expect(cut.after.parameters).toBe(6 * 8);
  expect(cut.after.bytes).toBe((await stat(join(folder, "small.onnx"))).size);
  expect(cut.guaranteed).toBeLessThanOrEqual(cut.unchanged);

  const fromOnnx = await heavytail("prune", "run/model.onnx", "--units", "6", "--out", "again.onnx", "--json");
  const { keptColumns, relativeSquaredError, before } = JSON.parse(fromOnnx.stdout);
  expect({ keptColumns, relativeSquaredError }).toEqual({
    keptColumns: 6,
    relativeSquaredError: cut.relativeSquaredError,
  });
  expect(before.testAccuracy).toBeNull();
});

test("a refit and a bound on the accuracy drop find a small network that keeps its promise", async () => {
  await heavytail("train", ...base, "--out", "plain");
  const ran = await heavytail(
    "prune",
    "plain",
    "--max-accuracy-drop",
    "0.02",
    "--refit",
    "--by",
    "contribution",
    "--json",
  );
  expect(ran.code).toBe(0);
  const { keptColumns, before, after, guaranteed } = JSON.parse(ran.stdout);
  expect(keptColumns).toBeLessThan(24);
  expect(after.trainAccuracy).toBeGreaterThanOrEqual(before.trainAccuracy - 0.02);
  expect(guaranteed).toBeNull();
});

test("a bound on the accuracy drop alone tries several ways, and says which gave the smallest network", async () => {
  await heavytail("train", ...base, "--out", "searched");
  const ran = await heavytail("prune", "searched", "--max-accuracy-drop", "0.02", "--threads", "1", "--json");
  expect(ran.code).toBe(0);
  const { before, after, how, tried } = JSON.parse(ran.stdout);
  expect(tried).toHaveLength(4);
  const least = Math.min(...tried.map(({ parameters }: { parameters: number }) => parameters));
  expect(tried).toContainEqual(expect.objectContaining({ how, parameters: least }));
  expect(after.parameters).toBe(least);
  expect(after.trainAccuracy).toBeGreaterThanOrEqual(before.trainAccuracy - 0.02);
  // Fine-tuning trains as the run did, at a third of its rate.
  expect(tried[3].how.fineTune).toMatchObject({ learningRate: 0.01 / 3, batch: 500, loss: "crossEntropy" });
});

test("fine-tuning in rounds reaches the file, and rounds without it are refused", async () => {
  await heavytail("train", ...base, "--out", "tuned");
  const rounds = ["prune", "tuned", "--units", "4", "--rounds", "4", "--out", "tuned.onnx"];
  const ran = await heavytail(...rounds, "--fine-tune", "20", "--learning-rate", "0.1", "--json");
  expect(ran.code).toBe(0);
  const { keptColumns, how } = JSON.parse(ran.stdout);
  expect({ keptColumns, rounds: how.rounds, steps: how.fineTune.steps, rate: how.fineTune.learningRate }).toEqual({
    ...{ keptColumns: 4, rounds: 4, steps: 20, rate: 0.1 },
  });
  const { metadata } = networkFromOnnx(await readFile(join(folder, "tuned.onnx")), "tuned.onnx");
  expect(metadata).toMatchObject({ "heavytail.fineTuneSteps": "20", "heavytail.rounds": "4" });
  const refused = await heavytail(...rounds);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("at least 4 steps, one a round") });
});

test("--resume continues to the same weights as an uninterrupted run", async () => {
  await heavytail("train", ...noisy, "--out", "whole");
  await heavytail("train", ...noisy, "--steps", "31", "--out", "halves");
  const resumed = await heavytail("train", "--resume", "--out", "halves", "--steps", "60", "--json");
  expect(resumed.code).toBe(0);
  const weights = (run: string): Promise<Buffer> => readFile(join(folder, run, "weights.safetensors"));
  expect((await weights("halves")).equals(await weights("whole"))).toBe(true);
  const steps = async (run: string): Promise<string[]> =>
    (await readFile(join(folder, run, "metrics.csv"), "utf8"))
      .split("\n")
      .map((line) => line.split(",").slice(0, 5).join());
  expect(await steps("halves")).toEqual(await steps("whole"));
  expect((await heavytail("train", "--resume", "--out", "halves", "--sigma", "1")).code).toBe(2);
});

test("an interrupted run keeps its state and says how to go on", async () => {
  const long = ["train", ...noisy, "--steps", "10000000", "--eval-every", "50", "--out", "interrupted", "--json"];
  const child = spawn(process.execPath, [program, ...long], { cwd: folder });
  let stdout = "";
  child.stdout.on("data", (data) => {
    stdout += data;
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  // The first checkpoint comes after some seconds; then the run is surely under way.
  for (;;) {
    if (await stat(join(folder, "interrupted", "weights.safetensors")).catch(() => null)) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill("SIGINT");
  expect(await ended).toBe(1);
  const run = JSON.parse(stdout);
  expect(run.stoppedBy).toBe("signal");
  const further = String(run.steps + 10);
  const resumed = await heavytail("train", "--resume", "--out", "interrupted", "--steps", further, "--json");
  expect(JSON.parse(resumed.stdout)).toMatchObject({ steps: run.steps + 10, diverged: false });
});

test("--profile divides the time of a run, which adds up", async () => {
  const ran = await heavytail("train", ...noisy, "--profile", "--out", "profiled", "--json");
  expect(ran.code).toBe(0);
  const { profile, seconds } = JSON.parse(ran.stdout);
  expect(Object.keys(profile)).toEqual(["batches", "gradients", "updates", "evaluations", "callbacks"]);
  const parts = Object.values(profile) as { seconds: number; msPerStep: number; share: number }[];
  expect(parts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 10);
  // From the first batch to the end of the last callback; `seconds` ends before that callback.
  expect(parts.reduce((sum, part) => sum + part.seconds, 0)).toBeGreaterThan(0.5 * seconds);
  for (const part of parts) expect(part.msPerStep).toBeCloseTo((1000 * part.seconds) / 60, 10);
});

test("a diverged run exits 1, says diverged and keeps its last finite state", async () => {
  const ran = await heavytail("train", ...base, "--learning-rate", "1e30", "--out", "diverged", "--json");
  expect(ran.code).toBe(1);
  expect(JSON.parse(ran.stdout)).toMatchObject({ diverged: true, dir: "diverged" });
  expect(ran.stderr).toMatch(/after step \d+: expected a finite number/);
});

test("a refused configuration leaves no folder behind", async () => {
  const refused = await heavytail("train", ...base, "--noise", "II", "--alpha", "0.4", "--out", "fresh");
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("0.5") });
  expect(await stat(join(folder, "fresh")).catch(() => null)).toBeNull();
});

test("a run can be pruned from another folder, and its ONNX file says where it came from", async () => {
  await heavytail("train", ...noisy, "--label-column", "label", "--test-fraction", "0.3", "--out", "moved");
  const elsewhere = await mkdtemp(join(tmpdir(), "heavytail-"));
  const out = join(folder, "moved.onnx");
  const ran = await heavytail("prune", join(folder, "moved"), "--units", "5", "--out", out, { cwd: elsewhere });
  await rm(elsewhere, { recursive: true });
  expect(ran.code).toBe(0);
  const { metadata } = networkFromOnnx(await readFile(out), out);
  expect(metadata).toMatchObject({
    ...{ "heavytail.noise": "isotropic", "heavytail.alpha": "1.5", "heavytail.convention": "unit" },
    ...{ "heavytail.pruning": "norm", "heavytail.keptColumns": "5", "heavytail.classNames": '["0","1"]' },
  });
});

test("another run's folder is not overwritten unless asked to", async () => {
  await heavytail("train", ...base, "--out", "taken");
  const refused = await heavytail("train", ...base, "--seed", "9", "--out", "taken");
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("--overwrite");
  expect((await heavytail("train", ...base, "--seed", "9", "--out", "taken", "--overwrite")).code).toBe(0);
});

test.each([
  [["train", ...base, "--alpha", "2.5"], /alpha: expected a tail index in \(0, 2\].*got 2\.5/],
  [["train", ...base, "--widht", "5"], /unknown option '--widht'[\s\S]*--width/],
  [["train", ...base, "--noise", "levy"], /node or I, coordinate or II/],
  [["train", "--data", "mnits"], /Did you mean mnist/],
  [["trian"], /train/],
  [["prune", "run", "--units", "3", "--kept-fraction", "0.5"], /expected one amount/],
  [["prune", "run", "--units", "3", "--learning-rate", "0.1"], /expected --fine-tune beside it/],
  [["prune", "run", "--units", "x"], /whole number|number/],
  [["sample", "--alpha", "0"], /alpha/],
  [["sample", "--count", "1.5"], /whole number/],
])("wrong usage exits 2 and says what was expected: %j", async (args, message) => {
  const ran = await heavytail(...args);
  expect(ran.stderr).toMatch(message);
  expect(ran.code).toBe(2);
});

test("missing and foreign files exit 1 and are named", async () => {
  await writeFile(join(folder, "foreign.onnx"), "not a model");
  for (const [args, message] of [
    [["prune", "nowhere"], /nowhere: .*no such file/],
    [["prune", "foreign.onnx"], /foreign\.onnx/],
    [["train", "--data", "csv:none.csv"], /none\.csv/],
  ] as const) {
    const ran = await heavytail(...args, "--json");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(message);
    expect(JSON.parse(ran.stdout).error.message).toMatch(message);
  }
});

test("sample writes draws that follow their law", async () => {
  const ran = await heavytail("sample", "--alpha", "1.75", "--count", "200000", "--check", "--out", "x.npy", "--json");
  expect(ran.code).toBe(0);
  expect(JSON.parse(ran.stdout)).toMatchObject({ count: 200000, file: "x.npy", check: { agrees: true } });
  const file = { where: "x.npy", bytes: await readFile(join(folder, "x.npy")) };
  expect(decodeNpy(file).shape).toEqual([200000]);
});

test("doctor measures this machine", async () => {
  const ran = await heavytail("doctor", "--json");
  expect(ran.code).toBe(0);
  const { devices, threads, gflops } = JSON.parse(ran.stdout);
  expect(devices).toContain("cpu");
  expect(threads).toBeGreaterThan(0);
  expect(gflops).toBeGreaterThan(0.1);
});
