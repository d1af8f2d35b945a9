import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commandLine, withReport } from "./theoryPage.js";

const result = { json: { verdict: "supported" }, text: "It is so.", exitCode: 3 };
const page = () => ({ title: "heavytail verify", subtitle: "α = 1.5 < 2", sections: [] });

test("without a file the result is what it was, and no page is made", async () => {
  const never = () => {
    throw new Error("made");
  };
  expect(await withReport(result, undefined, never)).toBe(result);
});

test("with a file the page is there, the JSON and the last line name it, and the exit code stays", async () => {
  const folder = await mkdtemp(join(tmpdir(), "heavytail-page-"));
  try {
    const file = join(folder, "new", "page.html");
    expect(await withReport(result, file, page)).toEqual({
      json: { verdict: "supported", report: file },
      text: `It is so.\nReport: ${file}`,
      exitCode: 3,
    });
    const html = await readFile(file, "utf8");
    expect(html).toContain("<h1>heavytail verify</h1>");
    expect(html).toContain("α = 1.5 &lt; 2");
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a shell reads the command line as the same arguments", () => {
  const args = ["verify", "a b", "it's", "$HOME", "", "csv:x.csv", "α"];
  const print = `printf '%s\\n' ${commandLine(args).slice("heavytail ".length)}`;
  expect(execFileSync("sh", ["-c", print], { encoding: "utf8" })).toBe(`${args.join("\n")}\n`);
});
