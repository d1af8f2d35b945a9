import { expect, test } from "vitest";
import { headline, runSummary } from "./headline.js";
import type { ReportRow, ReportRun } from "./reportData.js";

function run(label: string, row: Partial<ReportRow> | null, trainAccuracy = 0.95): ReportRun {
  const full: ReportRow = {
    testAccuracy: 0.94,
    keptColumns: 400,
    totalColumns: 1000,
    prunedFraction: 0.6,
    relativeSquaredError: 0.0999,
    testAccuracyAfter: 0.9,
    bytes: 1,
    bytesAfter: 1,
    msPerBatch: 1,
    msPerBatchAfter: 1,
    guaranteed: 0,
    unchanged: 1,
  };
  return {
    label,
    noise: { kind: "none", alpha: null, sigma: null },
    metrics: [{ step: 9, trainLoss: 0.1, trainAccuracy, testAccuracy: 0.94 }],
    columnNorms: [],
    curve: [],
    divergedAt: null,
    row: row && { ...full, ...row },
  };
}

const say = (...runs: ReportRun[]) => headline(runs).replaceAll("\u00a0", " ");

test("the run that loses more units is named first, whichever it is", () => {
  const heavy = run("heavy-tailed noise", { testAccuracyRefit: 0.957 });
  const plain = run("plain SGD", { prunedFraction: 0.25, testAccuracyAfter: 0.93 });
  const expected =
    "At about the same training accuracy (95 %), 60 % of the hidden units can go with heavy-tailed noise " +
    "(test accuracy then 95.7 %), 25 % with plain SGD (93.0 %).";
  expect(say(plain, heavy)).toBe(expected);
  expect(say({ ...plain, row: heavy.row, label: "plain SGD" }, { ...heavy, row: plain.row })).toContain(
    "60 % of the hidden units can go with plain SGD (test accuracy then 95.7 %), 25 % with heavy-tailed noise",
  );
});

test("training accuracies that differ are both named, in the order of the runs in the sentence", () => {
  expect(say(run("a", { prunedFraction: 0.2 }, 0.91), run("b", {}, 0.98))).toMatch(
    /^At training accuracies of 98 % and 91 %, 60 %/,
  );
});

test("runs cut to the same width are compared by accuracy", () => {
  expect(say(run("a", { testAccuracyAfter: 0.9 }), run("b", { testAccuracyAfter: 0.92 }))).toBe(
    "At about the same training accuracy (95 %), with 60 % of the hidden units removed, test accuracy is 92.0 % with b, 90.0 % with a.",
  );
});

test("a comparison at clearly different errors says so", () => {
  expect(say(run("a", {}), run("b", { prunedFraction: 0.3, relativeSquaredError: 0.05 }))).toContain(
    "at different relative squared errors (0.0999 and 0.0500).",
  );
});

test("of more than two runs the best and the last are named, diverged ones never", () => {
  const diverged = { ...run("lost", { prunedFraction: 0.99 }), divergedAt: 7 };
  const sentence = say(run("a", { prunedFraction: 0.3 }), run("b", { prunedFraction: 0.4 }), run("c", {}), diverged);
  expect(sentence).toMatch(/with c .* with a/);
  expect(sentence).not.toMatch(/with b|lost/);
});

test("without a pruned run the headline says that there is none", () => {
  expect(say()).toBe("There are no runs to report.");
  expect(say(run("a", null))).toBe("No run was pruned.");
});

test("a summary names the accuracies, or the step of divergence", () => {
  expect(runSummary(run("a", { testAccuracyRefit: 0.957 })).replaceAll("\u00a0", " ")).toBe(
    "60.0 % of the hidden units removed at a relative squared error of 0.0999; test accuracy 94.0 % before the cut, 90.0 % after it, 95.7 % after a refit.",
  );
  expect(runSummary({ ...run("a", null), divergedAt: 12 })).toBe("diverged at step 12.");
});
