import { expect, test } from "vitest";
import { renderTheoryReport } from "../../report/theoryReport.js";
import { chaosClaim } from "../../theory/chaos.js";
import type { EulerPart } from "../../theory/euler.js";
import { chaosSection } from "./chaosSection.js";
import { type CompressibilityFacts, compressibilitySection, type WidthSeries } from "./compressibilitySection.js";
import { eulerSection } from "./eulerSection.js";

const rate = (slope: number, xs = [16, 64]) => ({
  ...{ slope, interval: [slope - 0.01, slope + 0.01] as const, slopes: [slope] },
  points: xs.map((x) => ({ x, error: x ** slope })),
});
const settings = { alpha: 1.5, noise: "node", seeds: 3, horizon: 1, seconds: 2.6 };

test("chaos: the coupled slope is measured against −1/2, the uncoupled control against 0", () => {
  const result = {
    rate: rate(-0.49),
    claim: chaosClaim,
    verdict: "supported",
    control: rate(0.01),
    controlHolds: true,
  } as const;
  const sizes = { ...settings, referenceParticles: 2048, step: 0.1, uncoupled: false };
  const section = chaosSection(result, sizes);
  expect(section).toMatchObject({ kind: "chaos", alpha: 1.5, noise: "node", confidence: 0.95, verdict: "supported" });
  expect(section.protocol).toMatch(/3 seeds, a reference of 2048 particles.* 2\.60 seconds/);
  const [{ measured, controls }] = section.statements as [(typeof section.statements)[0]];
  expect(measured).toMatchObject({ label: "shared noise", slope: -0.49, predicted: -0.5 });
  expect(measured.points[0]).toEqual({ x: 16, y: 16 ** -0.49 });
  expect(controls).toMatchObject([{ label: "independent noise", slope: 0.01, predicted: 0 }]);
  const broken = chaosSection({ ...result, verdict: "refuted" }, { ...sizes, noise: "gaussian", uncoupled: true });
  expect(broken).toMatchObject({ alpha: 2, verdict: "refuted" });
  expect(broken.statements[0]!.measured.label).toBe("coupling broken on purpose");
});

test("euler: on the grid order 1 is predicted and 1/α bounds it, between grid points 1/α is predicted", () => {
  const part = (slope: number, exponent: number, kind: EulerPart["claim"]["kind"]): EulerPart => ({
    ...{ rate: rate(slope, [0.01, 0.1]), claim: { exponent, kind, margin: 0.07 }, verdict: "supported" },
  });
  const section = eulerSection(
    {
      grid: part(0.97, 1 / 1.5, "no slower than"),
      gridOrderOne: { ...part(0.97, 1, "exactly"), verdict: "inconclusive" },
      fixedTime: part(0.66, 1 / 1.5, "exactly"),
      limit: { distance: 0.0051, bound: 0.021, agrees: true },
      verdict: "supported",
    },
    { ...settings, particles: 8, brokenNoise: false },
  );
  expect(section.statements).toMatchObject([
    { measured: { slope: 0.97, predicted: 1, label: "same noise path" }, bound: 1 / 1.5 },
    { measured: { slope: 0.66, predicted: 1 / 1.5, label: "same noise path" } },
  ]);
  expect(section.statements[1]!.bound).toBeUndefined();
  expect(section.protocol).toMatch(/order one is inconclusive.*it has \(Kolmogorov distance 0\.0051, bound 0\.021\)/);
});

const series = (name: WidthSeries["name"], slope: number, predicted: number | null): WidthSeries => ({
  ...{ name, slope, interval: [slope - 0.1, slope + 0.1], diverged: name === "heavy" ? 1 : 0 },
  points: [100, 400].map((width) => ({ width, relativeSquaredError: 0.2, interval: [0.1, 0.3], predicted })),
});
const facts: CompressibilityFacts = {
  ...{ alpha: 1.5, noise: "isotropic", sigma: 1, steps: 50, learningRate: 0.1, scaling: "standard", data: "blobs" },
  ...{ keptFraction: 0.1, seeds: 12, confidence: 0.95, verdict: "supported", predicted: -1 / 3 },
  ...{ predictedAtWidths: -0.31, boundedDrift: false },
};

test("compressibility: the planner's errors stand beside the measured ones, α = 2 and no noise are the controls", async () => {
  const three = [series("heavy", -0.3, 0.25), series("gaussian", 0, null), series("none", 0, null)] as const;
  const section = compressibilitySection([...three], facts);
  const [{ measured, controls, yLabel, label }] = section.statements as [(typeof section.statements)[0]];
  expect([label, yLabel]).toEqual(["Error with 10 % of the units kept", "relative squared error"]);
  expect(measured).toMatchObject({ slope: -0.3, predicted: -0.31, prediction: [{ x: 100, y: 0.25 }, { x: 400 }] });
  expect(measured.points[0]).toEqual({ x: 100, y: 0.2, interval: [0.1, 0.3] });
  expect(controls.map((control) => [control.label, control.predicted])).toEqual([
    ["α\u00a0=\u00a02", 0],
    ["no noise", 0],
  ]);
  expect(controls[0]!.prediction).toBeUndefined();
  expect(section.protocol).toMatch(/tends to −0\.333.*only a guide.*1 diverged/);
  const page = { title: "", subtitle: "", generatedBy: { version: "", command: "" }, sections: [section] };
  expect(await renderTheoryReport(page)).toContain("supported");
});

test.each(["gaussian", "none"])("light noise (%s) in place of the heavy one has a label of its own", (noise) => {
  const section = compressibilitySection(
    [series("heavy", 0, null), series("gaussian", 0, null), series("none", 0, null)],
    {
      ...{ ...facts, noise, verdict: "refuted" },
    },
  );
  const [{ measured, controls }] = section.statements as [(typeof section.statements)[0]];
  expect(new Set([measured, ...controls].map(({ label }) => label)).size).toBe(3);
  expect(section).toMatchObject({ alpha: 2, verdict: "refuted" });
});
