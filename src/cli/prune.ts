/** @file `heavytail prune`: cuts a network, removes the cut units, and writes the small network. */

import { dirname, join } from "node:path";
import { type Command, Option } from "commander";
import type { Dataset } from "../dataset/dataset.js";
import { ParameterError } from "../errors.js";
import type { Network } from "../model/network.js";
import type { CutRecipe } from "../shrink/cut.js";
import type { FineTune } from "../shrink/fineTune.js";
import type { ShrinkOptions, Shrunk } from "../shrink/shrink.js";
import type { Trial } from "../shrink/smallest.js";
import { type CommandResult, type CommonOptions, command, integer, number } from "./command.js";
import { type DataFlags, defineDataFlags, givenData } from "./dataOptions.js";
import { bytes, percent, table } from "./table.js";

interface PruneFlags extends CommonOptions, DataFlags {
  relativeSquaredError?: number;
  relativeError?: number;
  keptFraction?: number;
  units?: number;
  maxAccuracyDrop?: number;
  by?: "norm" | "contribution";
  refit?: boolean;
  skip?: boolean;
  fineTune?: number;
  learningRate?: number;
  rounds?: number;
  seed: number;
  out?: string;
  threads?: number;
}

/** Flags that say how; without any of them a bounded drop is searched for by itself. */
const ways = ["by", "refit", "fineTune", "rounds"] as const;
const amounts = ["relativeSquaredError", "relativeError", "keptFraction", "units", "maxAccuracyDrop"] as const;

/** How much lower than the run's the learning rate of a fine-tuning is: a small network, refitted above all, bears less. */
const rateDivisor = 3;
/** The learning rate of a fine-tuning where nothing is known of the training. */
const carefulRate = 0.05;
/** Steps of fine-tuning at each size that a search looks at. */
const searchSteps = 200;

/** The command. */
export function pruneCommand(): Command {
  return command(
    "prune <run-or-model>",
    "Cut a network (a run folder, .onnx or .safetensors) and write the small one.",
    (made) =>
      defineDataFlags(made, "the data set (a run folder knows its own)")
        .option(
          "--relative-squared-error <e>",
          "largest squared weight error, in [0, 1) (the paper's mce; default 0.1)",
          number,
        )
        .option("--relative-error <e>", "largest weight error, in [0, 1)", number)
        .option("--kept-fraction <k>", "keep this fraction of the units, in (0, 1]", number)
        .option("--units <k>", "keep this many units in each hidden layer", integer)
        .option(
          "--max-accuracy-drop <p>",
          "the smallest network that loses at most this training accuracy, in [0, 1]; alone it tries ways by itself",
          number,
        )
        .addOption(new Option("--by <criterion>", "what ranks the units (norm)").choices(["norm", "contribution"]))
        .option("--refit", "fit the output layer to the original logits again (needs data, but no labels)")
        .option("--skip", "with --refit: also a short cut from the inputs that stands in for the removed units")
        .option("--fine-tune <steps>", "train the small network for so many steps", integer)
        .option("--learning-rate <rate>", "of the fine-tuning (a third of the run's, or 0.05)", number)
        .option("--rounds <n>", "cut in n rounds, each with its share of the fine-tuning (1)", integer)
        .option("--seed <s>", "splits a csv: data set as the run did", integer, 0)
        .option("--threads <n>", "threads of the runtime (all cores)", integer)
        .option("--out <file>", "where the small network goes, .onnx or .safetensors (compact.onnx beside the input)"),
    run,
  );
}

async function run(flags: PruneFlags, input: string): Promise<CommandResult> {
  const amount = amountOf(flags);
  const byItself = "maxAccuracyDrop" in amount && ways.every((flag) => flags[flag] === undefined);
  if (flags.skip && !flags.refit) throw alone("skip", "refit");
  if (flags.learningRate !== undefined && flags.fineTune === undefined && !byItself) {
    throw alone("learning-rate", "fine-tune");
  }
  const { writeWhole } = await import("../disk/files.js");
  const source = await openInput(input, flags);
  const out = flags.out ?? join(source.folder, "compact.onnx");
  if (!/\.(onnx|safetensors)$/.test(out)) {
    throw new ParameterError({ where: "out", expected: "a file name that ends in .onnx or .safetensors", got: out });
  }
  const { shrunk, trials } = await (byItself && source.dataset ? search : once)(source, amount, flags);
  await writeWhole(out, out.endsWith(".onnx") ? shrunk.bytes : await asSafetensors(shrunk.network));
  const how = recipeFacts(shrunk.recipe);
  const tried = trials?.map(({ recipe, ...facts }) => ({ how: recipeFacts(recipe), ...facts }));
  const among = tried ? `, the smallest of ${tried.length} ways` : "";
  return {
    json: { ...prunedJson(shrunk), how, ...(tried && { tried }), model: out },
    text: `${prunedText(shrunk)}\n${recipeText(shrunk.recipe)}${among}\n→ ${out}`,
  };
}

