/**
 * @file What all commands share: `--json`, one place where results are printed and errors become messages and exit codes
 * (0 ok, 1 failed, 2 usage, 3 verification refuted).
 */

import { Command, InvalidArgumentError } from "commander";
import { HeavytailError, ParameterError } from "../errors.js";

/** The exit code of a program that SIGINT ended, by convention of shells. */
export const interruptedCode = 130;

/** What a command gives back: the object for `--json`, the text for people, and the exit code if not 0. */
export interface CommandResult {
  json: Record<string, unknown>;
  text: string;
  exitCode?: number;
}

/** The options that every command has. */
export interface CommonOptions {
  json?: boolean;
}

/**
 * A command with `--json` whose action's result is printed in the form asked for.
 * @param name the command's name and arguments, as commander takes them
 * @param description one sentence
 * @param define adds the command's options
 * @param action runs it; its arguments are the command's arguments, then its options
 */
export function command<Options extends CommonOptions>(
  name: string,
  description: string,
  define: (command: Command) => void,
  action: (options: Options, ...args: string[]) => Promise<CommandResult>,
): Command {
  const made = new Command(name.split(" ")[0]).description(description).showHelpAfterError("(see --help)");
  for (const argument of name.split(" ").slice(1)) made.argument(argument);
  define(made);
  made.option("--json", "print one JSON object on stdout and nothing else there");
  made.action(async (...received: unknown[]) => {
    const values = received.slice(0, made.registeredArguments.length) as string[];
    const options = made.opts<Options>();
    try {
      const { json, text, exitCode } = await action(options, ...values);
      process.stdout.write(options.json ? `${JSON.stringify(json)}\n` : `${text}\n`);
      process.exitCode = exitCode ?? 0;
    } catch (error) {
      fail(error, options.json ?? false);
    }
  });
  return made;
}

/** Prints an error for people on stderr, and with `--json` as an object on stdout; sets the exit code. */
export function fail(error: unknown, json: boolean): void {
  const known = error instanceof HeavytailError;
  const message = error instanceof Error ? error.message : String(error);
  if (json) process.stdout.write(`${JSON.stringify({ error: { code: known ? error.code : "failed", message } })}\n`);
  const cause = error instanceof Error && error.cause instanceof Error ? `\n  cause: ${error.cause.message}` : "";
  process.stderr.write(`heavytail: ${message}${cause}\n`);
  if (!known && process.env.HEAVYTAIL_DEBUG) process.stderr.write(`${(error as Error).stack}\n`);
  process.exitCode = error instanceof ParameterError ? 2 : 1;
}

/** Parses a finite number; for commander options. */
export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value))
    throw new InvalidArgumentError(`expected a number, got "${text}".`);
  return value;
}

/** Parses a whole number, also in the form 1e6; for commander options. */
export function integer(text: string): number {
  const value = number(text);
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError(`expected a whole number, got "${text}".`);
  return value;
}

/** Parses a whole number of at least 1; for commander options. */
export function count(text: string): number {
  const value = integer(text);
  if (value < 1) throw new InvalidArgumentError(`expected a whole number of at least 1, got "${text}".`);
  return value;
}
