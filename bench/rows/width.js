/** @file Time and memory of a training step against the width of the hidden layer, on log–log axes. */
import { execFile } from "node:child_process";
import { freemem } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { leastSquaresSlope, summary } from "../../dist/math/stats/summary.js";
import { single, within } from "../measure.js";

export const name = "width";
export const what = "time and memory against width 10³ … 10⁶, batch 500, 140 inputs, 2 classes, type II noise";
export const against = "linear growth";
export const target = "slope 1 ± 0.05; at most 4 × the parameters' bytes and bounded activations; 6 GB at width 10⁶";

const shape = { batch: 500, inputs: 140, classes: 2 };
const law = { noise: "coordinate", alpha: 1.75, sigma: 0.01 };
const script = fileURLToPath(new URL("../trainProcess.js", import.meta.url));
/** Units × steps of a process. */
const unitSteps = 400_000;
/** The share of the free memory that a width may be expected to take. */
const memoryShare = 0.6;

async function measure(width) {
  const steps = Math.max(6, Math.min(200, Math.round(unitSteps / width)));
  const argument = JSON.stringify({ shape: { ...shape, width }, steps, threads: 1, ...law });
  const { stdout } = await promisify(execFile)(process.execPath, [script, argument]);
  return JSON.parse(stdout);
}

/** Measures the row. */
export async function run({ quick }) {
  const widths = quick ? [1e3, 1e4, 1e5] : [1e3, 3162, 1e4, 31623, 1e5, 316228, 1e6];
  const points = [];
  for (const width of widths) {
    const expected = expectedBytes(points, width);
    if (expected > memoryShare * freemem()) {
      // Not run, so as not to exhaust the machine: its memory is that of the line through the last two.
      points.push({ width, expectedBytes: expected });
      continue;
    }
    const { seconds, cpu, bytes } = await measure(width);
    points.push({ width, seconds: { ...summary(seconds), cpu }, bytes });
  }
  return { cases: [...points.map(pointCase), ...growthCases(points.filter(({ seconds }) => seconds))], points };
}

/** The memory of a width by the line through the last two points; 0 without them. */
function expectedBytes(points, width) {
  const [before, last] = points.filter(({ bytes }) => bytes !== undefined).slice(-2);
  if (!last) return 0;
  return last.bytes + ((last.bytes - before.bytes) / (last.width - before.width)) * (width - last.width);
}

function pointCase({ width, seconds, bytes, expectedBytes }) {
  const limit = width === 1e6 ? { atMost: 6 } : {};
  const ours = single((bytes ?? expectedBytes) / 1e9);
  const note = seconds ? `${Number(seconds.median.toPrecision(3))} s a step; peak memory` : "not run; memory expected";
  return within({ label: `width ${width}, 1 thread: ${note}`, unit: "GB", ours, ...limit });
}

function growthCases(points) {
  const slope = (of) =>
    leastSquaresSlope(
      points.map(({ width }) => Math.log(width)),
      points.map((point) => Math.log(of(point))),
    );
  const [before, last] = points.slice(-2);
  const span = `width ${points[0].width} to ${last.width}`;
  const further = (last.bytes - before.bytes) / (4 * (last.width - before.width) * (shape.inputs + shape.classes));
  const limits = { atLeast: 0.95, atMost: 1.05, unit: "slope", against };
  return [
    within({ label: `time, medians, ${span}`, ours: single(slope(({ seconds }) => seconds.median)), ...limits }),
    within({ label: `time, minima, ${span}`, ours: single(slope(({ seconds }) => seconds.minimum)), ...limits }),
    within({ label: `CPU time, ${span}`, ours: single(slope(({ seconds }) => seconds.cpu)), ...limits }),
    within({
      ...{ label: `memory a further parameter, width ${before.width} to ${last.width}`, unit: "× 4 B" },
      ...{ ours: single(further), atMost: 4, against: "the parameter" },
    }),
  ];
}