function alone(flag: string, missing: string): ParameterError {
  const [expected, got] = [`--${missing} beside it`, `--${flag} alone`];
  return new ParameterError({ where: flag, expected, got, remedy: `Add --${missing}.` });
}

type Make = (
  source: Input,
  amount: ShrinkOptions["amount"],
  flags: PruneFlags,
) => Promise<{ shrunk: Shrunk; trials?: readonly Trial[] }>;

/** The small network as the flags ask for it. */
const once: Make = async ({ network, dataset, metadata, training }, amount, flags) => {
  const { shrink } = await import("../shrink/shrink.js");
  process.stderr.write("pruning …\n");
  const { by = "norm", fineTune: steps, rounds = 1 } = flags;
  const recipe: CutRecipe = {
    ...{ by, rounds, refit: flags.refit ? (flags.skip ? "skip" : "units") : "none" },
    ...(steps !== undefined && { fineTune: { ...training, steps } }),
  };
  return { shrunk: await shrink(network, dataset, { amount, ...recipe, metadata, ...sessionOf(flags) }) };
};

/** The smallest network that loses little enough, by any way. */
const search: Make = async ({ network, dataset, metadata, training }, amount, flags) => {
  const [{ openParent }, { recipesToTry, smallestWithin }, { progress }] = await Promise.all([
    import("../shrink/shrink.js"),
    import("../shrink/smallest.js"),
    import("./progress.js"),
  ]);
  const { maxAccuracyDrop } = amount as { maxAccuracyDrop: number };
  const recipes = recipesToTry(network, { ...training, steps: searchSteps });
  const bar = progress("pruning", recipes.length);
  try {
    const parent = await openParent(network, dataset, sessionOf(flags));
    const found = await smallestWithin(parent, { maxAccuracyDrop, recipes, metadata }, (tried, recipe) =>
      bar.update(tried, recipeText(recipe)),
    );
    bar.update(recipes.length, "");
    return found;
  } finally {
    bar.stop();
  }
};

function sessionOf({ threads }: PruneFlags): { threads?: number } {
  return threads === undefined ? {} : { threads };
}

/** A recipe as JSON tells it. */
function recipeFacts({ by = "norm", refit = "none", fineTune, rounds = 1 }: CutRecipe): Record<string, unknown> {
  return { by, refit, fineTune: fineTune ?? null, rounds };
}

/** A recipe in words. */
function recipeText({ by = "norm", refit = "none", fineTune, rounds = 1 }: CutRecipe): string {
  const refitted = { none: [], units: ["output layer refitted"], skip: ["output layer refitted with a short cut"] };
  const tuned = fineTune ? [`fine-tuned for ${fineTune.steps} steps of rate ${fineTune.learningRate}`] : [];
  const cut = rounds > 1 ? `cut by ${by} in ${rounds} rounds` : `cut by ${by}`;
  return [cut, ...refitted[refit], ...tuned].join(", ");
}

function amountOf(flags: PruneFlags): ShrinkOptions["amount"] {
  const given = amounts.filter((name) => flags[name] !== undefined);
  if (given.length > 1) {
    const remedy = "Each of them decides how much to cut.";
    throw new ParameterError({ where: "amount", expected: "one amount", got: given.join(" and "), remedy });
  }
  const name = given[0] ?? "relativeSquaredError";
  return { [name]: flags[name] ?? 0.1 } as ShrinkOptions["amount"];
}

interface Input {
  network: Network;
  dataset: Dataset | null;
  metadata: Record<string, string | number | boolean>;
  folder: string;
  /** How a fine-tuning trains: as the run did, or carefully. */
  training: Omit<FineTune, "steps">;
}

