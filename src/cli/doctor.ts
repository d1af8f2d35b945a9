/** @file `heavytail doctor`: what this machine offers. */

import type { Command } from "commander";
import { type CommandResult, command } from "./command.js";
import { table } from "./table.js";

/** The command. */
export function doctorCommand(): Command {
  return command("doctor", "Show versions, devices, threads and the speed of a matrix product.", () => {}, run);
}

async function run(): Promise<CommandResult> {
  const [{ environment }, { measureGflops }, { measureNoise }] = await Promise.all([
    import("../disk/environment.js"),
    import("../runtime/engine/gflops.js"),
    import("../noise/speed.js"),
  ]);
  const found = await environment();
  const gflops = await measureGflops();
  const noise = nanosecondsOf(measureNoise);
  const json = { ...found, simd: noise !== null, gflops, noiseNanoseconds: noise };
  const rows = Object.entries(found).map(([name, value]) => [
    name === "devices" ? "built for" : name,
    Array.isArray(value) ? value.join(", ") : String(value),
  ]);
  rows.push(["matrix product", `${gflops.toFixed(0)} GFLOP/s (float32, all threads)`]);
  const speed =
    noise === null ? "not here: no WebAssembly SIMD" : `${noise.toFixed(1)} ns a sample (WebAssembly SIMD, one thread)`;
  rows.push(["α-stable noise", speed]);
  return { json, text: table(["", "this machine"], rows) };
}

/** What the kernels' speed is, or null where they do not load: they are built for WebAssembly SIMD. */
function nanosecondsOf(measure: () => number): number | null {
  try {
    return measure();
  } catch (error) {
    if ((error as Error).name === "CompileError") return null;
    throw error;
  }
}
