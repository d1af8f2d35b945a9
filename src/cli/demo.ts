/**
 * @file `heavytail demo`: MNIST without noise, with heavy-tailed noise and from a heavy-tailed start, the whole way to small
 * networks and a report.
 */

import { join } from "node:path";
import type { Command } from "commander";
import type { CurvePoint } from "../shrink/accuracyCurve.js";
import type { Shrunk } from "../shrink/shrink.js";
import type { noiseFacts as NoiseFacts, TrainOptions } from "../train/config.js";
import type { TrainResult } from "../train/train.js";
import { type CommandResult, type CommonOptions, command, integer } from "./command.js";
import { bytes, percent, table } from "./table.js";

interface DemoFlags extends CommonOptions {
  seed: number;
  out: string;
}

/** What all runs share: the same network, data, order of batches and stop rule. */
const shared: TrainOptions = {
  width: 1000,
  learningRate: 0.1,
  batch: 500,
  steps: 2000,
  evalEvery: 100,
  untilTrainAccuracy: 0.95,
};

/** The runs. */
const runs = [
  { name: "plain", label: "plain SGD", options: { noise: "none" } },
  { name: "heavy", label: "heavy-tailed noise", options: { noise: "isotropic", alpha: 1.7, sigma: 0.002 } },
  { name: "start", label: "heavy-tailed start", options: { noise: "none", initTail: 1, initUnits: 16 } },
] as const satisfies readonly { name: string; label: string; options: TrainOptions }[];

/** The paper's pruning: columns go while their share of the squared norm stays at or below this. */
const relativeSquaredError = 0.1;

/** Sizes on the curve of accuracy against kept units. */
const sizes = [8, 16, 32, 64, 128, 256, 500, 1000];

/** The command. */
export function demoCommand(): Command {
  return command(
    "demo",
    "MNIST plain, with heavy-tailed noise, from a heavy-tailed start: train, prune, export, report. Under a minute.",
    (made) =>
      made
        .option("--seed <s>", "decides everything random", integer, 1)
        .option("--out <dir>", "where models and report go", "runs/demo"),
    run,
  );
}

interface Outcome {
  name: string;
  label: string;
  noise: ReturnType<typeof NoiseFacts>;
  trained: TrainResult;
  shrunk: Shrunk;
  curve: CurvePoint[];
}

async function run({ seed, out }: DemoFlags): Promise<CommandResult> {
  const [
    { train },
    { shrink },
    { rankUnits },
    { accuracyCurve },
    { loadDataset },
    { keyFromSeed },
    files,
    { progress },
    { runMetadata },
  ] = await Promise.all([
    import("../train/train.js"),
    import("../shrink/shrink.js"),
    import("../shrink/rankUnits.js"),
    import("../shrink/accuracyCurve.js"),
    import("../disk/data.js"),
    import("../math/random/key.js"),
    import("../disk/files.js"),
    import("./progress.js"),
    import("../disk/runFolder.js"),
  ]);
  const { noiseFacts } = await import("../train/config.js");
  const dataset = await loadDataset("mnist", { key: keyFromSeed(seed) });
  const outcomes: Outcome[] = [];
  for (const { name, label, options } of runs) {
    const config = { ...shared, ...options, seed };
    const bar = progress(label, shared.steps!);
    let note = "";
    const trained = await train(dataset, config, {
      onStep: (step) => bar.update(step, note),
      onEvaluation: ({ trainAccuracy }) => {
        note = `train ${percent(trainAccuracy)}`;
      },
    });
    bar.update(trained.step, `${note}: stopped`);
    bar.stop();
    const steps = progress(`${label}: pruning`, 3);
    const metadata = runMetadata(trained.config, dataset);
    const amount = { relativeSquaredError };
    const shrunk = await shrink(trained.network, dataset, { amount, refit: "units", metadata });
    steps.update(1, "measuring sizes");
    const ranked = await rankUnits(trained.network, dataset, "norm");
    const curve = await accuracyCurve(trained.network, dataset, ranked, sizes);
    steps.update(2, "writing");
    await files.writeWhole(join(out, `${name}.onnx`), shrunk.parentBytes);
    await files.writeWhole(join(out, `${name}-compact.onnx`), shrunk.bytes);
    steps.update(3);
    steps.stop();
    outcomes.push({ name, label, noise: noiseFacts(trained.config), trained, shrunk, curve });
  }
  const report = join(out, "report.html");
  await files.writeWhole(report, await renderDemo(outcomes, seed));
  const rows = outcomes.map((outcome) => rowJson(outcome, out));
  return { json: { rows, report }, text: demoText(outcomes, out, report) };
}

