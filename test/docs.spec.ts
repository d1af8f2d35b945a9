/** @file What the pages say exists: links, anchors, paths and flags; the import table; and the guide's example runs. */

import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { Command } from "commander";
import ts from "typescript";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

interface Page {
  path: string;
  /** Without fenced code. */
  prose: string;
  /** The content of fenced code, with its language. */
  code: { language: string; text: string }[];
}

const pages: Page[] = [".", "bench", "docs"]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: folder !== ".", encoding: "utf8" }).map((name) => join(folder, name)),
  )
  .filter((path) => path.endsWith(".md"))
  .map((path) => readPage(path));

function readPage(path: string): Page {
  const code: Page["code"] = [];
  const text = readFileSync(join(root, path), "utf8");
  const prose = text.replace(/^ *```(\w*)\n([\s\S]*?)^ *```$/gm, (_, language: string, content: string) => {
    code.push({ language, text: content });
    return "";
  });
  return { path, prose, code };
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchors({ prose }: Page): Set<string> {
  const found = new Set<string>();
  for (const [, heading] of prose.matchAll(/^#+ +(.+?) *$/gm)) {
    const plain = heading!.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const slug = plain.replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
    let anchor = slug;
    for (let n = 1; found.has(anchor); n++) anchor = `${slug}-${n}`;
    found.add(anchor);
  }
  return found;
}

const spans = ({ prose }: Page): string[] => [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span!);

test("there are pages to check", () => {
  const paths = pages.map(({ path }) => path);
  for (const path of [
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "docs/guide/concepts.md",
    "docs/decisions/0001-inversion-tables.md",
  ]) {
    expect(paths).toContain(path);
  }
});

test("every relative link leads to a file, and every anchor to a heading", () => {
  const broken: string[] = [];
  for (const page of pages) {
    for (const [, target] of page.prose.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target!)) continue;
      const [file, anchor] = target!.split("#") as [string, string?];
      const path = file === "" ? page.path : relative(root, resolve(root, dirname(page.path), file));
      if (!existsSync(join(root, path))) broken.push(`${page.path}: ${target}`);
      else if (anchor !== undefined && !anchors(readPage(path)).has(anchor)) broken.push(`${page.path}: ${target}`);
    }
  }
  expect(broken).toEqual([]);
});

test("every path of the repository in backticks exists; <name> marks one to be made", () => {
  const missing = pages.flatMap((page) =>
    spans(page)
      .filter((span) => /^(src|scripts|test|bench|docs)\/\S*$/.test(span) && !span.includes("<"))
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => `${page.path}: ${path}`),
  );
  expect(missing).toEqual([]);
});

/** The flags of each command, from the commands themselves. */
async function flagsOfCommands(): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  const cli = join(root, "src/cli");
  const files = readdirSync(cli).filter((name) => /^\w+\.ts$/.test(name) && name !== "main.ts");
  for (const file of files) {
    const module = (await import(pathToFileURL(join(cli, file)).href)) as Record<string, unknown>;
    for (const [name, make] of Object.entries(module)) {
      if (!name.endsWith("Command") || typeof make !== "function") continue;
      const add = (command: Command, path: string): void => {
        if (command.commands.length === 0)
          found.set(
            path,
            command.options.map(({ long }) => long!),
          );
        for (const below of command.commands) add(below, `${path} ${below.name()}`);
      };
      const command = make() as Command;
      if (name !== "compressibilityCommand") add(command, command.name());
    }
  }
  return found;
}

test("every flag named belongs to a command, and every flag of a command stands in the guide", async () => {
  const commands = await flagsOfCommands();
  expect([...commands.keys()]).toEqual(expect.arrayContaining(["demo", "doctor", "prune", "sample", "train"]));
  const all = new Set(["--help", "--version", ...[...commands.values()].flat()]);
  const benchFlags = ["--quick", "--filter", "--record"];
  const wrong: string[] = [];
  const check = (path: string, text: string): void => {
    const command = /^(?:npx )?heavytail (verify \w+|\w+)/.exec(text)?.[1];
    const allowed = command ? new Set(["--help", ...(commands.get(command) ?? [])]) : all;
    if (path.startsWith("bench/")) for (const flag of benchFlags) allowed.add(flag);
    for (const [flag] of text.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)) {
      if (!allowed.has(flag)) wrong.push(`${path}: ${flag} in ${text}`);
    }
  };
  for (const page of pages) {
    for (const span of spans(page)) if (/^(--|(npx )?heavytail )/.test(span)) check(page.path, span);
    for (const { text } of page.code) {
      const lines = text.replaceAll("\\\n", " ").split("\n");
      for (const line of lines) if (/^(npx )?heavytail /.test(line)) check(page.path, line.replace(/#.*/, ""));
    }
  }
  expect(wrong).toEqual([]);

  const guide = pages.filter(({ path }) => path.startsWith("docs/guide/"));
  const text = guide.flatMap((page) => [...spans(page), ...page.code.map(({ text }) => text)]).join("\n");
  const named = new Set([...text.matchAll(/--[a-z][a-z-]*/g)].map(([flag]) => flag));
  expect([...commands.values()].flat().filter((flag) => !named.has(flag))).toEqual([]);
});

test("the import table of ARCHITECTURE.md is the one that is enforced", () => {
  const spec = readFileSync(join(root, "test/architecture.spec.ts"), "utf8");
  const table = /mayImport[^{]*\{([\s\S]*?)\n\};/.exec(spec)![1]!;
  const enforced = [...table.matchAll(/^ {2}"?([\w/]+)"?: \[(.*)\],$/gm)].map(([, room, rooms]) => [
    room,
    [...rooms!.matchAll(/"([^"]+)"/g)].map(([, name]) => name),
  ]);
  const section = readPage("ARCHITECTURE.md").prose.split("## Who may import whom")[1]!.split("| known to")[0]!;
  const written = [...section.matchAll(/^\| `([\w/]+)` \| (.*) \|$/gm)].map(([, room, rooms]) => [
    room,
    [...rooms!.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  ]);
  expect(enforced.length).toBeGreaterThan(10);
  expect(written).toEqual(enforced);
});

test("the complete example of the library page runs on the built package and prints what the page says", async () => {
  const { code } = readPage("docs/guide/library.md");
  const example = code.find(({ language }) => language === "ts")!.text;
  const printed = code.find(({ language }) => language === "text")!.text;
  const { outputText } = ts.transpileModule(example, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  // Inside the package, so that its own name resolves to dist.
  const folder = join(root, "build");
  mkdirSync(folder, { recursive: true });
  const script = join(folder, "libraryExample.mjs");
  writeFileSync(script, outputText);
  const cwd = mkdtempSync(join(tmpdir(), "heavytail-"));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [script], { cwd });
    // Digits depend on the processor's order of summation; the lines do not.
    const shape = (text: string): string[] =>
      text
        .trim()
        .replace(/[\d.]+/g, "0")
        .split("\n");
    expect(shape(stdout).slice(-3)).toEqual(shape(printed).slice(-3));
    expect(existsSync(join(cwd, "rings.onnx"))).toBe(true);
  } finally {
    rmSync(cwd, { recursive: true });
    rmSync(script);
  }
});
