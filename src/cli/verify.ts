/** @file `heavytail verify chaos|euler|compressibility`: the theory's statements as experiments with a verdict. */

import { Command, Option } from "commander";
import type { NoiseConvention, NoiseKind } from "../noise/noise.js";
import type { EulerPart } from "../theory/euler.js";
import type { RateEstimate, Verdict } from "../theory/verdict.js";
import { type CommandResult, type CommonOptions, command, integer, number } from "./command.js";
import { noiseParser } from "./noiseOption.js";
import { decimals, table } from "./table.js";
import { type ReportOption, reporting, withReport } from "./theoryPage.js";
import { compressibilityCommand } from "./verifyCompressibility.js";

interface SystemFlags extends CommonOptions, ReportOption {
  alpha: number;
  noise: NoiseKind;
  sigma: number;
  convention: NoiseConvention;
  dimension: number;
  inputs: number;
  horizon: number;
  seeds: number;
  seed: number;
}

interface ChaosFlags extends SystemFlags {
  referenceParticles: number;
  step: number;
  uncoupled?: boolean;
}

interface EulerFlags extends SystemFlags {
  particles: number;
  coarse: number;
  noiseExponent: "right" | "broken";
}

/** The exit code of a refuted statement. */
const REFUTED = 3;

/** The command with its three experiments. */
export function verifyCommand(): Command {
  const made = new Command("verify")
    .description("Rerun the theory's statements as experiments; exit status 3 if one is refuted.")
    .showHelpAfterError("(see --help)")
    .addCommand(chaosCommand())
    .addCommand(eulerCommand())
    .addCommand(compressibilityCommand());
  for (const experiment of made.commands) experiment.exitOverride();
  return made;
}

function chaosCommand(): Command {
  return command(
    "chaos",
    "Propagation of chaos: n particles stay within C·n^(−1/2) of their copies in one large system with the same noise.",
    reporting((made) =>
      systemOptions(made, { seeds: 8 })
        .option("--reference-particles <n>", "N, a power of two; blocks have 16 … N/32 particles", integer, 32_768)
        .option("--step <h>", "time step of the particles", number, 0.025)
        .addOption(new Option("--uncoupled", "break the experiment: noise of their own for the blocks, to be refuted")),
    ),
    runChaos,
  );
}

function eulerCommand(): Command {
  return command(
    "euler",
    "Strong error of the Euler scheme: at most C·η^(1/α) on the grid, just that between grid points.",
    reporting((made) =>
      systemOptions(made, { seeds: 96 })
        .option("--particles <n>", "particles of each system, a multiple of 4", integer, 32)
        .option("--coarse <k>", "steps from T·2^−3 to T·2^−k, the reference T·2^−(k + 5)", integer, 7)
        .addOption(
          new Option("--noise-exponent <e>", "broken scales the schemes' noise by η instead of η^(1/α), to be refuted")
            .choices(["right", "broken"])
            .default("right"),
        ),
    ),
    runEuler,
  );
}

function systemOptions(made: Command, { seeds }: { seeds: number }): Command {
  return made
    .requiredOption("--alpha <a>", "tail index of the noise, in (1, 2]", number)
    .option("--noise <kind>", "node (I), coordinate (II), isotropic (III) or gaussian", noiseKind, "coordinate")
    .option("--sigma <s>", "noise scale at time 1", number, 0.5)
    .addOption(new Option("--convention <name>", "what σ means").choices(["unit", "paperCode"]).default("unit"))
    .option("--dimension <d>", "components of a particle", integer, 4)
    .option("--inputs <m>", "training inputs", integer, 32)
    .option("--horizon <t>", "time T", number, 1)
    .option("--seeds <r>", "independent repetitions", integer, seeds)
    .option("--seed <s>", "decides everything random", integer, 1);
}

const noiseKind = noiseParser("node", "coordinate", "isotropic", "gaussian");

/** What both experiments need: noise, key and a progress display. */
async function prepare(flags: SystemFlags, label: string) {
  const [{ ParameterError }, { levyNoise }, { deriveKey, keyFromSeed }, { progress }] = await Promise.all([
    import("../errors.js"),
    import("../noise/noise.js"),
    import("../math/random/key.js"),
    import("./progress.js"),
  ]);
  const { alpha, noise: kind, sigma, convention, seed } = flags;
  if (!(alpha > 1 && alpha <= 2)) {
    const remedy = "The statements are about means, which stable laws have above α = 1 only.";
    throw new ParameterError({ where: "alpha", expected: "a tail index in (1, 2]", got: `${alpha}`, remedy });
  }
  let bar: ReturnType<typeof progress> | undefined;
  let ended = false;
  return {
    noise: levyNoise({ kind, alpha, sigma, convention }),
    key: deriveKey(keyFromSeed(seed), "verify", label),
    onStep: (done: number, total: number): void => {
      if (ended) return;
      bar ??= progress(label, total);
      bar.update(done);
      ended = done >= total;
      if (ended) bar.stop();
    },
  };
}

