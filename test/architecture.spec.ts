/** @file Enforces who may import whom (ARCHITECTURE.md), which room alone knows a runtime, and that exports are documented. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const src = fileURLToPath(new URL("../src", import.meta.url));

/** Room → rooms it may import, besides itself and `errors`. */
const mayImport: Record<string, readonly string[]> = {
  errors: [],
  version: [],
  math: [],
  "runtime/kernels": ["math"],
  "runtime/onnx": ["math", "version"],
  "runtime/engine": ["math", "runtime/onnx"],
  noise: ["math", "runtime/kernels"],
  dataset: ["math"],
  model: ["math", "runtime/onnx", "runtime/engine"],
  train: ["math", "noise", "runtime/onnx", "runtime/engine", "runtime/kernels", "dataset", "model"],
  prune: ["math", "runtime/onnx", "runtime/engine", "model"],
  compact: ["math", "runtime/onnx", "runtime/engine", "model", "prune"],
  export: ["math", "runtime/onnx", "runtime/engine", "version", "dataset", "model", "prune", "compact"],
  shrink: ["math", "runtime/engine", "dataset", "model", "train", "prune", "compact", "export"],
  report: ["math", "version", "noise", "dataset", "model", "train", "prune", "compact", "export", "shrink", "theory"],
  theory: ["math", "noise", "runtime/kernels"],
  disk: ["math", "runtime/engine", "version", "dataset", "train", "export"],
};

/** Package or global → the only rooms that may know it. */
const knownOnlyBy: [pattern: RegExp, rooms: readonly string[]][] = [
  [/^onnxruntime-/, ["runtime/engine"]],
  [/^onnx-buf/, ["runtime/onnx"]],
  [/^@bufbuild\//, ["runtime/onnx", "sweep"]],
  [/^(piscina|bullmq|ioredis|jiti|@duckdb\/)/, ["sweep"]],
  [/^(hono|@hono\/)/, ["cli"]],
  [/^node:/, ["cli", "sweep", "disk", "runtime/engine"]],
  [/^(commander|cli-progress|cli-table3)$/, ["cli"]],
  [/^(@observablehq\/plot|linkedom)$/, ["report"]],
];

interface Source {
  path: string;
  room: string;
  text: string;
  tree: ts.SourceFile;
}

function roomOf(path: string): string {
  const parts = path.split("/");
  if (parts.length === 1) return parts[0]!.replace(/\.ts$/, "");
  return parts[0] === "runtime" ? `runtime/${parts[1]}` : parts[0]!;
}

const sources: Source[] = readdirSync(src, { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.endsWith(".ts") && !path.includes("kernels/assembly/") && !path.endsWith("kernels/bytes.ts"))
  .map((path) => {
    const text = readFileSync(join(src, path), "utf8");
    return { path, room: roomOf(path), text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true) };
  });
const product = sources.filter(({ path }) => !/\.(spec|laws)\.ts$/.test(path));

/** Every module named by an import or export declaration or a dynamic import. */
function imports({ tree }: Source): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      found.push((node.moduleSpecifier as ts.StringLiteral).text);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const argument = node.arguments[0];
      if (argument && ts.isStringLiteral(argument)) found.push(argument.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

test("each room imports only the rooms the table allows", () => {
  const offences: string[] = [];
  for (const source of product) {
    if (["cli", "index"].includes(source.room)) continue;
    const allowed = source.room === "sweep" ? [...Object.keys(mayImport), "sweep"] : mayImport[source.room];
    if (!allowed) offences.push(`${source.path}: room ${source.room} is not in the table`);
    for (const name of imports(source)) {
      if (!name.startsWith(".") && name !== "#session") continue;
      const target =
        name === "#session"
          ? "runtime/engine"
          : roomOf(relative(src, resolve(src, dirname(source.path), name.replace(/\.js$/, ".ts"))));
      if (target !== source.room && target !== "errors" && !allowed?.includes(target)) {
        offences.push(`${source.path} imports ${name} (${target})`);
      }
    }
  }
  expect(offences).toEqual([]);
});

test("a runtime, a file format or the disk is known by one room alone", () => {
  const offences: string[] = [];
  for (const source of product) {
    for (const name of imports(source)) {
      for (const [pattern, rooms] of knownOnlyBy) {
        if (pattern.test(name) && !rooms.includes(source.room)) offences.push(`${source.path} imports ${name}`);
      }
    }
    if (/\bnew WebAssembly\./.test(source.text) && source.room !== "runtime/kernels") {
      offences.push(`${source.path} uses WebAssembly`);
    }
    if (/\bMath\.random\b/.test(source.text)) offences.push(`${source.path} uses Math.random`);
  }
  expect(offences).toEqual([]);
});

test("every file says what it is for and every export is documented", () => {
  const offences: string[] = [];
  for (const source of product) {
    if (!source.text.startsWith("/**") && !source.text.startsWith("#!"))
      offences.push(`${source.path}: no @file paragraph`);
    for (const statement of source.tree.statements) {
      const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
      if (!modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) continue;
      if (ts.getJSDocCommentsAndTags(statement).length === 0) {
        const line = source.tree.getLineAndCharacterOfPosition(statement.getStart()).line + 1;
        offences.push(`${source.path}:${line} exports something without a docstring`);
      }
    }
  }
  expect(offences).toEqual([]);
});

test("no file grows beyond 400 lines", () => {
  expect(sources.filter(({ text }) => text.split("\n").length > 400).map(({ path }) => path)).toEqual([]);
});
