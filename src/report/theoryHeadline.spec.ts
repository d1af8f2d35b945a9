import { expect, test } from "vitest";
import type {
  CertificateSection,
  GeneralisationSection,
  PlanSection,
  SlopeSection,
  TheorySection,
  Verdict,
} from "./theoryData.js";
import { theoryHeadline } from "./theoryHeadline.js";

const plain = (text: string) => text.replaceAll("\u00a0", " ");
const sentence = (section: TheorySection) => plain(theoryHeadline(section).sentence);
const details = (section: TheorySection) => plain(theoryHeadline(section).details);

const series = (label: string, slope: number) => {
  return { label, points: [], slope, interval: [slope - 0.02, slope + 0.02] as const, predicted: -0.5 };
};
const chaos = (verdict: Verdict, kind: SlopeSection["kind"] = "chaos"): SlopeSection => ({
  ...{ kind, title: "", protocol: "", alpha: 1.5, noise: "iid", confidence: 0.95, verdict },
  statements: [
    { label: "Mean", verdict, measured: series("a", -0.503), controls: [series("b", 0)], xLabel: "", yLabel: "" },
  ],
});

test("a slope's sentence follows its verdict, its details give slope, interval, prediction and control", () => {
  for (const kind of ["chaos", "euler", "compressibility"] as const) {
    const sentences = (["supported", "inconclusive", "refuted"] as const).map((verdict) =>
      sentence(chaos(verdict, kind)),
    );
    expect(new Set(sentences).size).toBe(3);
    expect(sentences[1]).toMatch(/remains open/);
    expect(sentences[2]).toMatch(/not/);
  }
  expect(details(chaos("refuted"))).toBe(
    "Mean: slope −0.503 (−0.523 to −0.483), predicted −0.500; b, for comparison: 0.000 (−0.020 to 0.020). " +
      "Noise: iid, α = 1.5. In brackets: 95 % intervals.",
  );
  expect(theoryHeadline(chaos("refuted")).verdict).toEqual({ text: "refuted", tone: "bad" });
});

const plan = (status: PlanSection["status"], asymptotic: number, rigorous: number | null): PlanSection => ({
  ...{
    kind: "plan",
    title: "",
    protocol: "",
    alpha: 1.9,
    keptFraction: 0.1,
    relativeError: 0.1,
    confidence: 0.95,
    status,
  },
  ...{
    width: asymptotic,
    answer: { keptFraction: 0.1, asymptotic, rigorous, simulated: null },
    widest: 7,
    curves: [],
    quantiles: [],
    facts: [],
  },
});

test("a plan names the width, says that there is none, or that no heavy tail is needed", () => {
  expect(sentence(plan("attainable", 4.2222, 4.5))).toBe("At width 16,700, 10 % of the hidden units are enough.");
  expect(sentence(plan("unattainable", 35.7, null))).toContain("No real network is wide enough");
  expect(sentence(plan("unattainable", 35.7, null))).toContain("10^35.7");
  expect(sentence(plan("trivial", 1, null))).toContain("No heavy tail is needed");
  expect(details(plan("attainable", 4.2222, null))).toContain("Width needed: by the formula 16,700.");
  expect(details(plan("attainable", 4.2222, Number.POSITIVE_INFINITY))).toContain("proved none");
});

test("a certificate counts failures and divergences, and says what is allowed", () => {
  const section: CertificateSection = {
    ...{
      kind: "certificate",
      title: "",
      protocol: "",
      keptFraction: 0.3,
      relativeSquaredError: 0.1,
      delta: 0.05,
      confidence: 0.95,
    },
    watched: false,
    seeds: [{ seed: 1, relativeSquaredError: null, eValue: null }],
    statements: [{ label: "", failures: 2, runs: 100, upperBound: 0.0616, certified: false }],
  };
  expect(sentence(section)).toBe(
    "2 of 100 seeds broke the promise (1 diverged): a fresh seed breaks it with probability at most 6.2 % (allowed: 5 %).",
  );
  expect(theoryHeadline(section).verdict?.text).toBe("not certified");
});

test("a bound is vacuous from the error of guessing on, and its sentence says so", () => {
  const section = (bound: number | null): GeneralisationSection => ({
    ...{ kind: "generalisation", title: "", protocol: "", confidence: 0.95, guessError: 0.9 },
    runs: [
      {
        label: "a",
        points: [{ keptFraction: 1, keptColumns: 9, trainError: 0, testError: 0.1, bound, bits: 9 }],
      },
    ],
  });
  expect(sentence(section(0.899))).toContain("prove at most 89.9 % wrong answers");
  expect(sentence(section(0.9))).toContain("says nothing");
  expect(theoryHeadline(section(0.9)).verdict?.text).toBe("vacuous");
  expect(sentence(section(null))).toBe("No bound was computed.");
});

test("inspected layers are counted by what can be excluded, and those without an index are not", () => {
  const layer = { name: "", columns: 9, tailInterval: null, prunedFractionAt10: null };
  const layers = [
    { ...layer, tailIndex: 1.7, excludesTwo: true },
    { ...layer, tailIndex: 1.99, excludesTwo: false },
    { ...layer, tailIndex: null, excludesTwo: false },
  ];
  const base = { kind: "inspect", title: "", protocol: "", model: "m.onnx", confidence: 0.95 } as const;
  expect(sentence({ ...base, layers })).toBe("In 1 of 2 layers of m.onnx a Gaussian tail can be excluded.");
  expect(sentence({ ...base, layers: [] })).toBe("No layer of m.onnx has a tail index.");
});
