/**
 * @file A sweep on many machines while everything breaks: workers and the coordinator are killed, Redis is stopped and
 * comes back empty, a worker's network is cut. The table must be that of an undisturbed sweep, cell by cell.
 *
 * Each break waits until a number of cells is finished and then a while drawn from a key. Nothing depends on the exact
 * moment: whatever was lost has to be found again.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keyFromSeed } from "../src/math/random/key.js";
import { stream } from "../src/math/random/stream.js";
import { blobs } from "./blobs.js";
import { type CutLink, cutLink } from "./cutLink.js";
import { noRedis, type RedisServer, redisServer } from "./redisServer.js";

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const name = noRedis ? `chaos (skipped: ${noRedis})` : "chaos";

describe.skipIf(noRedis)(name, () => {
  const dir = mkdtempSync(join(tmpdir(), "heavytail-chaos-"));
  const experiment = join(dir, "experiment.json");
  const children = new Set<ChildProcess>();
  const log: string[] = [];
  let link: CutLink;
  let redis: RedisServer;

  beforeAll(async () => {
    link = cutLink();
    redis = await redisServer(["--bind", "127.0.0.1", ...(link.listen ? [link.listen] : [])]);
    writeFileSync(join(dir, "blobs.csv"), blobsCsv());
    writeFileSync(
      experiment,
      JSON.stringify({
        name: "chaos",
        data: { data: "csv:blobs.csv", labelColumn: "label" },
        base: { width: 300, steps: 700, batch: 100, learningRate: 0.1, sigma: 0.02, evalEvery: 200 },
        variants: [
          // Diverges: that is a result like any other.
          { label: "wild", noise: "node", alpha: 1.2, sigma: 1e30 },
          { label: "plain", noise: "none" },
          { label: "heavy", noise: "isotropic", alpha: 1.7 },
        ],
        seeds: { from: 0, count: 4 },
        prune: [{ relativeSquaredError: 0.1 }, { units: 20, refit: "units" }],
      }),
    );
  });

  afterAll(async () => {
    for (const child of children) child.kill("SIGKILL");
    await redis?.remove();
    link?.remove();
    rmSync(dir, { recursive: true, force: true });
  });

  const began = performance.now();
  const note = (text: string): void => void log.push(`${((performance.now() - began) / 1000).toFixed(1)} s ${text}`);

  /** Starts the built program; its words are kept for the case that the test fails. */
  function start(what: string, command: readonly string[]): ChildProcess {
    const [program, ...args] = command;
    const child = spawn(program!, args, { stdio: ["ignore", "pipe", "pipe"] });
    children.add(child);
    child.once("exit", (code, signal) => {
      children.delete(child);
      note(`${what} ended: ${signal ?? code}`);
    });
    for (const output of [child.stdout!, child.stderr!]) {
      output.on("data", (text: Buffer) => note(`${what}: ${text.toString().trim()}`));
    }
    return child;
  }

  const heavytail = (...args: string[]): string[] => [process.execPath, main, ...args];
  const ended = (child: ChildProcess): Promise<number | null> =>
    child.exitCode !== null || child.signalCode !== null
      ? Promise.resolve(child.exitCode)
      : new Promise((resolve) => child.once("exit", resolve));

  test("the table of a sweep that everything happened to is that of an undisturbed one", async () => {
    const calm = join(dir, "calm");
    expect(await ended(start("calm", heavytail("sweep", experiment, "--out", calm))), log.join("\n")).toBe(0);

    await redis.start();
    const out = join(dir, "chaos");
    const behind = await link.reach(redis.port);
    const local = `redis://127.0.0.1:${redis.port}`;
    const patience = ["--concurrency", "1", "--lease", "1.5", "--takeovers", "1000"];
    const coordinate = (): ChildProcess =>
      start("coordinator", heavytail("sweep", experiment, "--out", out, "--redis", local, "--attempts", "1000"));
    const near = (): ChildProcess => start("near worker", heavytail("worker", "--redis", local, ...patience));
    const far = (): ChildProcess => {
      const url = `redis://${behind.host}:${behind.port}`;
      return start("far worker", link.wrap(heavytail("worker", "--redis", url, ...patience)).slice());
    };
    const random = stream(keyFromSeed(6));
    const finished = (): number => {
      try {
        return readdirSync(join(out, "cells")).filter((file) => file.endsWith(".json")).length;
      } catch {
        return 0;
      }
    };
    /** Waits until so many cells are finished, and then a while drawn from the key. */
    const until = async (cells: number): Promise<void> => {
      while (finished() < cells) await sleep(20);
      await sleep(400 * random.uniform());
    };

    let coordinator = coordinate();
    let nearWorker = near();
    let farWorker = far();
    let hit = 0;
    const strike = async (what: string, blow: () => unknown): Promise<void> => {
      const open = 12 - finished();
      if (open > 0) hit++;
      note(`--- ${what}, ${open} cells open`);
      await blow();
    };
    await until(1);
    await strike("a worker is killed", () => nearWorker.kill("SIGKILL"));
    nearWorker = near();
    await until(2);
    await strike(`the far worker is cut off (${link.kind})`, () => link.cut());
    await until(3);
    await strike("the coordinator is killed", () => coordinator.kill("SIGKILL"));
    await sleep(300 * random.uniform());
    coordinator = coordinate();
    await until(4);
    await strike("Redis is stopped", () => redis.stop("SIGTERM"));
    await sleep(500 * random.uniform());
    await redis.start();
    await until(5);
    await strike("the link is mended", () => link.mend());
    await until(6);
    await strike("both workers are killed", () => [nearWorker, farWorker].map((worker) => worker.kill("SIGKILL")));
    [nearWorker, farWorker] = [near(), far()];
    await until(7);
    await strike("Redis and the coordinator are killed", () => {
      coordinator.kill("SIGKILL");
      return redis.stop("SIGKILL");
    });
    await redis.start();
    coordinator = coordinate();

    expect(await ended(coordinator), log.join("\n")).toBe(0);
    // Every blow fell while there was work to lose.
    expect(hit, log.join("\n")).toBe(7);
    expect(table(out)).toEqual(table(calm));
    const models = readdirSync(join(calm, "models")).sort();
    expect(readdirSync(join(out, "models")).sort()).toEqual(models);
    for (const file of models) {
      expect(readFileSync(join(out, "models", file)).equals(readFileSync(join(calm, "models", file))), file).toBe(true);
    }
  });
});

/** What an experiment's folder says of each cell, without times and machines. */
function table(dir: string): unknown[] {
  const volatile = new Set(["seconds", "environment", "msPerBatch"]);
  return readdirSync(join(dir, "cells"))
    .sort()
    .map((file) => {
      const text = readFileSync(join(dir, "cells", file), "utf8");
      return JSON.parse(text, (field, value) => (volatile.has(field) ? undefined : value));
    });
}

function blobsCsv(): string {
  const { features, train } = blobs({ rows: 300 });
  const head = [...Array.from({ length: features }, (_, i) => `x${i}`), "label"].join(",");
  const rows = Array.from(train.labels, (label, row) =>
    [...train.features.subarray(row * features, (row + 1) * features), label].join(","),
  );
  return `${[head, ...rows].join("\n")}\n`;
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
