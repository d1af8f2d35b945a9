import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import type { SlopeSection } from "../theoryData.js";
import { slopeFigure } from "./slopeFigure.js";

const xs = [10, 100, 1000];

function section(slope: number, predicted: number | null, bound: number | null): SlopeSection {
  const points = xs.map((x) => ({ x, y: 3 * x ** -0.5 }));
  return {
    ...{ kind: "chaos", title: "", protocol: "", alpha: 1.5, noise: "", confidence: 0.95, verdict: "supported" },
    statements: [
      {
        ...{ label: "Mean", verdict: "supported", xLabel: "n", yLabel: "e", bound, controls: [] },
        measured: { label: "a", points, slope, interval: [slope - 0.1, slope + 0.1], predicted },
      },
    ],
  };
}

/** Pixel coordinates in a path's or marks' attributes. */
async function drawing(data: SlopeSection) {
  const { document } = parseHTML((await slopeFigure(data)).panels[0]!);
  const numbers = (path: Element) =>
    [...path.getAttribute("d")!.matchAll(/-?\d+(\.\d+)?/g)].map(([text]) => Number(text));
  const lines = [...document.querySelectorAll('[aria-label="line"] path')].map((path) => {
    const all = numbers(path);
    return Array.from({ length: all.length / 2 }, (_, i) => [all[2 * i]!, all[2 * i + 1]!] as const);
  });
  const dots = [...document.querySelectorAll('[aria-label="dot"] > *')].map((dot) => {
    const place = /translate\(([-\d.]+),([-\d.]+)\)/.exec(dot.getAttribute("transform") ?? "");
    return place
      ? ([Number(place[1]), Number(place[2])] as const)
      : ([Number(dot.getAttribute("cx")), Number(dot.getAttribute("cy"))] as const);
  });
  return { lines, dots };
}

test("the fitted line of an exact power law runs from the first point to the last", async () => {
  const { lines, dots } = await drawing(section(-0.5, null, null));
  expect(dots.length).toBe(3);
  // Coordinates are written to three decimals.
  for (const axis of [0, 1] as const) {
    expect(lines[0]![0]![axis]).toBeCloseTo(dots[0]![axis], 2);
    expect(lines[0]!.at(-1)![axis]).toBeCloseTo(dots[2]![axis], 2);
  }
});

test("a steeper prediction crosses the points in their middle", async () => {
  const { lines, dots } = await drawing(section(-0.5, -0.8, null));
  const predicted = lines[1]!;
  // Pixels grow downwards: a steep fall is above the points on the left, below them on the right.
  expect(predicted[0]![1]).toBeLessThan(dots[0]![1]);
  expect(predicted.at(-1)![1]).toBeGreaterThan(dots[2]![1]);
});

test("a bound touches the fitted line at one end and lies above it elsewhere, falling faster or slower", async () => {
  for (const [bound, touch, above] of [
    [-0.25, 0, -1],
    [-0.75, -1, 0],
  ] as const) {
    const { lines, dots } = await drawing(section(-0.5, null, bound));
    expect(lines.length).toBe(2);
    expect(lines[1]!.at(touch)![1]).toBeCloseTo(dots.at(touch)![1], 2);
    expect(lines[1]!.at(above)![1]).toBeLessThan(dots.at(above)![1] - 5);
  }
});
