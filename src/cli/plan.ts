/** @file `heavytail plan`: the width that a promised compression needs, and what a width or a finished run promises. */

import { type Command, Option } from "commander";
import { ParameterError } from "../errors.js";
import type { ColumnLaw } from "../theory/plan/columnLaw.js";
import type { Bound } from "../theory/plan/inverse.js";
import type { Plan, PlanQuestion, WidthReport } from "../theory/plan/plan.js";
import type { CompressionPromise } from "../theory/plan/promise.js";
import { type CommandResult, command, integer, number } from "./command.js";
import { noiseParser } from "./noiseOption.js";
import { ask, checkWidth, historyOf, type PlanFlags, promiseOf } from "./planQuestion.js";
import { percent, table } from "./table.js";
import { reporting, type TheoryPage, withReport } from "./theoryPage.js";

/** The command. */
export function planCommand(): Command {
  const made: Command = command(
    "plan",
    "How wide must a layer be, so that cutting it to a fraction of its columns costs at most a given weight error?",
    reporting((made) =>
      made
        .option("--alpha <a>", "tail index of the noise, in [0.5, 2)", number)
        .option("--kept-fraction <k>", "κ: the columns kept, in (0, 1)", number)
        .option("--relative-error <e>", "ε: the largest weight error, in (0, 1)", number)
        .option("--relative-squared-error <e>", "its square, the paper's mce (0.1)", number)
        .option("--confidence <c>", "probability of keeping the promise, in (0, 1)", number, 0.95)
        .option("--noise <kind>", "node (I), coordinate (II), isotropic (III) or radial", noiseKind, "node")
        .option("--sigma <s>", "noise scale; it matters beside initial weights or drift only", number, 1)
        .option("--time <t>", "learning rate times steps", number, 1)
        .option("--inputs <d>", "incoming weights of a unit", integer, 1)
        .option("--init-std <s>", "standard deviation of the initial weights", number, 0)
        .addOption(
          new Option("--convention <name>", "what σ means: unit, or paperCode as in the authors' program")
            .choices(["unit", "paperCode"])
            .default("unit"),
        )
        .option("--weight-decay <l>", "λ", number, 0)
        .option("--drift <r>", "root mean square distance that gradients move a column", number)
        .option("--drift-bound <b>", "the same from a bound on the drift: B times the time", number)
        .option("--width <n>", "also: what this width promises", integer)
        .addOption(
          new Option("--solve <what>", "the unknown; others than width need --width")
            .choices(["width", "kept-fraction", "alpha", "sigma"])
            .default("width"),
        )
        .option("--from <run>", "a run folder: its noise and measured drift, the prediction beside the measurement")
        .option("--seed <s>", "decides what is simulated", integer, 0),
    ),
    (flags: PlanFlags) => {
      if (flags.from !== undefined) refuseBesideRun((flag) => made.getOptionValueSource(flag) === "cli");
      return run(flags);
    },
  );
  return made;
}

/** What a run folder says itself. */
const toldByRun = [
  ...["alpha", "noise", "sigma", "time", "inputs", "initStd", "convention", "weightDecay"],
  ...["drift", "driftBound", "width", "solve"],
];

function refuseBesideRun(given: (flag: string) => boolean): void {
  const flag = toldByRun.find(given);
  if (!flag) return;
  const remedy = "The run says it itself: leave out the one or the other.";
  throw new ParameterError({ where: flag, expected: "no such flag beside --from", got: "both", remedy });
}

const noiseKind = noiseParser("node", "coordinate", "isotropic", "radial");

async function run(flags: PlanFlags): Promise<CommandResult> {
  if (flags.from !== undefined) {
    const { planFromRun } = await import("./planFromRun.js");
    return await planFromRun(flags.from, {
      ...promiseOf({ keptFraction: 0.1, ...flags }),
      seed: flags.seed,
      report: flags.report,
    });
  }
  if (flags.solve !== "width") {
    if (flags.report === undefined) return await solve(flags, flags.solve);
    const remedy = `Leave out --solve; with --width the page answers what that width promises.`;
    throw new ParameterError({ where: "report", expected: "a width to plan", got: `--solve ${flags.solve}`, remedy });
  }
  const [{ planWidth, reportWidth }, question] = await Promise.all([import("../theory/plan/plan.js"), ask(flags)]);
  const plan = planWidth(question);
  const atWidth = flags.width === undefined ? null : reportWidth(question, checkWidth(flags.width));
  const { promise, law, drift } = question;
  const facts = { ...promise, alpha: law.alpha, noise: law.kind, inputs: law.inputs, convention: flags.convention };
  const json = { ...plan, ...facts, noiseScale: law.noiseScale, initStd: law.initStd, drift, atWidth };
  const text = planText(plan, question) + (atWidth ? `\n\n${widthText(atWidth, promise)}` : "");
  return await withReport({ json, text }, flags.report, () => pageOf(flags, question, plan, atWidth));
}

