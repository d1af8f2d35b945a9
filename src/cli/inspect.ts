/** @file `heavytail inspect`: the tails of every layer of a network of any origin, and how much of it can be pruned. */

import { basename, join, resolve } from "node:path";
import { type Command, Option } from "commander";
import { FormatError, ParameterError } from "../errors.js";
import type { LayerTail } from "../export/layerTail.js";
import type { WeightMatrices } from "../export/weightMatrices.js";
import type { TailIndexMethod } from "../math/stable/tailIndex/estimate.js";
import { type CommandResult, type CommonOptions, command, number } from "./command.js";
import { percent, table } from "./table.js";
import { type ReportOption, reporting, withReport } from "./theoryPage.js";

interface InspectFlags extends CommonOptions, ReportOption {
  method: TailIndexMethod;
  confidence: number;
  transposed?: boolean;
  fromStart?: boolean;
}

const methods: TailIndexMethod[] = ["characteristic", "likelihood", "quantile", "logMoment", "mohammadi", "hill"];

/** The command. */
export function inspectCommand(): Command {
  return command(
    "inspect <run-or-model>",
    "Measure how heavy-tailed the columns of each layer are, and how many could go (.onnx, .safetensors, run folder).",
    reporting((made) =>
      made
        .addOption(
          new Option("--method <name>", "estimator of the tail index").choices(methods).default("characteristic"),
        )
        .option("--confidence <c>", "of the intervals and of the test against α = 2, in (0, 1)", number, 0.95)
        .option("--transposed", "matrices of the safetensors file are [inputs, outputs]")
        .option("--from-start", "of a run folder: the weights minus the initial ones, which are nearer to pure noise"),
    ),
    run,
  );
}

async function run(flags: InspectFlags, input: string): Promise<CommandResult> {
  const { method, confidence, fromStart = false } = flags;
  const { matrices, skipped } = await readMatrices(input, flags);
  if (matrices.length === 0) {
    const got = skipped.length === 0 ? "none" : `only ${skipped.join(", ")}, which cannot be read as weights`;
    throw new FormatError({ where: input, expected: "weights of dense or convolution layers", got });
  }
  const { layerTail } = await import("../export/layerTail.js");
  const layers = matrices.map((matrix) => layerTail(matrix, { method, confidence }));
  const json = { layers, method, confidence, fromStart, skipped };
  const text = inspectText(layers, skipped, { method, confidence, fromStart });
  return await withReport({ json, text }, flags.report, async () => {
    const { inspectSection } = await import("./sections/inspectSection.js");
    const sections = [inspectSection(layers, { input, method, confidence, fromStart, skipped })];
    return { title: "heavytail inspect", subtitle: basename(resolve(input)), sections };
  });
}

async function readMatrices(input: string, { transposed = false, fromStart = false }: Partial<InspectFlags>) {
  const { isFolder, readWhole } = await import("../disk/files.js");
  const isRun = await isFolder(input);
  if (fromStart && !isRun) {
    const remedy = "Only a run folder knows where its weights began.";
    throw new ParameterError({ where: "from-start", expected: "a run folder", got: input, remedy });
  }
  const path = isRun ? join(input, "model.onnx") : input;
  const isSafetensors = path.endsWith(".safetensors");
  if (transposed && !isSafetensors) {
    const remedy = "In an ONNX file the operators say which axis counts units.";
    throw new ParameterError({ where: "transposed", expected: "a .safetensors file", got: input, remedy });
  }
  if (fromStart) return await movement(input);
  const { onnxMatrices, safetensorsMatrices } = await import("../export/weightMatrices.js");
  const bytes = await readWhole(path, "an ONNX model, a safetensors file or a run folder");
  return isSafetensors ? safetensorsMatrices(bytes, path, { transposed }) : onnxMatrices(bytes, path);
}

/** A run's weights minus those it began with. */
async function movement(dir: string): Promise<WeightMatrices> {
  const [{ readConfig, readState }, { initialNetwork }, { keyFromSeed }] = await Promise.all([
    import("../disk/runFolder.js"),
    import("../train/initialise.js"),
    import("../math/random/key.js"),
  ]);
  const { train } = await readConfig(dir);
  const { layers } = (await readState(dir)).network;
  const data = { inputs: layers[0]!.inputs, classes: layers.at(-1)!.outputs };
  const start = initialNetwork(train, data, keyFromSeed(train.seed));
  const matrices = layers.map(({ name, inputs, outputs, weight }, l) => ({
    ...{ name: `${name}.weight`, shape: [outputs, inputs], columns: outputs, inputs },
    weight: weight.map((value, i) => value - start.layers[l]!.weight[i]!),
  }));
  return { matrices, skipped: [] };
}

function inspectText(
  layers: readonly LayerTail[],
  skipped: readonly string[],
  { method, confidence, fromStart }: { method: TailIndexMethod; confidence: number; fromStart: boolean },
): string {
  const head = [
    "layer",
    "shape",
    "columns",
    "tail index",
    `interval (${+(100 * confidence).toPrecision(6)} %)`,
    "α = 2",
    "stable law",
    "prunable at 0.1",
  ];
  const rows = layers.map((layer) => [
    layer.name,
    `[${layer.shape.join(", ")}]`,
    `${layer.columns}${layer.zeroColumns > 0 ? ` (${layer.zeroColumns} zero)` : ""}`,
    layer.tailIndex?.toFixed(3) ?? "–",
    layer.tailInterval?.map((bound) => bound.toFixed(3)).join(" … ") ?? "–",
    layer.gaussianExcluded === null ? "–" : layer.gaussianExcluded ? "excluded" : "possible",
    layer.stableRejected === null ? "–" : layer.stableRejected ? "rejected" : "possible",
    percent(layer.prunedFractionAt10),
  ]);
  const notes = [
    "Tail index: of one number per column, the sum of its weights over √inputs, median taken off, as draws of a stable law.",
    "Trained weights are not quite one: initialisation and gradients pull the index towards 2 where noise is weak. Where α = 2 is",
    "excluded the columns are not one Gaussian; columns of unequal size do that too, and training without noise makes them.",
    `Prunable: columns of least norm at relative squared error 0.1${fromStart ? " of what training added" : ""}.`,
  ];
  for (const { name, reason } of layers) if (reason) notes.push(`– ${name}: ${reason}.`);
  if (method === "hill")
    notes.push("Hill's index is a diagnostic: on stable data near α = 2 it is too large by 0.7 and more.");
  if (skipped.length > 0) notes.push(`Not read: ${skipped.join(", ")}.`);
  return `${table(head, rows)}\n${notes.join("\n")}`;
}
