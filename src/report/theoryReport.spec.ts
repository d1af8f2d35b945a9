import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import type {
  CertificateSection,
  GeneralisationSection,
  InspectSection,
  PlanSection,
  SlopeSection,
  TheoryData,
  TheorySection,
} from "./theoryData.js";
import { renderTheoryReport } from "./theoryReport.js";

const series = (label: string, slope: number) => ({
  label,
  points: [16, 64, 256].map((x) => ({ x, y: x ** slope, interval: [0.9 * x ** slope, 1.1 * x ** slope] as const })),
  slope,
  interval: [slope - 0.03, slope + 0.03] as const,
  predicted: slope,
});

const slope = (kind: SlopeSection["kind"], change: Partial<SlopeSection> = {}): SlopeSection => ({
  kind,
  title: kind,
  protocol: "4 seeds.",
  alpha: 1.5,
  noise: "isotropic",
  confidence: 0.95,
  verdict: "supported",
  statements: [
    {
      label: "Mean",
      verdict: "supported",
      measured: series("shared noise", -0.5),
      controls: [series("independent noise", 0)],
      bound: -0.25,
      xLabel: "width n",
      yLabel: "distance",
    },
  ],
  ...change,
});

const answer = { keptFraction: 0.1, asymptotic: 4, rigorous: 4.4, simulated: null };

const plan: PlanSection = {
  kind: "plan",
  title: "Plan",
  protocol: "",
  alpha: 1.5,
  keptFraction: 0.1,
  relativeError: 0.3,
  confidence: 0.95,
  status: "attainable",
  width: 4,
  answer,
  widest: 6,
  curves: [
    {
      alpha: 1.5,
      points: [answer, { ...answer, keptFraction: 0.3, asymptotic: 3, simulated: 3.02, simulatedError: 0.05 }],
    },
  ],
  quantiles: [{ label: "n = 1000", points: [{ level: 0.5, predicted: 0.31, simulated: 0.312, standardError: 0.002 }] }],
  facts: [
    { label: "Largest α", value: 1.45 },
    { label: "Noise", value: "isotropic" },
  ],
};

const certificate: CertificateSection = {
  kind: "certificate",
  title: "Certificate",
  protocol: "",
  keptFraction: 0.3,
  relativeSquaredError: 0.1,
  delta: 0.1,
  confidence: 0.95,
  watched: false,
  seeds: [
    { seed: 7, relativeSquaredError: 0.08, eValue: 1.05 },
    { seed: 8, relativeSquaredError: null, eValue: 0.4 },
  ],
  statements: [{ label: "Squared error", failures: 1, runs: 2, upperBound: 0.975, certified: false }],
};

const inspect: InspectSection = {
  kind: "inspect",
  title: "Inspect",
  protocol: "",
  model: "model.onnx",
  confidence: 0.95,
  layers: [
    { name: "fc1", columns: 100, tailIndex: 1.7, tailInterval: [1.6, 1.8], prunedFractionAt10: 0.6, excludesTwo: true },
    { name: "fc2", columns: 10, tailIndex: null, tailInterval: null, prunedFractionAt10: null, excludesTwo: false },
  ],
};

const generalisation: GeneralisationSection = {
  kind: "generalisation",
  title: "Generalisation",
  protocol: "",
  confidence: 0.95,
  guessError: 0.9,
  runs: [
    {
      label: "plain SGD",
      points: [
        { keptFraction: 0.1, keptColumns: 10, trainError: 0.2, testError: 0.22, bound: 0.7, bits: 1000 },
        { keptFraction: 1, keptColumns: 100, trainError: 0.02, testError: 0.05, bound: 0.95, bits: 10_000 },
      ],
    },
  ],
};

const every: readonly TheorySection[] = [
  slope("chaos"),
  slope("euler"),
  slope("compressibility"),
  plan,
  certificate,
  inspect,
  generalisation,
];

async function render(sections: readonly TheorySection[], change: Partial<TheoryData> = {}) {
  const generatedBy = { version: "heavytail 0.1.0", command: "heavytail verify chaos" };
  const html = await renderTheoryReport({ title: "Theory", subtitle: "", generatedBy, sections, ...change });
  return { html, document: parseHTML(html).document };
}