async function pageOf(
  flags: PlanFlags,
  question: PlanQuestion,
  plan: Plan,
  atWidth: WidthReport | null,
): Promise<TheoryPage> {
  const [{ planFacts, widthFacts }, { planPage }, { columnLaw }] = await Promise.all([
    import("./sections/planSection.js"),
    import("./planPage.js"),
    import("../theory/plan/columnLaw.js"),
  ]);
  const lawAt = (alpha: number): ColumnLaw => columnLaw(historyOf(flags, alpha));
  const facts = planFacts(plan);
  if (atWidth) {
    const { largestAlpha } = await import("../theory/plan/inverse.js");
    const bound = largestAlpha(lawAt, question.promise, atWidth.width, question);
    facts.push(...widthFacts(atWidth, bound.status === "found" ? bound.value.toFixed(3) : alphaWords[bound.status]));
  }
  const sections = [await planPage("Width for a promised compression", question, plan, { lawAt, facts })];
  const { kind, alpha, inputs } = question.law;
  return {
    title: "heavytail plan",
    subtitle: `${kind} noise, α = ${alpha}, ${inputs} input${inputs === 1 ? "" : "s"}`,
    sections,
  };
}

const alphaWords = { always: "every one up to 1.99", infeasible: "none from 0.5 on" } as const;

const statuses = { found: "attainable", always: "trivial", infeasible: "unattainable" } as const;

/** Answers one of the inverse questions, by the formula. */
async function solve(flags: PlanFlags, unknown: "kept-fraction" | "alpha" | "sigma"): Promise<CommandResult> {
  const width = checkWidth(flags.width);
  if (unknown === "kept-fraction") return await solveKeptFraction(flags, width);
  const { largestAlpha, leastNoiseScale } = await import("../theory/plan/inverse.js");
  if (unknown === "alpha") {
    const { promise, drift, key } = await ask({ ...flags, alpha: 1 });
    const { columnLaw } = await import("../theory/plan/columnLaw.js");
    const bound = largestAlpha((alpha) => columnLaw(historyOf(flags, alpha)), promise, width, { drift, key });
    return solved("alpha", bound, width, {
      found: (alpha) => `Largest tail index that keeps the promise at width ${width}: α = ${alpha.toFixed(3)}.`,
      always: `Every α up to 1.99 keeps the promise at width ${width}.`,
      infeasible: `No α of at least 0.5 keeps the promise at width ${width}: widen the layer, keep more, or allow more error.`,
    });
  }
  const { law, promise, drift, key } = await ask(flags);
  const bound = leastNoiseScale(law, promise, width, { drift, key });
  const sigma: Bound =
    bound.status === "found" ? { ...bound, value: (bound.value / law.noiseScale) * flags.sigma } : bound;
  return solved("sigma", sigma, width, {
    found: (value) => `Least noise scale that keeps the promise at width ${width}: σ = ${value.toPrecision(4)}.`,
    always: `Every σ keeps the promise at width ${width}: without initial weights and drift the error has no scale.`,
    infeasible: `No σ keeps the promise at width ${width}: even noise alone breaks it. Change α, the width or the kept fraction.`,
  });
}

async function solveKeptFraction(flags: PlanFlags, width: number): Promise<CommandResult> {
  const [{ reachableKeptFraction }, { trimmedMoments }] = await Promise.all([
    import("../theory/plan/inverse.js"),
    import("../theory/plan/trimmedMoment.js"),
  ]);
  // The kept fraction is what is asked for: any valid one completes the promise.
  const { law, promise, drift, key } = await ask({ ...flags, keptFraction: 0.5 });
  const keptFraction = reachableKeptFraction({ law, moments: trimmedMoments(law, key), drift }, promise, width);
  // One column at least is kept.
  const least = Math.max(keptFraction, 1 / width);
  const status = least < 1 ? "attainable" : "unattainable";
  const json = { solve: "kept-fraction", status, width, keptFraction: least < 1 ? least : null };
  const found = `Least fraction of columns that keeps the promise at width ${width}: κ = ${least.toPrecision(3)}.`;
  return { json, text: least < 1 ? found : `No column can be cut at width ${width}.` };
}

