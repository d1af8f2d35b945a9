/** @file The flags of `train`, and how they become a configuration. */

import { type Command, InvalidArgumentError, Option } from "commander";
import type { TrainOptions } from "../train/config.js";
import { type CommonOptions, integer, number } from "./command.js";
import { type DataFlags, defineDataFlags } from "./dataOptions.js";
import { noiseParser } from "./noiseOption.js";

/** The flags of `train` as commander gives them; fields named as in the configuration go into it. */
export interface TrainFlags extends CommonOptions, DataFlags, Omit<TrainOptions, "learningRateSchedule"> {
  out?: string;
  resume?: boolean;
  overwrite?: boolean;
  device: "auto" | "cpu" | "webgpu" | "cuda";
  threads?: number;
  profile?: boolean;
  tensorboard?: string;
  mlflow?: string;
  learningRateSchedule?: NonNullable<TrainOptions["learningRateSchedule"]>;
}

/** Flags that say where and how to run, not what. */
const notConfiguration = new Set([
  ...["json", "data", "positiveClass", "labelColumn", "testFraction"],
  ...["out", "resume", "overwrite", "device", "threads", "profile", "tensorboard", "mlflow"],
]);

const noiseKind = noiseParser("none", "node", "coordinate", "isotropic", "radial", "gaussian");

/** Adds the flags of `train` to a command. */
export function defineTrainFlags(command: Command): void {
  defineDataFlags(command, "the data set, see below")
    .option("--width <n>", "units in each hidden layer (1000)", integer)
    .option("--depth <layers>", "weight layers, the output layer included (2)", integer)
    .addOption(
      new Option("--activation <name>", "of hidden units (relu; tanh with meanField)").choices([
        "relu",
        "tanh",
        "sigmoid",
      ]),
    )
    .option("--bias", "give layers biases")
    .addOption(
      new Option("--scaling <name>", "standard (all layers trained) or meanField (the theory's network)").choices([
        "standard",
        "meanField",
      ]),
    )
    .addOption(
      new Option("--loss <name>", "crossEntropy (default), squaredError or hinge").choices([
        "crossEntropy",
        "squaredError",
        "hinge",
      ]),
    )
    .option("--init-std <s>", "standard deviation of the initial hidden weights (uniform ±1/√inputs)", number)
    .option("--init-tail <a>", "heavy-tailed start: tail index of the initial sizes of units (all alike)", number)
    .option("--init-units <m>", "units that start at full size, with --init-tail (16)", integer)
    .option("--noise <kind>", "none, node (I), coordinate (II), isotropic (III), radial or gaussian (none)", noiseKind)
    .option("--alpha <a>", "tail index of the noise, in (0, 2]; trained noise needs at least 0.5 (1.75)", number)
    .option("--sigma <s>", "noise scale: a step of rate η adds noise of scale σ·η^(1/α) (0.1)", number)
    .addOption(
      new Option(
        "--convention <name>",
        "unit: S1(α, 0, σ, 0), variance 2σ² at α = 2; paperCode: as the authors' program",
      ).choices(["unit", "paperCode"]),
    )
    .option("--learning-rate <rate>", "η (0.01)", number)
    .option("--learning-rate-schedule <s>", "constant, or step:EVERY:FACTOR such as step:500:0.5", schedule)
    .option("--anneal-from <fraction>", "from this fraction of the steps on σ falls to 0 (1: never)", number)
    .option("--anneal-to <fraction>", "at this fraction of the steps σ has come to 0 (1)", number)
    .option("--momentum <m>", "heavy-ball momentum, in [0, 1) (0)", number)
    .option("--weight-decay <w>", "λ: weights shrink by 1 − ηλ a step (0)", number)
    .option(
      "--group-lasso <w>",
      "λ: the norm of each hidden unit's weights falls by ηλ a step, to 0 at least (0)",
      number,
    )
    .option("--batch <rows>", "rows in a mini-batch; full takes all (500)", batch)
    .option("--steps <k>", "the most steps (2000)", integer)
    .option("--until-train-accuracy <p>", "stop at an evaluation with this training accuracy, in (0, 1]", number)
    .option("--max-seconds <s>", "stop at an evaluation after so many seconds", number)
    .option("--eval-every <k>", "steps between evaluations (10)", integer)
    .option("--seed <s>", "decides everything random (0)", integer)
    .option("--out <dir>", "the run folder (runs/NAME, after the configuration)")
    .option("--resume", "continue the run in --out from its checkpoint")
    .option("--overwrite", "replace another run in --out")
    .addOption(
      new Option("--device <name>", "where products run").choices(["auto", "cpu", "webgpu", "cuda"]).default("auto"),
    )
    .option("--threads <n>", "threads of the runtime (all cores)", integer)
    .option("--profile", "say how the time of a step divides")
    .option("--tensorboard <dir>", "also write evaluations as a TensorBoard run into this folder")
    .option("--mlflow <url>", "also tell an MLflow server of each evaluation");
}

/** The configuration fields among the flags that were given. */
export function givenOptions(flags: TrainFlags): TrainOptions {
  const entries = Object.entries(flags).filter(([name, value]) => value !== undefined && !notConfiguration.has(name));
  return Object.fromEntries(entries) as TrainOptions;
}

function batch(text: string): number {
  return text === "full" ? Number.MAX_SAFE_INTEGER : integer(text);
}

function schedule(text: string): TrainOptions["learningRateSchedule"] {
  if (text === "constant") return { kind: "constant" };
  const [kind, every, factor, ...rest] = text.split(":");
  if (kind !== "step" || every === undefined || factor === undefined || rest.length > 0) {
    throw new InvalidArgumentError("expected constant or step:EVERY:FACTOR.");
  }
  return { kind: "step", every: integer(every), factor: number(factor) };
}
