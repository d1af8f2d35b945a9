/**
 * @file All set-up a clean clone needs: checks Node, installs the locked packages, builds. Does only what is missing,
 * so a second call costs a fraction of a second.
 */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
process.chdir(root);

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`heavytail needs Node 20.19 or newer; this is ${process.version}. Install a newer Node and try again.`);
  process.exit(1);
}

/** Runs a command and stops with its exit code, showing its output, if it fails. */
function run(command, args, what) {
  const started = Date.now();
  process.stderr.write(`${what} … `);
  const result = spawnSync(command, args, { encoding: "utf8", shell: process.platform === "win32" });
  if (result.status !== 0) {
    process.stderr.write(`failed\n${result.stdout ?? ""}${result.stderr ?? ""}${result.error?.message ?? ""}\n`);
    process.exit(result.status ?? 1);
  }
  process.stderr.write(`${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

const installed = "node_modules/.package-lock.json";
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync("package-lock.json").mtimeMs) {
  run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], "installing packages");
}

if (process.argv.includes("--tests")) installTestPrograms();

/** Programs that a few tests drive; where they are missing those tests are skipped and say so. */
function installTestPrograms() {
  const missing = [
    ["chromium", ["chromium", "chromium-browser", "google-chrome"]],
    ["redis-server", ["redis-server", "valkey-server"]],
    ["iproute2", ["ip"]],
  ].filter(([, names]) => !names.some((name) => spawnSync("which", [name]).status === 0));
  if (missing.length === 0) return;
  const packages = missing.map(([name]) => name);
  const debian = existsSync("/etc/debian_version") && process.getuid?.() === 0;
  if (!debian) return console.error(`some tests will be skipped: install ${packages.join(", ")} to run them`);
  process.stderr.write(`installing ${packages.join(", ")} by apt … `);
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  spawnSync("apt-get", ["update", "-q"], { env: environment });
  const { status } = spawnSync("apt-get", ["install", "-y", "-q", "--no-install-recommends", ...packages], {
    env: environment,
  });
  process.stderr.write(status === 0 ? "done\n" : "failed; some tests will be skipped\n");
}

const { isBuilt } = await import("./build.js");
if (!isBuilt()) run(process.execPath, ["scripts/build.js"], "building");