function solved(
  unknown: "alpha" | "sigma",
  bound: Bound,
  width: number,
  say: { found: (value: number) => string; always: string; infeasible: string },
): CommandResult {
  const value = bound.status === "found" ? bound.value : null;
  const json = { solve: unknown, status: statuses[bound.status], width, [unknown]: value };
  return { json, text: bound.status === "found" ? say.found(bound.value) : say[bound.status] };
}

function widthOf(log10Width: number | null, width: number | null): string {
  if (log10Width === null) return "none found";
  return width === null || width >= 1e7 ? `10^${log10Width.toFixed(1)}` : width.toLocaleString("en");
}

function planText(plan: Plan, { promise, law }: PlanQuestion): string {
  const { formula, monteCarlo, bounds } = plan;
  const rows = [
    [
      "asymptotic formula",
      widthOf(formula.log10Width, formula.width),
      formula.checked ? "asymptotic; within 6 % wherever simulated" : "asymptotic; here it was not checked",
    ],
    [
      "certified, this width and every larger",
      widthOf(plan.log10RigorousWidth, plan.rigorousWidth),
      bounds.method === "quadrature" ? "proved" : `proved; its sampled bounds take ${bounds.failure} of the risk`,
    ],
    [
      "simulated",
      monteCarlo ? monteCarlo.width.toLocaleString("en") : "–",
      monteCarlo ? simulationNote(monteCarlo) : "too wide to simulate enough networks",
    ],
  ];
  const words = {
    attainable: `Width ${widthOf(plan.log10Width, plan.width)} (${plan.method})`,
    trivial: `A Gaussian matrix keeps this promise too (its error tends to ${plan.gaussianError?.toPrecision(3)}); width ${widthOf(plan.log10Width, plan.width)} (${plan.method})`,
    unattainable: `Unattainable: width 10^${plan.log10Width.toFixed(1)} is more than 10^12 weights (${plan.method})`,
  };
  const { keptFraction, relativeError, confidence } = promise;
  const sentence = `${percent(keptFraction)} of the columns kept, weight error at most ${relativeError.toPrecision(3)}, confidence ${confidence}; α = ${law.alpha}, ${law.kind} noise, ${law.inputs} inputs`;
  const lower =
    plan.driftLowerLog10Width === null
      ? ""
      : `\nWhatever the drift does, not below 10^${plan.driftLowerLog10Width.toFixed(1)}; the widths above allow for its worst.`;
  return `${sentence}\n${words[plan.status]}\n${table(["answer", "width", "how far to trust it"], rows)}${lower}`;
}

function simulationNote({ standardError, replicates }: NonNullable<Plan["monteCarlo"]>): string {
  return standardError === null ? "the least width" : `± ${Math.ceil(standardError)}, ${replicates} networks`;
}

function widthText(report: WidthReport, { keptFraction, relativeError, confidence }: CompressionPromise): string {
  const { monteCarlo } = report;
  const spread = (values: readonly [number, number, number]): string =>
    values.map((value) => value.toPrecision(3)).join(" / ");
  const rows = [
    [
      `P(error > ${relativeError.toPrecision(3)}) at ${percent(keptFraction)} kept`,
      report.failure.toPrecision(3),
      monteCarlo ? `${monteCarlo.failure.toPrecision(3)} ± ${monteCarlo.failureStandardError.toPrecision(1)}` : "–",
    ],
    ["  certified to be at most", report.rigorousFailure.toPrecision(3), ""],
    [`least fraction kept at confidence ${confidence}`, report.keptFraction.toPrecision(3), ""],
    ["error at 5 / 50 / 95 %", spread(report.errorQuantiles), monteCarlo ? spread(monteCarlo.errorQuantiles) : "–"],
    [
      "columns cut at squared error 0.1",
      percent(report.prunedFraction),
      monteCarlo ? percent(monteCarlo.prunedFraction) : "–",
    ],
  ];
  return table([`at width ${report.width}`, "formula", "simulated"], rows);
}
