import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { blobs } from "../../test/blobs.js";
import { certifyCommand } from "./certify.js";
import { compressibilityCommand } from "./verifyCompressibility.js";

let folder = "";

/** Runs a command with --json and gives its object and exit code. */
async function json(
  command: ReturnType<typeof certifyCommand>,
  ...args: string[]
): Promise<{ json: Record<string, never> & Record<string, unknown>; code: unknown; errors: string }> {
  const out: string[] = [];
  const errors: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => out.push(String(text)) > 0);
  vi.spyOn(process.stderr, "write").mockImplementation((text) => errors.push(String(text)) > 0);
  await command.parseAsync(["node", "heavytail", ...args, "--json"]);
  const code = process.exitCode;
  process.exitCode = 0;
  return { json: JSON.parse(out.join("")), code, errors: errors.join("") };
}

const certify = (name: string, ...args: string[]) =>
  json(certifyCommand(), join(folder, "spec.json"), "--out", join(folder, name), "--threads", "1", ...args);

const promise = ["--kept-fraction", "0.5", "--relative-squared-error", "0.4", "--delta", "0.2"];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "heavytail-certify-"));
  const { train, features } = blobs({ rows: 80, classes: 2, features: 3 });
  const rows = Array.from(train.labels, (label, r) => [
    ...train.features.subarray(r * features, (r + 1) * features),
    label,
  ]);
  await writeFile(join(folder, "table.csv"), `a,b,c,label\n${rows.map((row) => row.join(",")).join("\n")}\n`);
  const training = { width: 24, steps: 6, noise: "coordinate", alpha: 1.2, sigma: 0.5 };
  const data = `csv:${join(folder, "table.csv")}`;
  await writeFile(join(folder, "spec.json"), JSON.stringify({ data, train: training }));
  await writeFile(join(folder, "lost.json"), JSON.stringify({ data, train: { ...training, sigma: 1e38 } }));
});

afterEach(() => {
  vi.restoreAllMocks();
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test("19 seeds, enough for the population too, that all keep the promise certify it, with the names of the contract", async () => {
  const { json, code } = await certify("whole", ...promise, "--max-accuracy-drop", "0.9");
  expect(code).toBe(0);
  expect(json).toMatchObject({ failures: 0, runs: 19, verdict: "certified", method: "fixed", complete: true });
  expect(json.upperBound).toBeCloseTo(1 - 0.05 ** (1 / 19), 12); // bisection
  expect(json.promise).toMatchObject({ runs: 19, firstSeed: 1, confidence: 0.95 });
  expect(json.accuracy).toMatchObject({ testSet: { verdict: "certified" }, population: { verdict: "certified" } });
});

test("a file cut off after some seeds continues to the same result", async () => {
  const first = await certify("whole", ...promise, "--max-accuracy-drop", "0.9");
  const path = join(folder, "whole", "seeds.jsonl");
  const text = await readFile(path, "utf8");
  await writeFile(path, `${text.split("\n").slice(0, 5).join("\n")}\n`);
  const second = await certify("whole", ...promise, "--max-accuracy-drop", "0.9");
  expect(second.json).toEqual(first.json);
});

test("another promise on seeds already seen is refused", async () => {
  const { code, errors } = await certify("whole", ...promise.with(1, "0.6"), "--max-accuracy-drop", "0.9");
  expect(code).toBe(2);
  expect(errors).toContain("keptFraction of the promise: expected 0.5");
  const longer = await certify("whole", ...promise, "--max-accuracy-drop", "0.9", "--runs", "22");
  expect(longer.errors).toContain("runs of the promise: expected 19");
});

test("watching stops at the 20th clean seed, and its most runs may be raised", async () => {
  const few = await certify("watched", ...promise, "--watch", "--runs", "5");
  expect(few.json).toMatchObject({ runs: 5, verdict: "not certified", method: "watched" });
  const { json } = await certify("watched", ...promise, "--watch", "--runs", "60");
  expect(json).toMatchObject({ runs: 20, verdict: "certified", anytime: { certifiedAt: 20 } });
  expect(json.upperBound).toBeLessThanOrEqual(0.2);
});

test("diverged seeds count as failures of every promise", async () => {
  const args = [...promise, "--runs", "2", "--max-accuracy-drop", "0.9", "--out", join(folder, "lost")];
  const { json: result } = await json(certifyCommand(), join(folder, "lost.json"), ...args);
  expect(result).toMatchObject({ failures: 2, diverged: 2, upperBound: 1, verdict: "not certified", accuracy: null });
});

test("promises that nothing can keep or break are refused with the reason", async () => {
  const nothing = await certify("none", "--kept-fraction", "0", "--relative-error", "0.3");
  expect([nothing.code, nothing.errors]).toEqual([2, expect.stringContaining("the error is 1 at every width")]);
  const everything = await certify("none", "--kept-fraction", "0.1", "--relative-error", "1");
  expect(everything.errors).toContain("a network of zeros has it");
  const certain = await certify("none", ...promise, "--confidence", "1");
  expect(certain.errors).toContain("No number of runs gives certainty");
});

test("light-tailed noise in place of heavy-tailed is refuted with exit code 3", async () => {
  const widths = ["--widths", "100,400,1600", "--seeds", "6"];
  const { json: result, code } = await json(
    compressibilityCommand(),
    "--alpha",
    "1.5",
    "--noise",
    "gaussian",
    ...widths,
  );
  expect(code).toBe(3);
  expect(result).toMatchObject({ verdict: "refuted", trend: "stands still" });
  expect(result.predicted).toBeCloseTo(-1 / 3, 12); // rounding
});

test("heavy-tailed noise makes the error fall with the width, α = 2 and no noise leave it", async () => {
  // A slope of −2/3 with a standard error of 0.07: its interval ends above −1/3 for one choice of seeds in 1000.
  const widths = ["--widths", "50,3200", "--seeds", "60", "--steps", "20"];
  const { json: result, code } = await json(compressibilityCommand(), "--alpha", "1.2", ...widths);
  expect(code).toBe(0);
  expect(result).toMatchObject({ verdict: "supported", seeds: 60, boundedDrift: true });
  expect(result.controls).toMatchObject([
    { noise: "gaussian", trend: "stands still" },
    { noise: "none", trend: "stands still" },
  ]);
});

test("α = 2 is refused: no width can help", async () => {
  const { code, errors } = await json(compressibilityCommand(), "--alpha", "2");
  expect([code, errors]).toEqual([2, expect.stringContaining("No width can help")]);
});
