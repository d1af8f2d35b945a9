/** @file `--report FILE` of the commands about the theory: their result as one HTML page with pictures. */

import type { Command } from "commander";
import type { TheorySection } from "../report/theoryData.js";
import type { CommandResult } from "./command.js";

/** The flag as commander gives it. */
export interface ReportOption {
  report?: string;
}

/** What is on the page beside its headline and the command that makes it again. */
export interface TheoryPage {
  readonly title: string;
  readonly subtitle: string;
  readonly sections: readonly TheorySection[];
}

/** The options of a command, and the flag after them. @param define adds the others */
export function reporting(define: (command: Command) => void): (command: Command) => void {
  return (command) => {
    define(command);
    command.option("--report <file>", "also write a page with pictures: HTML that needs no other file");
  };
}

/**
 * Writes the page if one was asked for.
 * @param result what the command found
 * @param file where to; nothing is made without it
 * @param page makes the page
 * @returns the result, with the file under `report` and on the last line
 */
export async function withReport(
  result: CommandResult,
  file: string | undefined,
  page: () => TheoryPage | Promise<TheoryPage>,
): Promise<CommandResult> {
  if (file === undefined) return result;
  const [{ renderTheoryReport }, { writeWhole }, { version }] = await Promise.all([
    import("../report/theoryReport.js"),
    import("../disk/files.js"),
    import("../version.js"),
  ]);
  const generatedBy = { version: `heavytail ${version}`, command: commandLine(process.argv.slice(2)) };
  await writeWhole(file, await renderTheoryReport({ ...(await page()), generatedBy }));
  return { ...result, json: { ...result.json, report: file }, text: `${result.text}\nReport: ${file}` };
}

/** A command line that a shell takes apart into these arguments again. */
export function commandLine(args: readonly string[]): string {
  const quoted = args.map((arg) => (/^[\w./:=,@%+-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`));
  return ["heavytail", ...quoted].join(" ");
}