/** Reads a run folder or a model file, and the data it was trained on or that the flags name. */
async function openInput(input: string, flags: PruneFlags): Promise<Input> {
  const { isFolder, readWhole } = await import("../disk/files.js");
  const ownRate = flags.learningRate !== undefined && { learningRate: flags.learningRate };
  if (await isFolder(input)) {
    const { readConfig, readState, runMetadata } = await import("../disk/runFolder.js");
    const { train, ...data } = await readConfig(input);
    const { network } = await readState(input);
    const dataset = await loadData({ ...data, ...givenData(flags) }, train.seed);
    const { batch, loss } = train;
    const training = { learningRate: train.learningRate / rateDivisor, batch, loss, ...ownRate };
    return { network, dataset, metadata: runMetadata(train, dataset!), folder: input, training };
  }
  const content = await readWhole(input, "a run folder, an ONNX model or a safetensors file");
  const dataset = await loadData(givenData(flags), flags.seed);
  const facts = { dataset, folder: dirname(input), training: { learningRate: carefulRate, ...ownRate } };
  if (input.endsWith(".safetensors")) {
    const { decodeState } = await import("../export/weights.js");
    return { ...facts, network: decodeState(content, input).network, metadata: {} };
  }
  const { networkFromOnnx } = await import("../model/fromOnnx.js");
  const { network, metadata } = networkFromOnnx(content, input);
  return { ...facts, network, metadata: ownMetadata(metadata) };
}

/** The facts that heavytail wrote into a file, by the names that `exportOnnx` prefixes. */
function ownMetadata(metadata: Readonly<Record<string, string>>): Record<string, string> {
  const prefix = "heavytail.";
  const own = Object.entries(metadata).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value]));
}

async function loadData({ data, ...reading }: DataFlags, seed: number): Promise<Dataset | null> {
  if (data === undefined) return null;
  const { loadDataset } = await import("../disk/data.js");
  const { deriveKey, keyFromSeed } = await import("../math/random/key.js");
  return await loadDataset(data, { key: deriveKey(keyFromSeed(seed), "split"), ...reading });
}

async function asSafetensors(network: Network): Promise<Uint8Array> {
  const { encodeState } = await import("../export/weights.js");
  return encodeState({ step: 0, network, velocities: new Map() });
}

/** A pruning by the names of the command-line contract. */
function prunedJson({ mask, before, after, cut, guaranteed, unchanged }: Shrunk): Record<string, unknown> {
  const { keptColumns, totalColumns, prunedFraction, relativeSquaredError, layers } = mask;
  return {
    ...{ keptColumns, totalColumns, prunedFraction, relativeSquaredError },
    layers: layers.map(({ name, units, kept, relativeSquaredError }) => ({
      ...{ name, units, keptUnits: kept.length, relativeSquaredError },
    })),
    ...{ before, after, guaranteed, unchanged },
    cut: { trainAccuracy: cut.trainAccuracy, testAccuracy: cut.testAccuracy },
  };
}

function prunedText({ mask, before, after, cut, guaranteed, unchanged }: Shrunk): string {
  const refitted = cut.testAccuracy !== after.testAccuracy || cut.trainAccuracy !== after.trainAccuracy;
  const rows = [
    ["hidden units", `${mask.totalColumns}`, `${mask.keptColumns} (${percent(mask.prunedFraction)} removed)`],
    ["training accuracy", percent(before.trainAccuracy), percent(after.trainAccuracy)],
    ["test accuracy", percent(before.testAccuracy), percent(after.testAccuracy)],
    ...(refitted ? [["  as cut", "", percent(cut.testAccuracy)]] : []),
    ["parameters", `${before.parameters}`, `${after.parameters}`],
    ["file", bytes(before.bytes), bytes(after.bytes)],
    ["ms a batch of 500", before.msPerBatch.toFixed(2), after.msPerBatch.toFixed(2)],
    ["relative squared error", "0", mask.relativeSquaredError.toPrecision(3)],
  ];
  if (unchanged !== null) rows.push(["predictions unchanged", "", percent(unchanged)]);
  if (guaranteed !== null) rows.push(["  guaranteed by margins", "", percent(guaranteed)]);
  return table(["", "before", "after"], rows);
}