async function runChaos(flags: ChaosFlags): Promise<CommandResult> {
  const started = performance.now();
  const { verifyChaos } = await import("../theory/chaos.js");
  const { uncoupled = false } = flags;
  const prepared = await prepare(flags, "chaos");
  const result = verifyChaos({ ...flags, ...prepared, uncoupled });
  const { rate, claim, verdict, control, controlHolds } = result;
  const seconds = (performance.now() - started) / 1000;
  const { json: _, report, ...settings } = flags;
  const json = {
    ...{ slope: rate.slope, interval: rate.interval, predicted: claim.exponent, verdict },
    points: rate.points.map(({ x, error }) => ({ n: x, error })),
    control: { slope: control.slope, interval: control.interval, predicted: 0, holds: controlHolds },
    ...{ claim, slopes: rate.slopes, uncoupled, seconds, ...settings },
  };
  const rows = rate.points.map(({ x, error }) => [`${x}`, error.toExponential(3), (error * Math.sqrt(x)).toFixed(4)]);
  const text = [
    `Mean over particles of the largest distance to their copies among ${flags.referenceParticles}, ${flags.seeds} seeds`,
    table(["n", "error", "error · √n"], rows),
    `slope              ${slopeText(rate)}, predicted −0.5 or steeper`,
    `control            ${slopeText(control)}: noise of their own in the blocks, 0 expected`,
    `error ≤ C·n^(−1/2) is ${verdict}${uncoupled ? " (the coupling was broken on purpose)" : ""}.`,
  ].join("\n");
  return await withReport({ json, text, ...exitOf(verdict) }, report, async () => {
    const { chaosSection } = await import("./sections/chaosSection.js");
    const section = chaosSection(result, { ...flags, uncoupled, seconds });
    const subtitle = `${section.noise} noise, α = ${section.alpha}`;
    return { title: "heavytail verify chaos", subtitle, sections: [section] };
  });
}

async function runEuler(flags: EulerFlags): Promise<CommandResult> {
  const started = performance.now();
  const { verifyEuler } = await import("../theory/euler.js");
  const brokenNoise = flags.noiseExponent === "broken";
  const prepared = await prepare(flags, "euler");
  const result = verifyEuler({ ...flags, ...prepared, brokenNoise });
  const { grid, gridOrderOne, fixedTime, limit, verdict } = result;
  const seconds = (performance.now() - started) / 1000;
  const { json: _, report, ...settings } = flags;
  const partJson = ({ rate, claim, verdict: judged }: EulerPart) => ({
    ...{ slope: rate.slope, interval: rate.interval, predicted: claim.exponent, verdict: judged, claim },
    points: rate.points.map(({ x, error }) => ({ eta: x, error })),
  });
  const { points, ...gridJson } = partJson(grid);
  const { points: __, ...orderOne } = partJson(gridOrderOne);
  const json = {
    ...{ ...gridJson, verdict, points },
    ...{ grid: { ...gridJson, orderOne }, fixedTime: partJson(fixedTime), limit, seconds, ...settings },
  };
  const rows = grid.rate.points.map(({ x, error }, k) => {
    return [`${x}`, error.toExponential(3), fixedTime.rate.points[k]!.error.toExponential(3)];
  });
  const line = (name: string, { rate, claim, verdict: judged }: EulerPart): string =>
    `${name.padEnd(20)} ${slopeText(rate)}, ${claim.kind} η^${decimals(claim.exponent, 3)}: ${judged}`;
  const law = `Kolmogorov distance ${limit.distance.toPrecision(2)}, bound ${limit.bound.toPrecision(2)}`;
  const text = [
    `Distance to a scheme with 32 times finer steps on the same noise path, ${flags.seeds} systems of ${flags.particles}`,
    table(["η", "sup over the grid", "between grid points"], rows),
    line("grid", grid),
    line("grid, order one", gridOrderOne),
    line("between grid points", fixedTime),
    `${"limit".padEnd(20)} ${law}: Ornstein–Uhlenbeck law ${limit.agrees ? "met" : "missed"}`,
    `The scheme's order is ${verdict}${brokenNoise ? " (the noise was scaled wrongly on purpose)" : ""}.`,
  ].join("\n");
  return await withReport({ json, text, ...exitOf(verdict) }, report, async () => {
    const { eulerSection } = await import("./sections/eulerSection.js");
    const section = eulerSection(result, { ...flags, brokenNoise, seconds });
    const subtitle = `${section.noise} noise, α = ${section.alpha}`;
    return { title: "heavytail verify euler", subtitle, sections: [section] };
  });
}

function slopeText({ slope, interval: [low, high] }: RateEstimate): string {
  return `${decimals(slope, 3)} [${decimals(low, 3)}, ${decimals(high, 3)}]`;
}

function exitOf(verdict: Verdict): { exitCode?: number } {
  return verdict === "refuted" ? { exitCode: REFUTED } : {};
}