/** What must hold of every report, whatever its data. */
function expectSound(html: string): void {
  expect(html).not.toMatch(/<script|<link|<iframe|<img|@import|url\(|https?:|\son\w+=/i);
  // Plot writes a warning sign into a drawing that it has doubts about.
  expect(html).not.toContain("⚠");
  expect(html).not.toMatch(/NaN|Infinity|undefined|null/);
}

test("every kind of section: one file, its figure described and captioned, its verdict in words, its numbers in a table", async () => {
  for (const section of every) {
    const { html, document } = await render([section]);
    expectSound(html);
    expect(document.querySelector(".empty")).toBeNull();
    const drawings = [...document.querySelectorAll("figure svg[role]")];
    expect(drawings.length).toBeGreaterThan(0);
    for (const svg of drawings) expect(svg.getAttribute("aria-label")?.length).toBeGreaterThan(30);
    expect(document.querySelector("figcaption p")?.textContent).toMatch(/proved|asymptotic/);
    expect(document.querySelector("figcaption p")?.textContent).toMatch(/measured|simulated/);
    expect(document.querySelectorAll("tbody tr").length).toBeGreaterThan(0);
    if (section.kind !== "inspect") expect(document.querySelector(".part .badge")?.textContent).toMatch(/[a-z]{4}/);
  }
});

test("several sections number their figures through and are listed at the top with a way to each", async () => {
  const { html, document } = await render(every);
  expectSound(html);
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const links = [...document.querySelectorAll(".contents a")].map((link) => link.getAttribute("href")!.slice(1));
  expect(links.length).toBe(every.length);
  for (const link of links) expect(ids).toContain(link);
  expect(html).toContain("Figure 8");
});

test("no string from outside becomes markup", async () => {
  const evil = `"'><script>alert(1)</script>`;
  const titled = every.map((section) => ({ ...section, title: evil, protocol: evil, model: evil, noise: evil }));
  const { html, document } = await render(
    [
      ...titled,
      {
        ...slope("chaos"),
        statements: [
          { ...slope("chaos").statements[0]!, label: evil, xLabel: evil, yLabel: evil, measured: series(evil, -1) },
        ],
      },
      { ...plan, quantiles: [{ ...plan.quantiles[0]!, label: evil }], facts: [{ label: evil, value: evil }] },
      { ...certificate, statements: [{ ...certificate.statements[0]!, label: evil }] },
      { ...inspect, layers: [{ ...inspect.layers[0]!, name: evil }] },
      { ...generalisation, runs: [{ ...generalisation.runs[0]!, label: evil }] },
    ],
    { title: evil, subtitle: evil, generatedBy: { version: evil, command: evil } },
  );
  expectSound(html);
  expect(document.querySelector(".part h2")?.textContent).toContain(evil);
});

test("nothing measured, and numbers that are not: each renders and says what is missing", async () => {
  const nan = Number.NaN;
  const bare = { ...series("a", nan), points: [{ x: nan, y: 0 }], interval: null, predicted: null };
  const statement = { ...slope("chaos").statements[0]!, measured: bare, controls: [] };
  const noAnswer = { keptFraction: nan, asymptotic: null, rigorous: nan, simulated: nan };
  const sections: TheorySection[] = [
    slope("chaos", { statements: [] }),
    slope("euler", { statements: [statement] }),
    { ...plan, curves: [], quantiles: [], facts: [] },
    { ...plan, width: null, answer: noAnswer, widest: nan, curves: [{ alpha: 1.5, points: [noAnswer] }] },
    { ...plan, quantiles: [{ label: "none", points: [{ level: 0.5, predicted: nan, simulated: 0 }] }] },
    { ...certificate, seeds: [], statements: [] },
    { ...inspect, layers: [] },
    { ...inspect, layers: [{ ...inspect.layers[1]!, tailIndex: nan, tailInterval: [nan, nan] }] },
    { ...generalisation, runs: [] },
    {
      ...generalisation,
      runs: [
        {
          label: "a",
          points: [{ ...generalisation.runs[0]!.points[0]!, keptFraction: 0, testError: nan, bound: nan }],
        },
      ],
    },
  ];
  for (const section of sections) {
    const { html, document } = await render([section]);
    expectSound(html);
    expect(document.querySelector(".empty")?.textContent).toContain("Nothing to draw");
  }
  const { html, document } = await render([]);
  expectSound(html);
  expect(document.querySelector(".headline")?.textContent).toBe("There is nothing to report.");
});

test("a single point has no line but a mark, and does not fail", async () => {
  const one = { ...series("a", -0.5), points: [{ x: 100, y: 0.1 }] };
  const { html, document } = await render([
    slope("chaos", { statements: [{ ...slope("chaos").statements[0]!, measured: one, controls: [] }] }),
  ]);
  expectSound(html);
  expect(document.querySelectorAll('figure svg[role] [aria-label="dot"] > *').length).toBe(1);
});

test("long tables are folded away, whole", async () => {
  const seeds = Array.from({ length: 50 }, (_, seed) => ({ seed, relativeSquaredError: 0.05, eValue: null }));
  const { document } = await render([{ ...certificate, seeds }]);
  expect(document.querySelectorAll("details tbody tr").length).toBe(50);
  expect(document.querySelector("summary")?.textContent).toContain("50 rows");
});
