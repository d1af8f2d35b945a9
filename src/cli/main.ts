#!/usr/bin/env node
/** @file The `heavytail` program: names the commands and nothing more; each loads what it needs when it runs. */

import { Command, CommanderError } from "commander";
import { version } from "../version.js";
import { certifyCommand } from "./certify.js";
import { compareCommand } from "./compare.js";
import { demoCommand } from "./demo.js";
import { doctorCommand } from "./doctor.js";
import { generaliseCommand } from "./generalise.js";
import { inspectCommand } from "./inspect.js";
import { labCommand } from "./lab.js";
import { planCommand } from "./plan.js";
import { pruneCommand } from "./prune.js";
import { queryCommand } from "./query.js";
import { reportCommand } from "./report.js";
import { sampleCommand } from "./sample.js";
import { sweepCommand } from "./sweep.js";
import { trainCommand } from "./train.js";
import { verifyCommand } from "./verify.js";
import { workerCommand } from "./worker.js";

// A reader that has seen enough, such as head, is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

const program = new Command("heavytail")
  .description("Train wide networks with heavy-tailed noise, cut them down, ship the small network.")
  .version(version)
  .showHelpAfterError("(see --help)")
  .addCommand(demoCommand())
  .addCommand(trainCommand())
  .addCommand(pruneCommand())
  .addCommand(inspectCommand())
  .addCommand(planCommand())
  .addCommand(certifyCommand())
  .addCommand(verifyCommand())
  .addCommand(generaliseCommand())
  .addCommand(sweepCommand())
  .addCommand(workerCommand())
  .addCommand(queryCommand())
  .addCommand(reportCommand())
  .addCommand(compareCommand())
  .addCommand(labCommand())
  .addCommand(sampleCommand())
  .addCommand(doctorCommand());

for (const made of [program, ...program.commands]) made.exitOverride();
try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Help and version end well; everything else that commander refuses is wrong usage.
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
