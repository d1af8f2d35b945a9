/**
 * @file Time of a training step against batch, inputs and classes. Beside each measured slope stands that of the flops,
 * 4·B·d·n + 6·B·n·c, which below 1 says that the other factor has a part that does not grow.
 */
import { leastSquaresSlope } from "../../dist/math/stats/summary.js";
import { scaled, single, takeTurns, within } from "../measure.js";
import { openTraining, shapeText, threadsText } from "../training.js";

export const name = "growth";
export const what = "time of a step against batch, inputs and classes";
export const against = "the slope of the flops";
export const target = "≤ 0.05 above";

const centre = { batch: 500, inputs: 280, width: 2000, classes: 10 };
const axes = {
  batch: [125, 250, 500, 1000, 2000],
  inputs: [70, 140, 280, 560, 1120],
  classes: [2, 4, 16, 64, 256],
};

const flops = ({ batch, inputs, width, classes }) => batch * width * (4 * inputs + 6 * classes);

/** Measures the row. */
export async function run({ quick }) {
  const threads = 1;
  const cases = [];
  const points = [];
  for (const [axis, values] of Object.entries(axes)) {
    const shapes = (quick ? [values[0], values[2], values[4]] : values).map((value) => ({ ...centre, [axis]: value }));
    const parties = [];
    for (const shape of shapes) parties.push(await openTraining(shape, { threads, noise: "none" }));
    const times = await takeTurns(parties, { rounds: quick ? 1 : 5 });
    for (const party of parties) await party.close();
    const x = shapes.map((shape) => Math.log(shape[axis]));
    const slope = (values) => leastSquaresSlope(x, values.map(Math.log));
    const expected = slope(shapes.map(flops));
    for (const [i, shape] of shapes.entries()) {
      points.push({ axis, shape, seconds: times[i], flops: flops(shape) });
      const label = `${shapeText(shape)}, ${threadsText(threads)}`;
      cases.push(within({ label, unit: "ms", ours: scaled(times[i], 1000) }));
    }
    for (const [which, text] of [
      ["median", "medians"],
      ["minimum", "minima"],
      ["cpu", "CPU time"],
    ]) {
      const ours = single(slope(times.map((time) => time[which])));
      const label = `${axis} ${shapes[0][axis]} to ${shapes.at(-1)[axis]}, ${text}`;
      const atMost = Number((expected + 0.05).toFixed(2));
      cases.push(within({ label, unit: "slope", ours, atMost, against: `flops: ${expected.toFixed(2)}` }));
    }
  }
  return { cases, points };
}
