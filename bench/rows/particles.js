/** @file Interacting particles against vectorised NumPy, by ../particles.js, several runs of it. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { summary } from "../../dist/math/stats/summary.js";
import { versus, within } from "../measure.js";
import { peerEnvironment, skippedPeers } from "../peer.js";

export const name = "particles";
export const what = "theory simulation, nanoseconds a particle and step, one core";
export const against = "NumPy, vectorised";
export const target = "≥ 10×";

const script = fileURLToPath(new URL("../particles.js", import.meta.url));

async function measure(env) {
  const { stdout } = await promisify(execFile)(process.execPath, [script, "--json"], { env });
  return JSON.parse(stdout);
}

/** Measures the row. */
export async function run({ quick }) {
  const runs = [];
  let env = peerEnvironment({ threads: 1, malloc: "tuned" });
  for (let i = 0; i < (quick ? 1 : 3); i++) {
    try {
      runs.push(await measure(env));
    } catch (error) {
      if (!env.HEAVYTAIL_PYTHON) throw error;
      skippedPeers["NumPy particles"] = error.message.split("\n").find((line) => /^\w*Error: /.test(line)) ?? "failed";
      const { HEAVYTAIL_PYTHON: _, ...bare } = env;
      env = bare;
      runs.push(await measure(env));
    }
  }
  const ours = summary(runs.map(({ nanoseconds }) => nanoseconds));
  const label = `${runs[0].particles} particles`;
  const kinds = Object.keys(runs.at(-1).numpy ?? {});
  if (kinds.length === 0) return { cases: [within({ label, unit: "ns", ours })] };
  const cases = kinds.map((kind) =>
    versus({
      ...{ label, unit: "ns", against: `NumPy, ${kind}`, target: 10, threads: 1, ours },
      theirs: summary(runs.map(({ numpy }) => numpy[kind])),
    }),
  );
  return { cases };
}
