/** @file What the numbers were measured on. */
import { readFile } from "node:fs/promises";
import { availableParallelism, cpus, totalmem } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { version } from "../dist/version.js";

/** Processor, cores, memory and versions. */
export async function machine() {
  const runtime = JSON.parse(await readFile(new URL("../node_modules/onnxruntime-node/package.json", import.meta.url)));
  return {
    processor: cpus()[0].model.trim(),
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 1e9),
    node: process.version,
    heavytail: version,
    onnxruntime: runtime.version,
  };
}

/** How many cores others keep busy: what runs while this process waits. */
export async function foreignCores() {
  const ticks = () => {
    const times = cpus().flatMap(({ times }) => Object.entries(times));
    const sum = (list) => list.reduce((total, [, value]) => total + value, 0);
    return { idle: sum(times.filter(([kind]) => kind === "idle")), all: sum(times) };
  };
  // Worker threads of the last row first stop spinning.
  await pause(200);
  const before = ticks();
  await pause(600);
  const after = ticks();
  return availableParallelism() * (1 - (after.idle - before.idle) / (after.all - before.all));
}
