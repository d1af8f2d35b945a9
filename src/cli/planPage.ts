/** @file What the page of `plan` needs beyond the plan itself: curves for several tail indexes, and error quantiles. */

import type { Fact, PlanSection } from "../report/theoryData.js";
import type { ColumnLaw } from "../theory/plan/columnLaw.js";
import type { Plan, PlanQuestion } from "../theory/plan/plan.js";

/** Tail indexes that stand beside the one asked for, unless nearer to it than `APART`. */
const neighbours = [1.2, 1.5, 1.75, 1.9];
const APART = 0.06;
const keptFractions = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5];

/**
 * Computes the curves of a plan and makes its section.
 * @param title of the section
 * @param question what was planned
 * @param plan the answer
 * @param options the column's law for another α, the widths whose error quantiles are simulated, and facts for the table
 */
export async function planPage(
  title: string,
  question: PlanQuestion,
  plan: Plan,
  {
    lawAt,
    widths = quantileWidths(question),
    facts,
  }: { lawAt: (alpha: number) => ColumnLaw | Promise<ColumnLaw>; widths?: readonly number[]; facts: readonly Fact[] },
): Promise<PlanSection> {
  const [{ compareQuantiles, widthCurve }, { planSection }, { progress }] = await Promise.all([
    import("../theory/plan/curve.js"),
    import("./sections/planSection.js"),
    import("./progress.js"),
  ]);
  const { alpha: asked } = question.law;
  const alphas = [asked, ...neighbours.filter((alpha) => Math.abs(alpha - asked) > APART)].sort((a, b) => a - b);
  const own = question.promise.keptFraction;
  const kept = [...new Set([own, ...keptFractions])].sort((a, b) => a - b);
  const bar = progress("drawing the plan", alphas.length + 1);
  try {
    const curves = [];
    for (const alpha of alphas) {
      const law = alpha === asked ? question.law : await lawAt(alpha);
      curves.push({ alpha, answers: widthCurve({ ...question, law }, kept) });
      bar.update(curves.length);
    }
    const quantiles = compareQuantiles(question, widths);
    bar.update(alphas.length + 1);
    return planSection({ title, question, plan, curves, quantiles, facts });
  } finally {
    bar.stop();
  }
}

/** Three widths that keep ten units or more and a whole number of them. */
function quantileWidths({ promise: { keptFraction } }: PlanQuestion): number[] {
  const least = Math.ceil(Math.max(10, 250 * keptFraction));
  return [1, 4, 16].map((factor) => Math.ceil(((factor * least) / keptFraction) * (1 - 1e-12)));
}
