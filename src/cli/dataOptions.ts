/** @file The flags that say which data: the same in every command that reads any. */

import type { Command } from "commander";
import { datasetForms } from "../disk/datasetForms.js";
import type { RunData } from "../disk/runFolder.js";
import { number } from "./command.js";

/** The flags as commander gives them. */
export type DataFlags = { -readonly [Name in keyof RunData]?: RunData[Name] };

/** Adds the flags to a command. */
export function defineDataFlags(command: Command, what: string): Command {
  const forms = Object.entries(datasetForms).map(([form, text]) => `  ${form.padEnd(14)} ${text}`);
  return command
    .option("--data <name>", what)
    .option("--positive-class <class>", "two-class form: this class against the rest")
    .option("--label-column <column>", "of a table: the label column's name, or its index from 0")
    .option("--test-fraction <share>", "of a table: the share of rows put aside for testing (0.2)", number)
    .addHelpText("after", `\nData sets:\n${forms.join("\n")}`);
}

/** The flags about data that were given. */
export function givenData({ data, positiveClass, labelColumn, testFraction }: DataFlags): DataFlags {
  const all = { data, positiveClass, labelColumn, testFraction };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
