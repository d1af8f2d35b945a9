/**
 * @file The picture of a comparison as an SVG file for pages: `node experiments/comparePicture.js DIR FILE [LOWEST]`, the
 * folder that `heavytail compare` made, and the lowest accuracy shown, in percent.
 */

import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import * as plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { openStore } from "../dist/sweep/store.js";
import { bestOf, families, isHeavyTailed, recipePoints } from "../dist/sweep/tables/compareRecipes.js";
import { readTable } from "../dist/sweep/tables/tidyTable.js";

const [dir, file, lowest = "50"] = process.argv.slice(2);
if (!file) {
  console.error("usage: node experiments/comparePicture.js DIR FILE [LOWEST]");
  process.exit(2);
}
const [ink, quiet] = ["#1d2126", "#59616a"];
const colours = {
  "plain SGD": "#8a929a",
  "weight decay": "#b5a642",
  "group lasso": "#009e73",
  "Gaussian noise": "#56b4e9",
  "pruned in rounds": "#cc79a7",
  "trained at that width": "#1d2126",
  "heavy-tailed noise": "#e69f00",
  "heavy-tailed start": "#c0392b",
};
const titles = { cut: "as cut", refit: "output layer refitted", "fine-tuned": "fine-tuned" };
const floor = Number(lowest);

const points = recipePoints(await readTable(await openStore(dir)));
const shown = Object.keys(titles).flatMap((finish) =>
  families.flatMap((family) => {
    const ours = points.filter((point) => point.family === family && point.finish === finish);
    return [...new Set(ours.map(({ units }) => units))].map((units) => {
      const { mean, standardDeviation } = bestOf(ours.filter((point) => point.units === units)).accuracy;
      return { panel: titles[finish], family, units, mean: 100 * mean, sd: 100 * standardDeviation };
    });
  }),
);
const visible = shown.filter(({ mean }) => mean >= floor);
const across = { fx: "panel", x: "units", stroke: "family" };
const heavy = ({ family }) => isHeavyTailed(family);

const { document } = parseHTML("<html></html>");
const svg = plot.plot({
  ...{ width: 960, height: 400, marginLeft: 46, marginBottom: 40, marginTop: 34, marginRight: 26, document },
  style: { fontSize: "12px", fontFamily: "system-ui, sans-serif", color: ink, background: "white" },
  fx: { label: null, domain: Object.values(titles) },
  x: { type: "log", base: 2, label: "units kept", ticks: [8, 16, 32, 64, 128, 256], tickFormat: String },
  y: { label: "test accuracy, %", domain: [floor, 100], grid: true },
  color: { domain: families, range: families.map((family) => colours[family]) },
  marks: [
    plot.line(visible, { ...across, y: "mean", z: "family", strokeWidth: (point) => (heavy(point) ? 2.5 : 1.5) }),
    plot.link(visible, {
      ...{ fx: "panel", x1: "units", x2: "units", stroke: "family" },
      y1: ({ mean, sd }) => Math.max(floor, mean - sd),
      y2: ({ mean, sd }) => Math.min(100, mean + sd),
    }),
    plot.dot(visible, { ...across, y: "mean", fill: "family", r: (point) => (heavy(point) ? 3.5 : 2.5) }),
  ],
});
await mkdir(dirname(file), { recursive: true });
await writeFile(file, withLegend(svg.outerHTML));

/** Puts the legend under the panels, in lines of four. */
function withLegend(text) {
  const present = families.filter((family) => shown.some((point) => point.family === family));
  const items = present.map((family, index) => {
    const [x, y] = [60 + 225 * (index % 4), 416 + 20 * Math.floor(index / 4)];
    const stroke = colours[family];
    return `<line x1="${x}" x2="${x + 22}" y1="${y}" y2="${y}" stroke="${stroke}" stroke-width="3"/><text x="${x + 28}" y="${y + 4}" fill="${quiet}">${family}</text>`;
  });
  const height = 430 + 20 * Math.floor((present.length - 1) / 4);
  return text
    .replace(
      /<svg [^>]*>/,
      `<svg xmlns="http://www.w3.org/2000/svg" width="960" height="${height}" viewBox="0 0 960 ${height}" font-family="system-ui, sans-serif" font-size="12"><title>Accuracy at equal size, by way of training</title><rect width="960" height="${height}" fill="white"/>`,
    )
    .replace(/<style>[\s\S]*?<\/style>/g, "")
    .replace(/<\/svg>\s*$/, `${items.join("")}</svg>`)
    .replaceAll("currentColor", ink);
}
