/** @file `heavytail sample`: α-stable draws into a NumPy file. */

import type { Command } from "commander";
import { ParameterError } from "../errors.js";
import { type CommandResult, type CommonOptions, command, integer, number } from "./command.js";
import { bytes, table } from "./table.js";

interface SampleFlags extends CommonOptions {
  alpha: number;
  beta: number;
  scale: number;
  count: number;
  seed: number;
  out: string;
  check?: boolean;
}

/** The most draws: their file must fit in one array of bytes. */
const mostDraws = 2 ** 28;
/** Draws between two signs of progress. */
const block = 1 << 18;

/** The command. */
export function sampleCommand(): Command {
  return command(
    "sample",
    "Draw from an α-stable law S1(α, β, scale, 0): at α = 2 that is normal with variance 2·scale².",
    (made) =>
      made
        .option("--alpha <a>", "tail index, in (0, 2]", number, 1.75)
        .option("--beta <b>", "skewness, in [−1, 1]", number, 0)
        .option("--scale <s>", "scale, above 0", number, 1)
        .option("--count <n>", "how many draws", integer, 1000)
        .option("--seed <s>", "decides the draws", integer, 0)
        .option("--check", "compare the draws with the law: Kolmogorov distance and counts in the far tails (β = 0)")
        .option("--out <file>", "NumPy file of float64", "sample.npy"),
    run,
  );
}

async function run(flags: SampleFlags): Promise<CommandResult> {
  const { alpha, beta, scale, count, seed, out, check = false } = flags;
  if (!(count >= 1 && count <= mostDraws)) {
    throw new ParameterError({ where: "count", expected: `a whole number from 1 to ${mostDraws}`, got: `${count}` });
  }
  if (!(scale > 0 && Number.isFinite(scale))) {
    throw new ParameterError({ where: "scale", expected: "a finite number above 0", got: `${scale}` });
  }
  if (check && beta !== 0) {
    throw new ParameterError({ where: "check", expected: "a symmetric law (β = 0)", got: `β = ${beta}` });
  }
  const [
    { skewedSampler, symmetricSampler },
    { deriveKey, keyFromSeed },
    { stream },
    { encodeNpy },
    files,
    { progress },
  ] = await Promise.all([
    import("../math/stable/sample.js"),
    import("../math/random/key.js"),
    import("../math/random/stream.js"),
    import("../dataset/npy.js"),
    import("../disk/files.js"),
    import("./progress.js"),
  ]);
  const draw = beta === 0 ? symmetricSampler(alpha) : skewedSampler(alpha, beta);
  // In S1 scaling shifts the skewed law at α = 1 (Nolan 2020, proposition 1.4).
  const shift = alpha === 1 ? (2 / Math.PI) * beta * scale * Math.log(scale) : 0;
  const random = stream(deriveKey(keyFromSeed(seed), "sample"));
  const values = new Float64Array(count);
  const bar = count > 16 * block ? progress("drawing", count) : null;
  for (let i = 0; i < count; i++) {
    values[i] = scale * draw(random) + shift;
    if (bar && i % block === 0) bar.update(i);
  }
  bar?.update(count);
  bar?.stop();
  const file = encodeNpy(values, [count]);
  await files.writeWhole(out, file);
  const json: Record<string, unknown> = { count, file: out, alpha, beta, scale, seed };
  let text = `${count} draws → ${out} (${bytes(file.length)})`;
  if (check) {
    const { checkSample } = await import("../math/stable/checkSample.js");
    const found = checkSample(values, { alpha, scale });
    json.check = found;
    const rows = found.tails.map(({ probability, side, expected, count, least, most }) => [
      `${side === "left" ? "below" : "above"} quantile ${probability}`,
      expected.toFixed(1),
      `${least} … ${most}`,
      `${count}`,
    ]);
    const verdict = `Kolmogorov distance ${found.distance.toPrecision(3)}, bound ${found.bound.toPrecision(3)}`;
    text += `\n${table(["draws", "expected", "accepted", "found"], rows)}\n${verdict} (false alarm 10⁻⁶ each): `;
    text += found.agrees ? "the draws follow the law." : "the draws do NOT follow the law.";
    if (!found.agrees) return { json, text, exitCode: 3 };
  }
  return { json, text };
}
