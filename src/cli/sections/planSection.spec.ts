import { expect, test } from "vitest";
import { keyFromSeed } from "../../math/random/key.js";
import type { Plan, PlanQuestion } from "../../theory/plan/plan.js";
import { planFacts, planSection, runFacts, widthFacts } from "./planSection.js";

const question: PlanQuestion = {
  law: { kind: "node", alpha: 1.5, inputs: 10, noiseScale: 1, initStd: 0.05 },
  promise: { keptFraction: 0.1, relativeError: 0.3, confidence: 0.95 },
  ...{ drift: 0.2, key: keyFromSeed(1) },
};
const plan: Plan = {
  ...{
    status: "attainable",
    width: 1000,
    log10Width: 3,
    method: "formula",
    rigorousWidth: null,
    log10RigorousWidth: null,
  },
  formula: { width: 1000, log10Width: 3, log10StandardError: 0.01, checked: false },
  monteCarlo: { width: 1010, standardError: 20, replicates: 400 },
  ...{ bounds: { method: "simulation", failure: 1e-6 }, gaussianError: 0.9, driftLowerLog10Width: 2.5 },
};
const answers = [0.1, 0.2].map((keptFraction) => ({ keptFraction, log10Width: 3, log10RigorousWidth: 4 }));
const curves = [1.2, 1.5].map((alpha) => ({ alpha, answers }));
const points = [{ level: 0.5, predicted: 0.2, simulated: 0.21, standardError: 0.01 }];

test("the promise's own answer stands on its curve, with the simulated width; no certified width is an endless one", () => {
  const quantiles = [{ width: 500, points }];
  const section = planSection({ title: "Plan", question, plan, curves, quantiles, facts: [] });
  const own = { keptFraction: 0.1, asymptotic: 3, rigorous: Number.POSITIVE_INFINITY, simulated: Math.log10(1010) };
  expect(section.answer).toEqual({ ...own, simulatedError: 20 / (1010 * Math.LN10) });
  const other = { asymptotic: 3, rigorous: 4, simulated: null };
  expect(section.curves).toEqual([
    { alpha: 1.2, points: [0.1, 0.2].map((keptFraction) => ({ keptFraction, ...other })) },
    { alpha: 1.5, points: [section.answer, { keptFraction: 0.2, ...other }] },
  ]);
  expect(section).toMatchObject({ alpha: 1.5, ...question.promise, status: "attainable", width: 3, widest: 11 });
  expect(section.quantiles).toEqual([{ label: "n = 500", points }]);
  expect(section.protocol).toMatch(/drift of 0\.2.*probability 0\.000001.*400 networks/);
});

test("without a simulation there is no symbol, and the least width has no error", () => {
  const without = (monteCarlo: Plan["monteCarlo"]) =>
    planSection({ title: "", question, plan: { ...plan, monteCarlo }, curves, quantiles: [], facts: [] }).answer;
  expect(without(null).simulated).toBeNull();
  expect(without({ width: 10, standardError: null, replicates: 400 })).toMatchObject({
    simulated: 1,
    simulatedError: null,
  });
});

const report = {
  ...{ width: 1000, keptFraction: 0.2, failure: 0.05, rigorousFailure: 0.3, errorQuantiles: [0.1, 0.2, 0.3] as const },
  ...{ prunedFraction: 0.9, monteCarlo: null },
};
const answer = (facts: readonly { label: string; value: unknown }[], label: RegExp) =>
  facts.find((fact) => label.test(fact.label))?.value;

test("facts say what the formula is worth, what a width promises, and what a run has", () => {
  const facts = planFacts(plan);
  expect(answer(facts, /formula/)).toBe("was not checked here, sampling ± 2.3 %"); // 10^0.01 − 1
  expect(answer(facts, /Too narrow/)).toBe("below 317"); // 10^2.5
  const promised = widthFacts(report, "1.417");
  expect(answer(promised, /Largest α/)).toBe("1.417");
  expect(answer(promised, /proved/)).toBe("at most 30.0 %");
  expect(answer(promised, /simulated/)).toBeUndefined();
  const measured = {
    ...{ drift: 0.09, relativeError: 0.34, pureNoiseRelativeError: 0.341, bounds: [0.332, 0.349] as const },
    ...{ prunedFraction: 0.86, pureNoisePrunedFraction: 0.87 },
  };
  const layer = runFacts({ width: 1000, predicted: report, measured, planWithDrift: plan });
  expect(answer(layer, /predicted, noise/)).toBe(0.2);
  expect(answer(layer, /proved/)).toBe("0.332 to 0.349");
  expect(answer(layer, /trained columns/)).toBe(0.34);
  expect(answer(layer, /at its worst/)).toBe("1,000");
});
