/** @file `heavytail worker`: runs cells of sweeps that a queue hands out, until it is stopped. */

import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { ParameterError } from "../errors.js";
import { type CommandResult, type CommonOptions, command, count, interruptedCode, number } from "./command.js";

interface WorkerFlags extends CommonOptions {
  redis?: string;
  queue: string;
  concurrency?: number;
  lease: number;
  takeovers: number;
}

/** Milliseconds after which a second Ctrl-C ends the worker at once. */
const impatience = 500;

/** The command. */
export function workerCommand(): Command {
  return command(
    "worker",
    "Run cells of sweeps from a queue, on as many machines as you like; needs no files.",
    (made) =>
      made
        .option(
          "--redis <url>",
          "the queue's Redis or Valkey, redis://host or rediss://user:password@host (HEAVYTAIL_REDIS)",
        )
        .option("--queue <name>", "serve the queue of this name", "cells")
        .option("--concurrency <n>", "cells that run at once, each on one core (all cores)", count)
        .option("--lease <s>", "seconds without a sign of life after which a cell is taken over", seconds, 30)
        .option("--takeovers <n>", "how often a cell may lose its worker before it is given up", count, 5),
    run,
  );
}

async function run({ redis, queue, concurrency, lease, takeovers }: WorkerFlags): Promise<CommandResult> {
  const [{ serveCells }, { maskUrl }, { availableParallelism }] = await Promise.all([
    import("../sweep/queue/serveCells.js"),
    import("../sweep/maskUrl.js"),
    import("node:os"),
  ]);
  const url = redisUrl(redis);
  const cells = concurrency ?? availableParallelism();
  const stop = new AbortController();
  let asked = 0;
  const onSignal = (): void => {
    // A terminal and a parent may both send one; who asks again later means it.
    if (stop.signal.aborted && performance.now() - asked > impatience) process.exit(interruptedCode);
    if (stop.signal.aborted) return;
    tell("stopping; cells that run go back to the queue");
    asked = performance.now();
    stop.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  tell(`serving the queue ${queue} of ${maskUrl(url)}, ${cells} cells at a time; Ctrl-C stops`);
  const finished = await serveCells({
    ...{ url, queue, concurrency: cells, lease, takeovers, signal: stop.signal, onNotice: tell },
    onCell: ({ id, kind, text }) => tell(`cell ${id.slice(0, 8)} ${kind}${text === undefined ? "" : `: ${text}`}`),
  });
  // Timers of a connection that is lost at the end must not keep the process.
  setTimeout(() => process.exit(), impatience).unref();
  return { json: { queue, finished }, text: `${finished} cells finished.` };
}

/**
 * The address of the queue: the flag, or the environment's HEAVYTAIL_REDIS, which no list of processes shows.
 * @throws ParameterError if neither is given
 */
export function redisUrl(flag: string | undefined): string {
  const url = flag ?? process.env.HEAVYTAIL_REDIS;
  if (url) return url;
  const remedy = "Add --redis, or set HEAVYTAIL_REDIS.";
  throw new ParameterError({ where: "redis", expected: "a URL of Redis or Valkey", got: "nothing", remedy });
}

function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

function seconds(text: string): number {
  const value = number(text);
  if (value < 0.1 || value > 86_400) throw new InvalidArgumentError(`expected seconds in [0.1, 86400], got "${text}".`);
  return value;
}
