/**
 * @file `npm run bench -- [--filter NAME] [--quick] [--json] [--record]`: every row of rows/, ours and the peers in turns in
 * one run. `--record` keeps a full run: results/NAME.json and the table in README.md.
 */

import { readdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { table } from "../dist/cli/table.js";
import { foreignCores, machine } from "./machine.js";
import { closePeers, peerFacts, skippedPeers } from "./peer.js";
import { record } from "./record.js";
import { busyCores, cells, company, factsText, head, order } from "./show.js";

const here = (path) => new URL(path, import.meta.url);
const options = {
  ...{ filter: { type: "string", default: "" }, quick: { type: "boolean", default: false } },
  ...{ json: { type: "boolean", default: false }, record: { type: "boolean", default: false } },
};

const { filter, quick, json, record: keep } = read();
const names = (await readdir(here("rows"))).filter((file) => file.endsWith(".js")).map((file) => file.slice(0, -3));
const chosen = names.filter((name) => name.includes(filter)).sort((a, b) => order.indexOf(a) - order.indexOf(b));
if (chosen.length === 0) fail(`no row is named like ${filter}; there are ${names.join(", ")}`);

const facts = await machine();
const cores = availableParallelism();
const context = { quick, threads: cores === 1 ? [1] : [1, cores] };
let othersAtWork = await foreignCores();
const started = performance.now();
const rows = [];
try {
  for (const name of chosen) rows.push(await measure(name));
} finally {
  await closePeers();
}
const result = { machine: facts, quick, seconds: elapsed(started), peers: peerFacts, skipped: skippedPeers, rows };
if (json) console.log(JSON.stringify(result));
else console.log(rows.map(textOf).join("\n\n") + closing(result));
if (keep && !process.exitCode) await record(result);

function read() {
  try {
    const { values } = parseArgs({ options });
    if (values.record && values.quick) fail("a quick run is not kept: leave out --quick or --record");
    return values;
  } catch (error) {
    return fail(error.message);
  }
}

function fail(message) {
  console.error(`${message}\nusage: npm run bench -- [--filter NAME] [--quick] [--json] [--record]`);
  process.exit(2);
}

function elapsed(since) {
  return (performance.now() - since) / 1000;
}

async function measure(name) {
  const { what, against, target, run } = await import(here(`rows/${name}.js`));
  process.stderr.write(`${name}: ${what} … `);
  const from = performance.now();
  const { cases, ...rest } = await run(context).catch(failure);
  const seconds = elapsed(from);
  const before = othersAtWork;
  othersAtWork = await foreignCores();
  const othersCores = Math.max(before, othersAtWork);
  process.stderr.write(`${seconds.toFixed(0)} s\n`);
  return { name, what, against, target, seconds, othersCores, cases: cases.map(judge(othersCores)), ...rest };
}

/** A row that failed does not end the others, but the run. */
function failure(error) {
  process.exitCode = 1;
  return { cases: [], skipped: error.message };
}

/** Others at work slow several threads that wait for each other more than one: such cases then stay unclear. */
function judge(othersCores) {
  return (each) =>
    each.met !== null && each.threads > 1 && othersCores > busyCores ? { ...each, met: "unclear" } : each;
}

function textOf(row) {
  const { name, what, target, cases, skipped } = row;
  const title = [`${name}: ${what}`, `target: ${target}`, company(row)].filter(Boolean).join("\n");
  if (skipped) return `${title}\nskipped: ${skipped}`;
  return `${title}\n${table(head, cases.map(cells))}`;
}

function closing({ rows, machine, peers, skipped, seconds }) {
  const judged = rows.flatMap(({ cases }) => cases).filter(({ met }) => met !== null);
  const counts = ["yes", "no", "unclear"].map(
    (verdict) => `${judged.filter(({ met }) => met === verdict).length} ${verdict}`,
  );
  const lines = [
    `${counts.join(", ")} of ${judged.length} targets; ${seconds.toFixed(0)} s`,
    `machine: ${factsText(machine)}`,
    ...Object.entries(peers).map(([name, found]) => `peer ${name}: ${factsText(found)}`),
    ...Object.entries(skipped).map(([name, reason]) => `peer ${name}: skipped, ${reason}`),
  ];
  return `\n\n${lines.join("\n")}`;
}
