import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import type { ReportData, ReportRow, ReportRun } from "./reportData.js";
import { renderReport } from "./runReport.js";

const row: ReportRow = {
  testAccuracy: 0.954,
  keptColumns: 30,
  totalColumns: 100,
  prunedFraction: 0.7,
  relativeSquaredError: 0.0998,
  testAccuracyAfter: 0.913,
  testAccuracyRefit: 0.949,
  bytes: 318_421,
  bytesAfter: 95_721,
  msPerBatch: 3.91,
  msPerBatchAfter: 1.2,
  guaranteed: 0.62,
  unchanged: 0.93,
};

function run(change: Partial<ReportRun> = {}): ReportRun {
  return {
    label: "heavy-tailed noise",
    noise: { kind: "isotropic", alpha: 1.75, sigma: 0.003 },
    metrics: Array.from({ length: 1000 }, (_, step) => {
      const trainLoss = 2 / (1 + step);
      return {
        step,
        trainLoss,
        trainAccuracy: 1 - trainLoss / 3,
        testLoss: trainLoss,
        testAccuracy: 1 - trainLoss / 2.5,
      };
    }),
    columnNorms: Float64Array.from({ length: 5000 }, (_, i) => (i + 0.5) ** (-1 / 1.75)),
    curve: [1, 10, 30, 100].map((units) => ({
      units,
      keptFraction: units / 100,
      relativeSquaredError: 1 - units / 100,
      accuracy: 0.1 + units / 120,
      accuracyRefit: 0.5 + units / 220,
    })),
    divergedAt: null,
    row,
    ...change,
  };
}

async function render(runs: readonly ReportRun[], change: Partial<ReportData> = {}) {
  const generatedBy = { version: "heavytail 0.1.0", command: "heavytail demo --seed 1" };
  const html = await renderReport({ title: "Demo", subtitle: "MNIST", generatedBy, runs, ...change });
  return { html, document: parseHTML(html).document };
}

/** What must hold of every report, whatever its data. */
function expectSound(html: string): void {
  expect(html).not.toMatch(/<script|<link|<iframe|<img|@import|url\(|https?:|\son\w+=/i);
  // Plot writes a warning sign into a drawing that it has doubts about.
  expect(html).not.toContain("⚠");
  expect(html).not.toMatch(/NaN|Infinity|undefined/);
}

test("a report is one file: no script, no address, every drawing described, every figure captioned", async () => {
  const { html, document } = await render([
    run({ label: "plain SGD", noise: { kind: "none", alpha: null, sigma: null } }),
    run(),
  ]);
  expectSound(html);
  const drawings = [...document.querySelectorAll("figure svg")];
  expect(drawings.length).toBe(6);
  for (const svg of drawings) {
    expect(svg.getAttribute("role")).toBe("img");
    expect(svg.getAttribute("aria-label")?.length).toBeGreaterThan(30);
  }
  expect(document.querySelectorAll("figure").length).toBe(4);
  for (const caption of document.querySelectorAll("figcaption p:first-child")) {
    expect(caption.textContent?.length).toBeGreaterThan(80);
  }
  expect(document.querySelectorAll("h1").length).toBe(1);
  expect(document.querySelector("footer code")?.textContent).toBe("heavytail demo --seed 1");
});

test("the table shows percentages, and sizes in kB with the exact bytes as title", async () => {
  const { document } = await render([run()]);
  const cells = new Map(
    [...document.querySelectorAll("tbody tr")].map((tr) => [
      tr.querySelector("th")?.textContent,
      tr.querySelector("td"),
    ]),
  );
  expect(cells.get("Test accuracy after the cut")?.textContent).toBe("91.3\u00a0%");
  expect(cells.get("File after")?.textContent).toBe("95.7\u00a0kB");
  expect(cells.get("File after")?.getAttribute("title")).toBe("95,721 bytes");
});

test("no string from outside becomes markup", async () => {
  const evil = `"'><script>alert(1)</script>`;
  const noise = { kind: evil, alpha: 1.5, sigma: 1 };
  const { html, document } = await render(
    [run({ label: evil, noise }), run({ label: evil, divergedAt: 3, row: null })],
    {
      title: evil,
      subtitle: evil,
      generatedBy: { version: evil, command: evil },
    },
  );
  expectSound(html);
  expect(document.querySelector("h1")?.textContent).toBe(evil);
  expect(document.querySelector("thead th:nth-child(2)")?.textContent).toBe(evil);
  expect(document.querySelector("figure svg")?.getAttribute("aria-label")).toContain(evil);
});

test("a power tail's slope is stated with the noise's α", async () => {
  const { html } = await render([run()]);
  // 5 % of 5000 columns: slope 1.75, standard error 1.75 √(2/250).
  expect(html).toContain("heavy-tailed noise: slope −1.75 ± 0.16 (noise α = 1.75).");
});

test("long trainings and wide layers stay a small file", async () => {
  const metrics = Array.from({ length: 100_000 }, (_, step) => ({
    step,
    trainLoss: 1,
    trainAccuracy: 0.5,
    testAccuracy: 0.5,
  }));
  const { html } = await render([
    run({ metrics, columnNorms: Float64Array.from({ length: 300_000 }, (_, i) => 1 + i) }),
  ]);
  expectSound(html);
  // 200 norms, 400 evaluations of four lines and the style sheet come to about 60 kB; unthinned it would be tens of MB.
  expect(html.length).toBeLessThan(150_000);
});

test("a diverged run says at which step, in legend and table, and the others are still drawn", async () => {
  const metrics = [0, 1, 2].map((step) => {
    const value = step < 2 ? 0.5 : Number.NaN;
    return { step, trainLoss: value, trainAccuracy: value, testLoss: value, testAccuracy: value };
  });
  const columnNorms = [Number.NaN, Number.POSITIVE_INFINITY];
  const lost = run({ label: "lost", metrics, columnNorms, curve: [], divergedAt: 2, row: null });
  const { html, document } = await render([run(), lost]);
  expectSound(html);
  expect(document.querySelector(".legend")?.textContent).toContain("lost (diverged at step 2)");
  expect(document.querySelector("table")?.textContent).toContain("diverged at step 2");
  expect(html).toContain("2 columns of norm zero or not finite are not shown.");
  expect(document.querySelectorAll("figure svg").length).toBe(6);
});

test("no runs, empty runs, one point, NaN everywhere: each renders and says what is missing", async () => {
  const empty = run({ metrics: [], columnNorms: [], curve: [], row: null });
  const one = { units: 1, keptFraction: 1, relativeSquaredError: 0, accuracy: 0.5, accuracyRefit: null };
  const point = run({
    metrics: [{ step: 0, trainLoss: 1, trainAccuracy: 0.5, testAccuracy: 0.5 }],
    columnNorms: [1],
    curve: [one],
  });
  const nan = Number.NaN;
  const lost = run({
    metrics: [{ step: 0, trainLoss: nan, trainAccuracy: nan, testAccuracy: nan }],
    columnNorms: [nan, 0],
    curve: [{ units: 0, keptFraction: nan, relativeSquaredError: nan, accuracy: nan, accuracyRefit: nan }],
    row: Object.fromEntries(Object.keys(row).map((key) => [key, nan])) as unknown as ReportRow,
  });
  for (const runs of [[], [empty], [point], [lost], [lost, point, empty]]) {
    const { html, document } = await render(runs);
    expectSound(html);
    if (!runs.includes(point)) expect(document.querySelector(".empty")?.textContent).toContain("Nothing to draw");
  }
});
