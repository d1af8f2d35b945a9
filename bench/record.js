/** @file Keeping what a full run found: one file a row in results/, and the table of all of them in README.md. */
import { spawnSync } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { cells, company, factsText, head, order } from "./show.js";

const here = (path) => new URL(path, import.meta.url);

/** Writes the rows of a run with the facts about it, and renews the table. */
export async function record({ machine, peers, skipped: skippedPeers, rows }) {
  for (const row of rows) {
    const text = JSON.stringify({ machine, peers, skippedPeers, ...row }, null, 2);
    await writeFile(here(`results/${row.name}.json`), `${text}\n`);
  }
  // As the linter wants them.
  spawnSync("npx", ["biome", "format", "--write", fileURLToPath(here("results"))]);
  await renewTable();
}

/** Writes the table of all rows kept so far between its marks in README.md. */
export async function renewTable() {
  const files = (await readdir(here("results"))).filter((file) => file.endsWith(".json"));
  const rows = await Promise.all(
    files.map(async (file) => JSON.parse(await readFile(here(`results/${file}`), "utf8"))),
  );
  rows.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const readme = await readFile(here("README.md"), "utf8");
  const [before] = readme.split("<!-- table -->");
  const [, after] = readme.split("<!-- end of table -->");
  const text = rows.map(markdownOf).join("\n\n");
  await writeFile(here("README.md"), `${before}<!-- table -->\n\n${text}\n\n<!-- end of table -->${after}`);
}

function markdownOf(row) {
  const { name, what, target, cases, skipped, machine, peers } = row;
  const line = (items) => `| ${items.join(" | ")} |`;
  const used = new Set(cases.map(({ against }) => against));
  const facts = [
    `- Machine: ${factsText(machine)}.`,
    ...Object.entries(peers)
      .filter(([peer]) => used.has(peer))
      .map(([peer, found]) => `- ${peer}: ${factsText(found)}.`),
  ].join("\n");
  const body = skipped
    ? `Skipped: ${skipped}.`
    : [line(head), line(head.map(() => "---")), ...cases.map((each) => line(cells(each)))].join("\n");
  return `#### ${name}: ${what}\n\nTarget: ${target}. ${company(row)}\n\n${body}\n\n${facts}`;
}
