/**
 * @file All checks: format and lint, types, tests. Ends with the line "N passed, N failed"; a check that is not a test
 * counts as one.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
process.chdir(root);
const results = "build/tests.json";

function check(name, args) {
  console.log(`\n— ${name}`);
  return spawnSync(process.execPath, args, { stdio: "inherit" }).status === 0;
}

const lint = check("format and lint", ["node_modules/@biomejs/biome/bin/biome", "check", "."]);
const types = check("types", ["node_modules/typescript/bin/tsc", "--noEmit", "-p", "tsconfig.check.json"]);
const labTypes = check("types of the lab", ["node_modules/typescript/bin/tsc", "--noEmit", "-p", "lab/tsconfig.json"]);

mkdirSync("build", { recursive: true });
rmSync(results, { force: true });
const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${results}`];
const filters = process.argv.slice(2);
const ran = check("tests", ["node_modules/vitest/vitest.mjs", "run", ...reporters, ...filters]);

let passed = Number(lint) + Number(types) + Number(labTypes);
let failed = 3 - passed;
let skipped = 0;
try {
  const report = JSON.parse(readFileSync(results, "utf8"));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  skipped = report.numPendingTests + report.numTodoTests;
  // A file that fails to load has no tests to count.
  if (!ran && report.numFailedTests === 0) failed++;
} catch {
  failed++;
}
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed === 0 && ran ? 0 : 1;