function rowJson({ name, label, noise, trained, shrunk }: Outcome, out: string): Record<string, unknown> {
  const { mask, before, after, cut, unchanged } = shrunk;
  return {
    ...{ label, ...noise, initTail: trained.config.initTail ?? null },
    ...{ steps: trained.step, seconds: trained.seconds, trainAccuracy: before.trainAccuracy },
    ...{ testAccuracy: before.testAccuracy, keptColumns: mask.keptColumns, totalColumns: mask.totalColumns },
    ...{ prunedFraction: mask.prunedFraction, relativeSquaredError: mask.relativeSquaredError },
    ...{ testAccuracyCut: cut.testAccuracy, testAccuracyAfter: after.testAccuracy },
    ...{ bytes: before.bytes, bytesAfter: after.bytes },
    ...{ msPerBatch: before.msPerBatch, msPerBatchAfter: after.msPerBatch, unchanged },
    ...{ model: join(out, `${name}.onnx`), compactModel: join(out, `${name}-compact.onnx`) },
  };
}

function demoText(outcomes: readonly Outcome[], out: string, report: string): string {
  const head = ["", "test", "units", "kept", "pruned", "test, cut", "refitted", "file", "after"];
  const rows = outcomes.map(({ label, shrunk: { mask, before, after, cut } }) => [
    ...[label, percent(before.testAccuracy), `${mask.totalColumns}`, `${mask.keptColumns}`],
    ...[percent(mask.prunedFraction), percent(cut.testAccuracy), percent(after.testAccuracy)],
    ...[bytes(before.bytes), bytes(after.bytes)],
  ]);
  const files = outcomes.flatMap(({ name }) => [`${name}.onnx`, `${name}-compact.onnx`]).join(", ");
  const what = `All stopped at ${percent(shared.untilTrainAccuracy)} training accuracy and were cut at relative squared error ${relativeSquaredError}; the compact files have the output layer refitted.`;
  return `${table(head, rows)}\n${what}\nModels in ${out}: ${files}\nReport: ${report}`;
}

async function renderDemo(outcomes: readonly Outcome[], seed: number): Promise<string> {
  const [{ renderReport }, { version }, { squaredColumnNorms }] = await Promise.all([
    import("../report/runReport.js"),
    import("../version.js"),
    import("../prune/norm.js"),
  ]);
  return await renderReport({
    title: "heavytail demo: MNIST",
    subtitle: `One hidden layer of ${shared.width} units; all runs stop at ${percent(shared.untilTrainAccuracy)} training accuracy; seed ${seed}`,
    generatedBy: { version: `heavytail ${version}`, command: `heavytail demo --seed ${seed}` },
    runs: outcomes.map(({ label, noise: { noise: kind, alpha, sigma }, trained, shrunk, curve }) => {
      const { mask, before, after, cut, guaranteed, unchanged } = shrunk;
      return {
        label,
        noise: { kind, alpha, sigma },
        metrics: trained.metrics,
        columnNorms: squaredColumnNorms(trained.network.layers[0]!).map(Math.sqrt),
        curve,
        divergedAt: null,
        row: {
          testAccuracy: before.testAccuracy!,
          ...{ keptColumns: mask.keptColumns, totalColumns: mask.totalColumns, prunedFraction: mask.prunedFraction },
          relativeSquaredError: mask.relativeSquaredError,
          testAccuracyAfter: cut.testAccuracy!,
          testAccuracyRefit: after.testAccuracy!,
          ...{ bytes: before.bytes, bytesAfter: after.bytes },
          ...{ msPerBatch: before.msPerBatch, msPerBatchAfter: after.msPerBatch },
          ...{ guaranteed: guaranteed ?? Number.NaN, unchanged: unchanged! },
        },
      };
    }),
  });
}
