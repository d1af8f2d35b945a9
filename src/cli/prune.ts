/** @file `heavytail prune`: cuts a network, removes the cut units, and writes the small network. */

import { dirname, join } from "node:path";
import { type Command, Option } from "commander";
import type { Dataset } from "../dataset/dataset.js";
import { ParameterError } from "../errors.js";
import type { Network } from "../model/network.js";
import type { ShrinkOptions, Shrunk } from "../shrink/shrink.js";
import { type CommandResult, type CommonOptions, command, integer, number } from "./command.js";
import { type DataFlags, defineDataFlags, givenData } from "./dataOptions.js";
import { bytes, percent, table } from "./table.js";

interface PruneFlags extends CommonOptions, DataFlags {
  relativeSquaredError?: number;
  relativeError?: number;
  keptFraction?: number;
  units?: number;
  maxAccuracyDrop?: number;
  by: "norm" | "contribution";
  refit?: boolean;
  skip?: boolean;
  seed: number;
  out?: string;
  threads?: number;
}

const amounts = ["relativeSquaredError", "relativeError", "keptFraction", "units", "maxAccuracyDrop"] as const;

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
        .option("--max-accuracy-drop <p>", "fewest units that lose at most this training accuracy, in [0, 1]", number)
        .addOption(
          new Option("--by <criterion>", "what ranks the units").choices(["norm", "contribution"]).default("norm"),
        )
        .option("--refit", "fit the output layer to the original logits again (needs data, but no labels)")
        .option("--skip", "with --refit: also a short cut from the inputs that stands in for the removed units")
        .option("--seed <s>", "splits a csv: data set as the run did", integer, 0)
        .option("--threads <n>", "threads of the runtime (all cores)", integer)
        .option("--out <file>", "where the small network goes, .onnx or .safetensors (compact.onnx beside the input)"),
    run,
  );
}

async function run(flags: PruneFlags, input: string): Promise<CommandResult> {
  const amount = amountOf(flags);
  if (flags.skip && !flags.refit) {
    throw new ParameterError({
      where: "skip",
      expected: "--refit beside it",
      got: "--skip alone",
      remedy: "Add --refit.",
    });
  }
  const { shrink } = await import("../shrink/shrink.js");
  const { writeWhole } = await import("../disk/files.js");
  const source = await openInput(input, flags);
  const out = flags.out ?? join(source.folder, "compact.onnx");
  if (!/\.(onnx|safetensors)$/.test(out)) {
    throw new ParameterError({ where: "out", expected: "a file name that ends in .onnx or .safetensors", got: out });
  }
  process.stderr.write(`pruning ${input} …\n`);
  const shrunk = await shrink(source.network, source.dataset, {
    amount,
    by: flags.by,
    refit: flags.refit ? (flags.skip ? "skip" : "units") : "none",
    metadata: source.metadata,
    ...(flags.threads !== undefined && { threads: flags.threads }),
  });
  await writeWhole(out, out.endsWith(".onnx") ? shrunk.bytes : await asSafetensors(shrunk.network));
  return { json: { ...prunedJson(shrunk), model: out }, text: `${prunedText(shrunk)}\n→ ${out}` };
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
}

/** Reads a run folder or a model file, and the data it was trained on or that the flags name. */
async function openInput(input: string, flags: PruneFlags): Promise<Input> {
  const { isFolder, readWhole } = await import("../disk/files.js");
  if (await isFolder(input)) {
    const { readConfig, readState, runMetadata } = await import("../disk/runFolder.js");
    const { train, ...data } = await readConfig(input);
    const { network } = await readState(input);
    const dataset = await loadData({ ...data, ...givenData(flags) }, train.seed);
    return { network, dataset, metadata: runMetadata(train, dataset!), folder: input };
  }
  const content = await readWhole(input, "a run folder, an ONNX model or a safetensors file");
  const dataset = await loadData(givenData(flags), flags.seed);
  if (input.endsWith(".safetensors")) {
    const { decodeState } = await import("../export/weights.js");
    return { network: decodeState(content, input).network, dataset, metadata: {}, folder: dirname(input) };
  }
  const { networkFromOnnx } = await import("../model/fromOnnx.js");
  const { network, metadata } = networkFromOnnx(content, input);
  return { network, dataset, metadata: ownMetadata(metadata), folder: dirname(input) };
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
    ...(refitted ? [["  without the refit", "", percent(cut.testAccuracy)]] : []),
    ["parameters", `${before.parameters}`, `${after.parameters}`],
    ["file", bytes(before.bytes), bytes(after.bytes)],
    ["ms a batch of 500", before.msPerBatch.toFixed(2), after.msPerBatch.toFixed(2)],
    ["relative squared error", "0", mask.relativeSquaredError.toPrecision(3)],
  ];
  if (unchanged !== null) rows.push(["predictions unchanged", "", percent(unchanged)]);
  if (guaranteed !== null) rows.push(["  guaranteed by margins", "", percent(guaranteed)]);
  return table(["", "before", "after"], rows);
}
