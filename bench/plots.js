/**
 * @file Draws results/width.json and results/growth.json on log–log axes, as docs/images/*.svg: the measured medians, their
 * fitted slope, and the model of docs/performance.md at rates that other rows measured. `node bench/plots.js`
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import * as plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { leastSquaresSlope } from "../dist/math/stats/summary.js";
import { dashes } from "../dist/report/figures/legend.js";
import { logAxis } from "../dist/report/figures/logAxis.js";

const images = new URL("../docs/images/", import.meta.url);
/** The light page of the reports. */
const [ink, quiet, blue] = ["#1d2126", "#59616a", "#0072b2"];
/** Above so many bytes a step is cut into tiles, of about so many values of an activation. */
const [tiledAbove, tileValues] = [2 ** 29, 2 ** 19];
/** Arrays as large as the hidden activations that a run holds at its peak. */
const activations = 10;

const [width, growth, step, sampling] = await Promise.all(
  ["width", "growth", "step", "sampling"].map(async (row) =>
    JSON.parse(await readFile(new URL(`results/${row}.json`, import.meta.url), "utf8")),
  ),
);

/** Seconds a flop of OpenBLAS on one thread in the largest shape, and seconds a sample of noise. */
const largest = ({ label, against }) => label === "1000×784→2000→10, 1 thread" && against === "OpenBLAS products";
const secondsPerFlop =
  (1e-3 * median(step, largest, "theirs")) / flops({ batch: 1000, inputs: 784, width: 2000, classes: 10 });
const secondsPerSample = 1e-9 * median(sampling, ({ label }) => label.startsWith("type II"), "ours");

const shape = { batch: 500, inputs: 140, classes: 2 };
await draw("stepTimeByWidth", {
  ...{ xLabel: "width, hidden units", yLabel: "milliseconds a step" },
  points: width.points.map(({ width: x, seconds }) => timePoint(x, seconds)),
  model: { label: "products at OpenBLAS's rate, and noise", of: widthSeconds },
});
await draw("memoryByWidth", {
  ...{ xLabel: "width, hidden units", yLabel: "peak memory, MB" },
  points: width.points.map(({ width: x, bytes }) => ({ x, y: bytes / 1e6, bar: null })),
  model: { label: `8 B a weight, ${activations} activations`, of: (units) => memoryBytes(units) / 1e6 },
  slope: false,
});
for (const axis of ["batch", "inputs", "classes"]) {
  const points = growth.points.filter((point) => point.axis === axis);
  const model = (x) => 1e3 * secondsPerFlop * flops({ ...points[0].shape, [axis]: x });
  await draw(`stepTimeBy${axis[0].toUpperCase()}${axis.slice(1)}`, {
    ...{ xLabel: axis, yLabel: "milliseconds a step" },
    points: points.map((point) => timePoint(point.shape[axis], point.seconds)),
    model: { label: "products at OpenBLAS's rate", of: model },
  });
}

/** The median of one side of a row's case, in its unit. */
function median({ cases }, chosen, side) {
  return cases.find(chosen)[side].median;
}

function flops({ batch, inputs, width, classes }) {
  return batch * width * (4 * inputs + 6 * classes);
}

function isTiled(units) {
  return 4 * units * (4 * shape.batch + 2 * shape.inputs) > tiledAbove;
}

/** Milliseconds; tiles compute the forward products twice. */
function widthSeconds(units) {
  const { batch, inputs, classes } = shape;
  const again = isTiled(units) ? 2 * batch * units * (inputs + classes) : 0;
  return 1e3 * (secondsPerFlop * (flops({ ...shape, width: units }) + again) + secondsPerSample * units * inputs);
}

function memoryBytes(units) {
  const { batch, inputs, classes } = shape;
  const atOnce = isTiled(units) ? tileValues / batch : units;
  return 8 * units * (inputs + classes) + 4 * activations * batch * atOnce;
}

function timePoint(x, { median, lowerQuartile, upperQuartile }) {
  return { x, y: 1e3 * median, bar: [1e3 * lowerQuartile, 1e3 * upperQuartile] };
}

/** Writes one picture; `slope` false leaves out the fitted line, where no power law is meant. */
async function draw(name, { xLabel, yLabel, points, model, slope = true }) {
  const xs = points.map(({ x }) => x);
  const modelled = Array.from({ length: 201 }, (_, i) => xs[0] * (xs.at(-1) / xs[0]) ** (i / 200)).map((x) => ({
    ...{ x, y: model.of(x) },
  }));
  const slopeOf = (values) => leastSquaresSlope(xs.map(Math.log), values.map(Math.log));
  const fitted = slopeOf(points.map(({ y }) => y));
  const expected = slopeOf(xs.map(model.of));
  const middle = { x: mean(xs), y: mean(points.map(({ y }) => y)) };
  const line = [xs[0], xs.at(-1)].map((x) => ({ x, y: middle.y * (x / middle.x) ** fitted }));
  const x = logAxis(xLabel, xs);
  const y = logAxis(
    yLabel,
    [...points, ...modelled, ...(slope ? line : [])].flatMap((point) => [point.y, ...(point.bar ?? [])]),
  );
  const slopeText = (value) => (slope ? `, slope ${value.toFixed(2)}` : "");
  const keys = [
    ["●", blue, `measured${slopeText(fitted)}`],
    ["- -", ink, `model: ${model.label}${slopeText(expected)}`],
  ];
  const svg = plot.plot({
    ...{ width: 420, height: 300, marginLeft: 48, marginRight: 14, marginTop: 70, marginBottom: 40 },
    document: parseHTML("<html></html>").document,
    style: {
      ...{ color: ink, background: "#ffffff", fontSize: "12px" },
      fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
    },
    ...{ x: x.scale, y: y.scale },
    marks: [
      ...(slope ? [plot.line(line, { x: "x", y: "y", stroke: blue, strokeWidth: 2 })] : []),
      plot.line(modelled, { x: "x", y: "y", stroke: ink, strokeWidth: 1.5, strokeDasharray: dashes.dashed }),
      plot.ruleX(
        points.filter(({ bar }) => bar),
        { x: "x", y1: ({ bar }) => bar[0], y2: ({ bar }) => bar[1], stroke: blue },
      ),
      plot.dot(points, { x: "x", y: "y", fill: blue, r: 4 }),
      ...keys.flatMap(([sign, fill, text], row) => [
        plot.text([sign], { frameAnchor: "top-left", dx: -36, dy: -46 + 16 * row, fill }),
        plot.text([text], { frameAnchor: "top-left", dx: -18, dy: -46 + 16 * row, fill: quiet }),
      ]),
    ],
  });
  const description = `${yLabel} against ${xLabel}, both logarithmic: ${keys.map(([, , text]) => text).join("; ")}`;
  // Rules for pages, which a picture does not need.
  svg.querySelector("style").remove();
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", description);
  await mkdir(images, { recursive: true });
  await writeFile(new URL(`${name}.svg`, images), `${svg.outerHTML}\n`);
  console.log(`docs/images/${name}.svg: ${description}`);
}

/** The geometric mean. */
function mean(values) {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
