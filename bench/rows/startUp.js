/** @file The time to the first line of help, and of the demo. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ownParty, scaled, single, takeTurns, within } from "../measure.js";

export const name = "startUp";
export const what = "start-up: --help; demo";
export const against = "";
export const target = "< 150 ms; < 60 s";

const program = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const call = (script, ...flags) => promisify(execFile)(process.execPath, [script, ...flags]);

/** Measures the row; the demo only in a full run. */
export async function run({ quick }) {
  const bare = join(await mkdtemp(join(tmpdir(), "heavytail-bench-")), "nothing.mjs");
  const { writeFile } = await import("node:fs/promises");
  await writeFile(bare, "");
  const parties = [ownParty(() => call(program, "--help")), ownParty(() => call(bare))];
  const [help, node] = await takeTurns(parties, { rounds: quick ? 10 : 25, most: 1 });
  const cases = [
    within({ label: "heavytail --help", unit: "ms", ours: scaled(help, 1000), atMost: 150 }),
    within({ label: "node with an empty script, for comparison", unit: "ms", ours: scaled(node, 1000) }),
  ];
  const folder = join(bare, "..");
  if (!quick) {
    const started = performance.now();
    await call(program, "demo", "--out", join(folder, "demo"));
    cases.push(
      within({ label: "heavytail demo", unit: "s", ours: single((performance.now() - started) / 1000), atMost: 60 }),
    );
  }
  await rm(folder, { recursive: true });
  return { cases };
}
