/**
 * @file The build: AssemblyScript kernels to bytes in a module, then plain `tsc`. Nothing else.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildLab } from "./lab.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = join(root, "dist/.built");
const kernelBytes = "src/runtime/kernels/bytes.ts";

/** Whether `dist` was built from the sources as they are now. */
export function isBuilt() {
  return existsSync(stamp) && existsSync(join(root, kernelBytes)) && readFileSync(stamp, "utf8") === sourceHash();
}

/** A hash of everything the build reads. */
function sourceHash() {
  const hash = createHash("sha256");
  const visit = (path) => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      if (entry.name === "node_modules") continue;
      const child = `${path}/${entry.name}`;
      if (entry.isDirectory()) visit(child);
      else if (child !== kernelBytes && !child.endsWith(".spec.ts"))
        hash.update(child).update(readFileSync(join(root, child)));
    }
  };
  visit("src");
  visit("lab");
  for (const file of ["tsconfig.json", "package-lock.json", "scripts/build.js", "scripts/lab.js"])
    hash.update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

function node(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) process.exit(status ?? 1);
}

/** Compiles the kernels and writes them as a base64 string in a TypeScript module, so that Node and browsers load them alike. */
function buildKernels() {
  mkdirSync(join(root, "build"), { recursive: true });
  node(
    "node_modules/assemblyscript/bin/asc.js",
    "src/runtime/kernels/assembly/index.ts",
    ...["--config", "src/runtime/kernels/assembly/asconfig.json"],
    ...["--outFile", "build/kernels.wasm"],
  );
  const base64 = readFileSync(join(root, "build/kernels.wasm")).toString("base64");
  const source = `// Made by scripts/build.js from src/runtime/kernels/assembly; do not edit.\nexport const kernelBytes =\n  "${base64}";\n`;
  if (!existsSync(join(root, kernelBytes)) || readFileSync(join(root, kernelBytes), "utf8") !== source) {
    writeFileSync(join(root, kernelBytes), source);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  buildKernels();
  if (!process.argv.includes("--kernels")) {
    rmSync(join(root, "dist"), { recursive: true, force: true });
    node("node_modules/typescript/bin/tsc", "-p", "tsconfig.json");
    chmodSync(join(root, "dist/cli/main.js"), 0o755);
    await buildLab();
    writeFileSync(stamp, sourceHash());
  }
}
