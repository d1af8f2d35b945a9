/** @file The page of a sweep and its tables in other forms: baselines first, losses counted, every text escaped. */

import Papa from "papaparse";
import { expect, test } from "vitest";
import { summary } from "../math/stats/summary.js";
import { type SweepGroup, type SweepReportData, sweepMetrics } from "./sweepData.js";
import { sweepFigures } from "./sweepFigures.js";
import { renderSweepReport, sweepHeadline } from "./sweepReport.js";
import { formatTables } from "./sweepTables.js";

function group(kind: string, alpha: number | null, width: number, pruned: number[], more = {}): SweepGroup {
  const values = { trainAccuracy: 0.99, testAccuracy: 0.98, trainAccuracyAfter: 0.97, testAccuracyAfter: 0.96 };
  return {
    noise: { kind, alpha, sigma: alpha === null ? null : 0.1 },
    settings: { width },
    level: "relativeSquaredError 0.1",
    ...{ done: pruned.length, diverged: 0, failed: 0 },
    metrics: {
      ...(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, summary([value])])) as Record<
        keyof typeof values,
        SweepGroup["metrics"]["testAccuracy"]
      >),
      prunedFraction: summary(pruned),
      stepsMade: summary([120]),
    },
    kept: summary(pruned.map((value) => 1 - value)),
    ...more,
  };
}

const groups = [10, 100].flatMap((width) => [
  group("none", null, width, [0.11, 0.11]),
  group("node", 2, width, [0.4, 0.42]),
  group("node", 1.75, width, [0.5, 0.6, 0.95], { diverged: 1 }),
]);
const data: SweepReportData = {
  title: "<b>sweep</b>",
  subtitle: "",
  generatedBy: { version: "heavytail", command: "heavytail report x" },
  planned: 20,
  cells: { done: 14, diverged: 2, failed: 0 },
  groups,
  losses: [{ id: "ab", label: "node, α = 1.75, seed 4", status: "diverged", error: "a | b & <c>" }],
};

test("the page is one file that names what was lost and stands without scripts", async () => {
  const html = await renderSweepReport(data);
  expect(html).toContain("&lt;b&gt;sweep&lt;/b&gt;");
  expect(html).toContain("14 of 20 cells done, 2 diverged, 0 failed; 6 settings.");
  expect(html).toContain("a | b &amp; &lt;c&gt;");
  expect(html).not.toMatch(/<script|<b>sweep|NaN/);
  expect(html).not.toContain("No cell without noise");
  expect(await renderSweepReport({ ...data, groups: groups.slice(1, 2) })).toContain("No cell without noise");
});

test("the headline sets the largest median pruned beside the baseline without noise", () => {
  expect(sweepHeadline(groups).replaceAll("\u00a0", " ")).toBe(
    "node, α = 1.75, width 10: 60.0 % of the units pruned at 96.0 % test accuracy; without noise, " +
      "11.0 % of the units pruned at 96.0 % test accuracy (medians over seeds).",
  );
});

test("figures: accuracy against the kept fraction, then the pruned fraction against α and against the width", async () => {
  const figures = await sweepFigures(groups);
  expect(figures.map(({ title, panels }) => [title, panels.length])).toEqual([
    ["Accuracy after the cut against the fraction kept", 2],
    ["Pruned fraction against α", 2],
    ["Pruned fraction against width", 1],
  ]);
  // The baseline stands in every panel, as points or as a level.
  expect(figures[0]!.panels[0]).toContain("no noise: 96.0");
  expect(figures[1]!.panels[0]).toContain("none: 11.0");
  expect(figures[2]!.panels[0]).toContain("no noise: 11.0");
});

test("runs without noise stand beside every σ", async () => {
  const none = { ...group("none", null, 10, [0.11]), settings: { sigma: null } };
  const noisy = [0.1, 0.2].map((sigma) => ({ ...group("node", 1.75, 10, [0.5]), settings: { sigma } }));
  const [accuracy, pruned] = await sweepFigures([none, ...noisy]);
  expect(accuracy!.panels.map((panel) => panel.includes("no noise"))).toEqual([true, true]);
  expect([pruned!.title, pruned!.panels.length]).toEqual(["Pruned fraction against sigma", 1]);
  expect(pruned!.panels[0]).toContain("no noise: 11.0");
});

test("Markdown and LaTeX hold both tables and the losses, their own characters escaped", () => {
  const markdown = formatTables(data, "markdown");
  expect(markdown).toContain("| Noise | α | width | n | Lost | Train % |");
  expect(markdown).toContain("| node | 1.75 | 10 | 3 | 1 diverged | 99.00 ± – | 98.00 ± – | 68.33 ± 23.63 |");
  expect(markdown).toContain("60.00 [55.00, 77.50]");
  expect(markdown).toContain("a \\| b & <c>");
  const latex = formatTables(data, "latex");
  expect(latex).toContain("68.33 $\\pm$ 23.63");
  expect(latex).toContain("Train \\%");
  expect(latex).toContain("a | b \\& <c>");
  expect(latex.match(/\\begin\{tabular\}/g)!.length).toBe(3);
});

test("CSV has a row a group and a number a column", () => {
  const { data: rows, meta } = Papa.parse<Record<string, string>>(formatTables(data, "csv"), {
    header: true,
    skipEmptyLines: true,
  });
  expect(rows.length).toBe(groups.length);
  expect(meta.fields!.length).toBe(3 + 3 + 5 * sweepMetrics.length);
  expect(rows[2]).toMatchObject({ Noise: "node", alpha: "1.75", width: "10", n: "3", diverged: "1" });
  expect(Number(rows[2]!["prunedFraction.median"])).toBe(0.6);
  expect(rows[2]!["trainAccuracy.standardDeviation"]).toBe("");
});
