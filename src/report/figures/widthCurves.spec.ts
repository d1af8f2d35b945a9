import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import type { PlanSection, WidthPoint } from "../theoryData.js";
import { widthCurves } from "./widthCurves.js";

const point = (keptFraction: number, asymptotic: number | null): WidthPoint => {
  return { keptFraction, asymptotic, rigorous: null, simulated: null };
};

async function drawing(points: readonly WidthPoint[]) {
  const section: PlanSection = {
    ...{ kind: "plan", title: "", protocol: "", alpha: 1.5, keptFraction: 0.1, relativeError: 0.3, confidence: 0.95 },
    ...{ status: "attainable", width: null, answer: point(0.1, null), widest: 6, quantiles: [], facts: [] },
    curves: [{ alpha: 1.5, points }],
  };
  const { document } = parseHTML((await widthCurves(section)).panels[0]!);
  return {
    arrows: [...document.querySelectorAll("text")].filter(({ textContent }) => textContent === "↑").length,
    lines: [...document.querySelectorAll('[aria-label="line"] path')].map((path) => path.getAttribute("d")!),
  };
}

test("a curve inside the axis has no arrow; one that leaves it has one, and none of it is drawn outside", async () => {
  expect((await drawing([point(0.1, 5), point(0.2, 3)])).arrows).toBe(0);
  const { arrows, lines } = await drawing([point(0.1, 30), point(0.2, 3)]);
  expect(arrows).toBe(1);
  for (const [, y] of lines[0]!.matchAll(/[ML][-\d.]+,([-\d.]+)/g)) expect(Number(y)).toBeGreaterThanOrEqual(30);
});

test("a curve that no width reaches is an arrow alone; any width is the floor", async () => {
  const { arrows, lines } = await drawing([point(0.1, Number.POSITIVE_INFINITY), point(0.2, Number.POSITIVE_INFINITY)]);
  expect([arrows, lines.length]).toEqual([1, 0]);
  const floor = await drawing([point(0.1, Number.NEGATIVE_INFINITY), point(0.2, 0)]);
  expect(floor.lines[0]).toMatch(/^M[\d.]+,([\d.]+)L[\d.]+,\1$/);
});
