import { expect, test } from "vitest";
import { keyFromSeed } from "../../math/random/key.js";
import { columnLaw } from "./columnLaw.js";
import { compareQuantiles, widthCurve } from "./curve.js";
import { type PlanQuestion, planWidth } from "./plan.js";

const history = { kind: "node", alpha: 1.5, sigma: 1, time: 1, inputs: 3, initStd: 0 } as const;
const law = columnLaw({ ...history, convention: "unit", weightDecay: 0 });
const promise = { keptFraction: 0.2, relativeError: 0.3, confidence: 0.9 };
const question: PlanQuestion = { law, promise, drift: 0, key: keyFromSeed(5) };

test("the curve at the promise's own κ is the plan, with sampled columns too", () => {
  const sampled = { ...question, law: columnLaw({ ...history, initStd: 0.3, convention: "unit", weightDecay: 0 }) };
  for (const asked of [question, sampled]) {
    const plan = planWidth(asked);
    const [wide, own] = widthCurve(asked, [0.1, 0.2]);
    expect(own).toEqual({
      ...{ keptFraction: 0.2, log10Width: plan.formula.log10Width, log10RigorousWidth: plan.log10RigorousWidth },
    });
    expect(wide!.log10Width).toBeGreaterThan(own!.log10Width);
    expect(wide!.log10RigorousWidth).toBeGreaterThan(wide!.log10Width);
  }
});

test("predicted and simulated quantiles agree at n = 1000, and widths too costly to simulate are left out", () => {
  const [found, ...rest] = compareQuantiles(question, [1000, 1e9]);
  expect(rest).toEqual([]);
  expect(found!.width).toBe(1000);
  expect(found!.points.map(({ level }) => level)).toEqual([0.05, 0.25, 0.5, 0.75, 0.95]);
  for (const { predicted, simulated, standardError } of found!.points) {
    // The formula is checked to 3 %; five standard errors fail by chance for one key in a million.
    expect(Math.abs(simulated - predicted)).toBeLessThan(0.03 * predicted + 5 * standardError);
    expect(standardError).toBeGreaterThan(0);
    expect(standardError).toBeLessThan(0.1 * simulated);
  }
});
