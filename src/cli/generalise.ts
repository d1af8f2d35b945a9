/**
 * @file `heavytail generalise`: the gap between training and test error against the kept fraction, and what the bits of the
 * small network alone guarantee about new data.
 */

import { basename, resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { CodedNetwork } from "../compact/codeLength.js";
import type { Dataset, Split } from "../dataset/dataset.js";
import type { Network } from "../model/network.js";
import type { LayerCurve } from "../prune/curve.js";
import type { SessionOptions } from "../runtime/engine/session.js";
import { type CommandResult, type CommonOptions, command, integer, number } from "./command.js";
import type { CutPoint } from "./sections/generalisationSection.js";
import { bytes, percent, table } from "./table.js";
import { type ReportOption, reporting, withReport } from "./theoryPage.js";

interface GeneraliseFlags extends CommonOptions, ReportOption {
  units?: number[];
  by: "norm" | "contribution";
  refit?: boolean;
  confidence: number;
  threads?: number;
}

/** A network cut to one size, with its gap and its code. */
interface Point extends CutPoint {
  /** testError − trainError. */
  gap: number;
  rounded: CutPoint["rounded"] & { exponents: number[] };
  bitsPerWeight: number;
  vacuous: boolean;
}

/** A rounded network with the exponents of its steps. */
interface Candidate {
  readonly coded: CodedNetwork;
  readonly exponents: number[];
}

/** Steps over root-mean-square weight that are tried in hidden layers and in the output layer. */
const hiddenRatios = [4, 2, 1, 1 / 2, 1 / 4, 1 / 8];
const outputRatios = [1 / 2, 1 / 8, 1 / 32];
/** Of the output layer while only hidden weights are rounded. */
const fineRatio = 2 ** -12;
/** Where no step gives a bound that says anything, the coarsest is taken that costs at most this training error. */
const tolerated = 0.01;

/** The command. */
export function generaliseCommand(): Command {
  return command(
    "generalise <run>",
    "Measure the train-test gap against the kept fraction, and bound the test error by the bits of the small network.",
    reporting((made) =>
      made
        .option(
          "--units <list>",
          "sizes to cut each hidden layer to, such as 1,10,100 (1, 2, 5, 10, … up to all)",
          sizes,
        )
        .addOption(
          new Option("--by <criterion>", "what ranks the units").choices(["norm", "contribution"]).default("norm"),
        )
        .option("--refit", "fit the output layer to the original logits on the training split, after rounding too")
        .option("--confidence <c>", "of all bounds together, in (0, 1)", number, 0.95)
        .option("--threads <n>", "threads of the runtime (all cores)", integer),
    ),
    run,
  );
}

async function run(flags: GeneraliseFlags, dir: string): Promise<CommandResult> {
  const { by, refit = false, confidence, threads } = flags;
  const [{ rankUnits }, { progress }] = await Promise.all([import("../shrink/rankUnits.js"), import("./progress.js")]);
  const { network, dataset } = await openRun(dir);
  const session: SessionOptions = threads === undefined ? {} : { threads };
  const narrowest = Math.min(...network.layers.slice(0, -1).map(({ outputs }) => outputs));
  const units = flags.units ?? defaultSizes(narrowest);
  const cut = await cutter(network, dataset, await rankUnits(network, dataset, by, session), { refit, session });
  const bar = progress("cutting", units.length);
  const points: Point[] = [];
  try {
    for (const count of units) {
      points.push(await measure(network, dataset, cut(count), { units: count, confidence, session }));
      bar.update(points.length);
    }
  } finally {
    bar.stop();
  }
  const baseline = majorityError(dataset);
  const facts = { rows: dataset.train.rows, testRows: dataset.test.rows, classes: dataset.classes };
  const json = { points, confidence, ...facts, majorityError: baseline, by, refit };
  const text = generaliseText(points, { ...facts, confidence, baseline });
  return await withReport({ json, text }, flags.report, async () => {
    const { generalisationSection } = await import("./sections/generalisationSection.js");
    const sections = [generalisationSection(points, json)];
    return { title: "heavytail generalise", subtitle: `${basename(resolve(dir))}, ${dataset.name}`, sections };
  });
}

async function openRun(dir: string): Promise<{ network: Network; dataset: Dataset }> {
  const [{ readConfig, readState }, { loadSpecData }] = await Promise.all([
    import("../disk/runFolder.js"),
    import("./trainSpec.js"),
  ]);
  const config = await readConfig(dir);
  return { network: (await readState(dir)).network, dataset: await loadSpecData(config, config.train.seed) };
}

/** A network cut to one size, and what is done to its output layer after hidden weights changed: a refit or nothing. */
interface Cut {
  readonly compact: Network;
  readonly keptFraction: number;
  readonly finish: (network: Network) => Promise<Network>;
}

/** Prepares to cut the network to any number of units and remove the others. */
async function cutter(
  network: Network,
  dataset: Dataset,
  curves: readonly LayerCurve[],
  { refit, session }: { refit: boolean; session: SessionOptions },
): Promise<(units: number) => Cut> {
  const [{ refitOnData }, { cutCurves }, { compactNetwork }, { networkLogits }] = await Promise.all([
    import("../shrink/refitOnData.js"),
    import("../prune/prune.js"),
    import("../compact/compact.js"),
    import("../model/evaluate.js"),
  ]);
  const targets = refit ? await networkLogits(network, dataset.train.features, session) : null;
  return (units) => {
    const mask = cutCurves(curves, { units });
    const whole = mask.keptColumns === mask.totalColumns;
    return {
      compact: compactNetwork(network, mask),
      keptFraction: mask.keptColumns / mask.totalColumns,
      finish: async (changed) =>
        targets && !whole ? await refitOnData(changed, dataset, targets, { ...session, skip: false }) : changed,
    };
  };
}

async function measure(
  parent: Network,
  dataset: Dataset,
  cut: Cut,
  { units, confidence, session }: { units: number; confidence: number; session: SessionOptions },
): Promise<Point> {
  const { occamBound } = await import("../theory/generalisation/occamBound.js");
  const { parameterCount } = await import("../model/network.js");
  const { keptFraction } = cut;
  const small = await cut.finish(cut.compact);
  const trainError = await errorOn(dataset.train, small, session);
  const testError = await errorOn(dataset.test, small, session);
  const { rows } = dataset.train;
  const useless = 1 - 1 / dataset.classes;

  type Rounded = Candidate & { trainError: number; bound: number };
  let best: Rounded | undefined;
  let faithful: Rounded | undefined;
  let last: Rounded | undefined;
  for (const { coded, exponents } of await roundings(cut, parent)) {
    const { bits } = coded;
    // No finer step can beat this bound, whatever its training error.
    const least = occamBound({ trainError: 0, bits, rows, confidence });
    if (faithful && least >= Math.min(best?.bound ?? 1, useless)) break;
    const error = await errorOn(dataset.train, coded.network, session);
    last = { coded, exponents, trainError: error, bound: occamBound({ trainError: error, bits, rows, confidence }) };
    if (last.bound < (best?.bound ?? useless)) best = last;
    if (error <= trainError + tolerated) faithful ??= last;
  }
  const { coded, bound, ...rounded } = (best ?? faithful ?? last)!;
  return {
    ...{ units, keptFraction, trainError, testError, gap: testError - trainError },
    rounded: { ...rounded, testError: await errorOn(dataset.test, coded.network, session) },
    ...{ bits: coded.bits, bitsPerWeight: coded.bits / parameterCount(coded.network) },
    ...{ bound, vacuous: bound >= useless },
  };
}

/**
 * The network under every pair of steps, fewest bits first. The output layer is finished after the hidden weights were rounded.
 * Which pair is used, and how the weights were found, costs no bits beyond the code's own.
 */
async function roundings({ compact, finish }: Cut, parent: Network): Promise<Candidate[]> {
  const { codeNetwork, stepExponents } = await import("../compact/codeLength.js");
  const exponentsOf = (network: Network, hidden: number, output: number): number[] =>
    stepExponents(
      network,
      network.layers.map((_, l) => (l < network.layers.length - 1 ? hidden : output)),
    );
  const found = new Map<string, Candidate>();
  for (const hidden of hiddenRatios) {
    const rough = exponentsOf(compact, hidden, fineRatio);
    const finished = await finish(codeNetwork(compact, { parent, exponents: rough }).network);
    for (const output of outputRatios) {
      const exponents = [...rough.slice(0, -1), exponentsOf(finished, hidden, output).at(-1)!];
      if (found.has(exponents.join())) continue;
      found.set(exponents.join(), { coded: codeNetwork(finished, { parent, exponents }), exponents });
    }
  }
  return [...found.values()].sort((a, b) => a.coded.bits - b.coded.bits);
}

async function errorOn({ features, labels }: Split, network: Network, session: SessionOptions): Promise<number> {
  const [{ networkLogits }, { networkOutputs }, { accuracy }] = await Promise.all([
    import("../model/evaluate.js"),
    import("../model/network.js"),
    import("../model/score.js"),
  ]);
  return 1 - accuracy(await networkLogits(network, features, session), labels, networkOutputs(network));
}

/** The test error of naming the most frequent training class always. */
function majorityError({ train, test, classes }: Dataset): number {
  const counts = new Int32Array(classes);
  for (const label of train.labels) counts[label]!++;
  const majority = counts.indexOf(Math.max(...counts));
  return test.labels.reduce((wrong, label) => wrong + (label === majority ? 0 : 1), 0) / test.rows;
}

/** 1, 2, 5, 10, 20, 50, … below n, and n. */
function defaultSizes(width: number): number[] {
  const found: number[] = [];
  for (let decade = 1; decade < width; decade *= 10) {
    found.push(...[decade, 2 * decade, 5 * decade].filter((size) => size < width));
  }
  return [...found, width];
}

/** Parses a list of whole numbers; for commander options. */
function sizes(text: string): number[] {
  const found = text.split(",").map(integer);
  if (found.every((size) => size >= 1)) return found;
  throw new InvalidArgumentError(`expected numbers of at least 1, got "${text}".`);
}

function generaliseText(
  points: readonly Point[],
  facts: { rows: number; testRows: number; classes: number; confidence: number; baseline: number },
): string {
  const { rows, testRows, classes, confidence, baseline } = facts;
  const head = [
    "units",
    "kept",
    "train error",
    "test error",
    "gap",
    "code",
    "bits a weight",
    "coded train error",
    "bound",
  ];
  const body = points.map(
    ({ units, keptFraction, trainError, testError, gap, rounded, bits, bitsPerWeight, ...point }) => [
      `${units}`,
      percent(keptFraction),
      percent(trainError),
      percent(testError),
      percent(Math.abs(gap) < 5e-4 ? 0 : gap),
      bytes(Math.ceil(bits / 8)),
      bitsPerWeight.toFixed(2),
      percent(rounded.trainError),
      `${percent(point.bound)}${point.vacuous ? " vacuous" : ""}`,
    ],
  );
  const best = points.filter(({ vacuous }) => !vacuous).sort((a, b) => a.bound - b.bound)[0];
  const verdict = best
    ? `Best bound: with confidence ${confidence} the coded network of ${best.units} units errs on at most ${percent(best.bound)} of new data.`
    : `Every bound is vacuous: ${rows} training rows are too few for codes of this length.`;
  const idle =
    best && best.bound >= baseline ? " Naming the most frequent class always does as well, so it says little." : "";
  return [
    table(head, body),
    `${verdict}${idle}`,
    `The bounds hold together, for the coded networks, if the ${rows} training rows and new data are independent draws of one law and the`,
    `form of the network was chosen before seeing them. Vacuous: no better than guessing among ${classes} classes. Naming the most frequent`,
    `class always errs on ${percent(baseline)} of the ${testRows} test rows.`,
  ].join("\n");
}
