/**
 * @file Interacting particles against vectorised NumPy: the same Euler steps of the same system (d = 4, m = 32, α = 1.75,
 * independent noise), one core each, in particles × steps per second of processor time, which
 * hardly feels what else the machine does. `node bench/particles.js [--particles N] [--json]`; the NumPy side needs
 * HEAVYTAIL_PYTHON, the path of a Python with NumPy, and is skipped without it.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { table } from "../dist/cli/table.js";
import { deriveKey, keyFromSeed } from "../dist/math/random/key.js";
import { levyNoise } from "../dist/noise/noise.js";
import { teacherProblem } from "../dist/theory/drift.js";
import { initialParticles, openParticles } from "../dist/theory/particles.js";
import { cpuSeconds } from "./measure.js";

const { values } = parseArgs({
  options: { particles: { type: "string", default: "32768" }, json: { type: "boolean" } },
});
const count = Number(values.particles);
const steps = Math.max(1, Math.round(1_300_000 / count));
const repeats = 7;
const [step, alpha, sigma] = [0.025, 1.75, 0.5];

/** The median nanoseconds a particle and step. */
function ours() {
  const key = keyFromSeed(0);
  const problem = teacherProblem(key);
  const room = openParticles(problem, { count, populations: 1, increments: 1 });
  const population = room.open();
  const increments = room.increments();
  const noise = levyNoise({ kind: "coordinate", alpha, sigma, convention: "unit" });
  const start = initialParticles(key, { count, dimension: problem.dimension });
  const times = Array.from({ length: repeats + 1 }, (_, repeat) => {
    population.place(start);
    const started = cpuSeconds();
    for (let k = 0; k < steps; k++) {
      room.draw(increments, noise, step, deriveKey(key, repeat, k));
      population.step(step, increments);
    }
    return ((cpuSeconds() - started) * 1e9) / (count * steps);
  });
  // The first run builds the table of the law and compiles.
  return times.slice(1).sort((a, b) => a - b)[repeats >> 1];
}

/** The same of NumPy by the kind of its arithmetic, or null. */
function numpy() {
  const python = process.env.HEAVYTAIL_PYTHON;
  if (!python) return null;
  const script = fileURLToPath(new URL("reference/particles.py", import.meta.url));
  const one = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
  // Otherwise every temporary array is mapped and unmapped anew.
  const malloc = { MALLOC_MMAP_THRESHOLD_: "2000000000", MALLOC_TRIM_THRESHOLD_: "2000000000" };
  const args = [script, count, steps, repeats, alpha].map(String);
  const run = spawnSync(python, args, { env: { ...process.env, ...one, ...malloc }, encoding: "utf8" });
  if (run.status !== 0) throw new Error(`${python} failed: ${run.stderr || run.error}`);
  return JSON.parse(run.stdout);
}

const nanoseconds = ours();
const theirs = numpy();
const ratios = theirs && Object.fromEntries(Object.entries(theirs).map(([name, time]) => [name, time / nanoseconds]));
if (values.json) {
  console.log(JSON.stringify({ particles: count, steps, nanoseconds, numpy: theirs, ratios }));
} else {
  const rows = [["heavytail, float32", nanoseconds.toFixed(1), (1e3 / nanoseconds).toFixed(1), ""]];
  for (const [name, time] of Object.entries(theirs ?? {})) {
    rows.push([`NumPy, ${name}`, time.toFixed(1), (1e3 / time).toFixed(1), ratios[name].toFixed(1)]);
  }
  console.log(table([`${count} particles`, "ns a particle and step", "million a second", "ratio"], rows));
  if (!theirs) console.log("NumPy: skipped, HEAVYTAIL_PYTHON names no Python.");
}
