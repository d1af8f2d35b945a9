/** @file `--report` through the commands: the page is there and says what was found, and the JSON names it. */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { blobs } from "../../test/blobs.js";
import { certifyCommand } from "./certify.js";
import { generaliseCommand } from "./generalise.js";
import { inspectCommand } from "./inspect.js";
import { planCommand } from "./plan.js";
import { trainCommand } from "./train.js";
import { verifyCommand } from "./verify.js";

let folder: string;
const at = (name: string): string => join(folder, name);

async function run(command: Command, line: string): Promise<{ json: Record<string, unknown>; exitCode: unknown }> {
  let text = "";
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  vi.spyOn(process.stdout, "write").mockImplementation((part) => {
    text += String(part);
    return true;
  });
  await command.parseAsync([...line.split(" "), "--json"], { from: "user" });
  return { json: JSON.parse(text), exitCode: process.exitCode };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "heavytail-report-"));
  const { train, features } = blobs({ rows: 200, classes: 2, features: 3 });
  const rows = Array.from(train.labels, (label, r) =>
    [...train.features.subarray(r * features, (r + 1) * features), label].join(","),
  );
  await writeFile(at("data.csv"), `a,b,c,label\n${rows.join("\n")}\n`);
  const data = `--data csv:${at("data.csv")} --threads 1 --out ${at("run")}`;
  await run(trainCommand(), `--width 60 --steps 20 --noise III --alpha 1.5 --sigma 0.1 ${data}`);
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const cut = "--kept-fraction 0.5 --relative-squared-error 0.4 --delta 0.5";
const small = "--seeds 3 --horizon 0.5";

test.each([
  ["plan", () => run(planCommand(), `--alpha 1.5 --kept-fraction 0.2 --width 500 --report ${at("page.html")}`), 2],
  ["plan, from a run", () => run(planCommand(), `--from ${at("run")} --report ${at("page.html")}`), 2],
  ["certify", () => run(certifyCommand(), `${at("run")} ${cut} --out ${at("seeds")} --report ${at("page.html")}`), 1],
  ["inspect", () => run(inspectCommand(), `${at("run")} --report ${at("page.html")}`), 1],
  ["generalise", () => run(generaliseCommand(), `${at("run")} --units 2,60 --report ${at("page.html")}`), 1],
  [
    "verify compressibility",
    () => run(verifyCommand(), `compressibility --alpha 1.2 --widths 20,80 --seeds 2 --report ${at("page.html")}`),
    1,
  ],
  [
    "verify euler",
    () => run(verifyCommand(), `euler --alpha 1.5 --coarse 5 --particles 8 ${small} --report ${at("page.html")}`),
    1,
  ],
])("heavytail %s writes its page", async (title, command, figures) => {
  const { json } = await command();
  expect(json).toMatchObject({ report: at("page.html") });
  const html = await readFile(at("page.html"), "utf8");
  expect(html).toContain(`<h1>heavytail ${title}</h1>`);
  expect(html.split("<figure").length - 1).toBe(figures);
  expect(html).not.toMatch(/NaN|undefined|Infinity/);
});

test("a refuted experiment writes its page and keeps exit status 3", async () => {
  const line = `chaos --alpha 1.75 --reference-particles 2048 --step 0.1 ${small} --seed 2 --uncoupled`;
  const { json, exitCode } = await run(verifyCommand(), `${line} --report ${at("chaos.html")}`);
  expect([json.verdict, json.report, exitCode]).toEqual(["refuted", at("chaos.html"), 3]);
  expect(await readFile(at("chaos.html"), "utf8")).toContain("coupling broken on purpose");
});

test("a page of an inverse question is refused: there is no width to draw", async () => {
  const line = "--alpha 1.5 --kept-fraction 0.2 --width 500 --solve alpha --report page.html";
  expect(await run(planCommand(), line)).toMatchObject({ exitCode: 2, json: { error: { code: "parameter" } } });
});
