/** @file A queue on a real Redis: what goes wrong with single cells, and what must not get through. */

import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cell, type CellResult, cellId } from "../src/sweep/cell.js";
import { loadCellData } from "../src/sweep/cellData.js";
import { cellJob } from "../src/sweep/queue/cellJob.js";
import { connectQueue } from "../src/sweep/queue/connection.js";
import { fetchDataset, sendDataset } from "../src/sweep/queue/datasetTransfer.js";
import { queueStatus } from "../src/sweep/queue/queueStatus.js";
import { resultKey } from "../src/sweep/queue/resultTransfer.js";
import { runCellsOnQueue } from "../src/sweep/queue/runCellsOnQueue.js";
import { expandExperiment, identifyCells, loadExperiment } from "../src/sweep/resolveExperiment.js";
import { openStore, type Store } from "../src/sweep/store.js";
import { noRedis, type RedisServer, redisServer } from "./redisServer.js";

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const name = noRedis ? `queue (skipped: ${noRedis})` : "queue";

describe.skipIf(noRedis)(name, () => {
  const dir = mkdtempSync(join(tmpdir(), "heavytail-queue-"));
  const ends: (() => unknown)[] = [];
  let server: RedisServer;
  let url: string;
  let redis: Redis;
  let prefix: string;

  beforeAll(async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${Math.sin(i)},${(i % 2) + Math.cos(3 * i)},${i % 2}`);
    writeFileSync(join(dir, "waves.csv"), `a,b,label\n${rows.join("\n")}\n`);
    server = await redisServer(["--requirepass", "pass:word"]);
    await server.start();
    url = `redis://default:pass%3Aword@127.0.0.1:${server.port}`;
    redis = new Redis(url);
    const connection = await connectQueue({ url });
    prefix = connection.prefix;
    await connection.close();
  });

  afterAll(async () => {
    for (const end of ends) end();
    redis?.disconnect();
    await server?.remove();
    rmSync(dir, { recursive: true, force: true });
  });

  async function cells(base: Record<string, unknown>, seeds = 1): Promise<Cell[]> {
    const experiment = {
      name: "queue",
      data: { data: `csv:${join(dir, "waves.csv")}`, labelColumn: "label" },
      base: { width: 8, steps: 20, batch: 16, ...base },
      seeds: { from: 0, count: seeds },
      prune: [{ units: 4 }],
    };
    return await identifyCells(expandExperiment(await loadExperiment(experiment, {})));
  }
  const newStore = (): Promise<Store> => openStore(mkdtempSync(join(dir, "store-")));

  /** A worker of the built program, and a promise of its first words. */
  function worker(queue: string, ...args: string[]): { end(signal: NodeJS.Signals): Promise<string> } {
    const child = spawn(process.execPath, [main, "worker", "--queue", queue, ...args], {
      env: { ...process.env, HEAVYTAIL_REDIS: url },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let told = "";
    child.stderr.on("data", (text: Buffer) => (told += text));
    const ended = new Promise<string>((resolve) => child.once("exit", () => resolve(told)));
    ends.push(() => child.kill("SIGKILL"));
    return {
      async end(signal) {
        child.kill(signal);
        return await ended;
      },
    };
  }

  test("cells come back with their models, and what the store has is not asked for again", async () => {
    const store = await newStore();
    const made = await cells({}, 3);
    const one = worker("plain", "--concurrency", "2");
    const first = await runCellsOnQueue(made, { url, queue: "plain", store });
    expect(first).toMatchObject({ cells: 3, earlier: 0, done: 3, diverged: 0, failed: 0 });
    const told = await one.end("SIGINT");
    expect(told.match(/ done/g)).toHaveLength(3);
    expect(told).toContain("redis://default:***@127.0.0.1");
    expect(told).not.toContain("pass");
    // No worker is there any more: this ends only because nothing is asked for.
    const second = await runCellsOnQueue(made, { url, queue: "plain", store });
    expect(second).toMatchObject({ cells: 3, earlier: 3, done: 0 });
    expect(await queueStatus({ url, queue: "plain" })).toMatchObject({ waiting: 0, active: 0, done: 3, workers: [] });
    expect(await redis.exists(made.map(({ id }) => resultKey(prefix, "plain", id)))).toBe(0);
  });

  test("a cell that always fails is given up after its attempts, its error kept; the others are done", async () => {
    const store = await newStore();
    const [healthy] = await cells({});
    // More units than there are: an experiment that says so is refused, so the cell is made by hand.
    const spec = { ...healthy!, levels: [{ units: 9, by: "norm", refit: "none" } as const] };
    const poisoned = { ...spec, id: cellId(spec, spec.dataHash) };
    const one = worker("poison", "--concurrency", "1");
    const options = { url, queue: "poison", store, attempts: 2 };
    expect(await runCellsOnQueue([poisoned, healthy!], options)).toMatchObject({ done: 1, failed: 1 });
    const { result } = await store.get(poisoned.id);
    expect(result.status).toBe("failed");
    expect(result.error).toMatch(/units/);
    const status = await queueStatus({ url, queue: "poison" });
    expect(status).toMatchObject({ done: 1, failed: 1, failures: [{ id: poisoned.id, error: result.error }] });
    expect(status.workers).toHaveLength(1);
    expect((await one.end("SIGINT")).match(/failed: /g)).toHaveLength(2);
  });

  test("a job that is not a cell's is refused by the worker, which goes on", async () => {
    const store = await newStore();
    const [made] = await cells({});
    const connection = new Redis(url, { maxRetriesPerRequest: null });
    const queue = new Queue("forged", { connection, prefix });
    const id = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);
    await queue.add("cell", { anything: 1 }, { jobId: id("a"), attempts: 3 });
    await queue.add("cell", { ...cellJob(made!, true), run: "rm" }, { jobId: id("b"), attempts: 3 });
    await queue.add("cell", cellJob(made!, true), { jobId: id("c"), attempts: 3 });
    const one = worker("forged", "--concurrency", "1");
    expect(await runCellsOnQueue([made!], { url, queue: "forged", store })).toMatchObject({ done: 1 });
    const told = await one.end("SIGINT");
    // Once each: what is wrong in itself is not tried again.
    expect(told.match(/failed: /g)).toHaveLength(3);
    expect(told).toContain(`expected the id ${made!.id} of its cell`);
    await queue.close();
    connection.disconnect();
  });

  test("a result that is not the cell's is thrown away, and the cell is run", async () => {
    const store = await newStore();
    const made = await cells({}, 4);
    const good = JSON.stringify({
      status: "diverged",
      error: "x",
      seconds: 1,
      environment: {},
      training: {},
      rows: [],
    });
    const forgeries = ["{", good, good.replace("diverged", "done"), "x".repeat(5 * 1024 * 1024)];
    for (const [index, forgery] of forgeries.entries()) {
      await redis.hset(resultKey(prefix, "results", made[index]!.id), "result", forgery);
    }
    const notices: string[] = [];
    const results: CellResult[] = [];
    const one = worker("results", "--concurrency", "2");
    await runCellsOnQueue(made, {
      ...{ url, queue: "results", store, onNotice: (text) => notices.push(text) },
      onResult: (_, result) => void results.push(result),
    });
    await one.end("SIGINT");
    expect(results.map(({ status }) => status)).toEqual(["done", "done", "done", "done"]);
    expect(notices.filter((text) => text.includes("It is thrown away."))).toHaveLength(4);
  });

  test("a worker that is asked to stop gives its cell back at once", async () => {
    const store = await newStore();
    const [long] = await cells({ steps: 1_000_000, evalEvery: 100_000 });
    const stop = new AbortController();
    const run = runCellsOnQueue([long!], { url, queue: "long", store, signal: stop.signal });
    const one = worker("long");
    for (let active = 0; active === 0; ) ({ active } = await queueStatus({ url, queue: "long" }));
    expect(await one.end("SIGTERM")).toMatch(/returned\n/);
    expect(await queueStatus({ url, queue: "long" })).toMatchObject({ waiting: 1, active: 0, done: 0, failed: 0 });
    stop.abort();
    expect(await run).toMatchObject({ done: 0, failed: 0 });
  });

  test("a data set arrives as it was sent, once; a damaged or missing one is told", async () => {
    const [{ data, dataHash }] = (await cells({})) as [Cell];
    const key = `${prefix}-data`;
    const dataset = await loadCellData(data);
    expect(await sendDataset(redis, key, dataHash, async () => dataset)).toBe(true);
    expect(await sendDataset(redis, key, dataHash, () => Promise.reject(new Error("asked again")))).toBe(false);
    const bytes = await fetchDataset(redis, key, dataHash);
    expect(bytes.length).toBeGreaterThan(40 * 3 * 4);
    expect(await redis.ttl(`${key}:data:${dataHash}`)).toBeGreaterThan(0);
    await redis.hset(`${key}:data:${dataHash}`, "0", "not compressed");
    await expect(fetchDataset(redis, key, dataHash)).rejects.toThrow(/expected whole pieces, got a damaged one/);
    await redis.hset(`${key}:data:${dataHash}`, "bytes", 2 ** 40);
    await expect(fetchDataset(redis, key, dataHash)).rejects.toThrow(/expected at most/);
    await redis.del(`${key}:data:${dataHash}`);
    await expect(fetchDataset(redis, key, dataHash)).rejects.toThrow(/expected it in Redis, got nothing/);
    const other = createHash("sha256").update("other").digest("hex");
    await expect(sendDataset(redis, key, other, async () => dataset)).rejects.toThrow(/Its files changed/);
  });

  test("a wrong password and a server that is not there are told at once, without the password", async () => {
    const wrong = queueStatus({ url: url.replace("pass%3Aword", "guess%40@") });
    await expect(wrong).rejects.toThrow(/expected an answer of Redis or Valkey, got WRONGPASS/);
    await expect(wrong).rejects.not.toThrow(/guess/);
    await expect(queueStatus({ url: "http://127.0.0.1" })).rejects.toThrow(/expected a URL of Redis or Valkey/);
    const absent = connectQueue({ url: "redis://127.0.0.1:1" }, () => {}, 300);
    await expect(absent).rejects.toThrow(/expected an answer of Redis or Valkey, got connect ECONNREFUSED/);
  });

  test.skipIf(!canMakeCertificates())(
    "a queue is reached through TLS, and a certificate nobody vouches for is refused",
    async () => {
      const [key, certificate] = [join(dir, "key.pem"), join(dir, "certificate.pem")];
      const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"];
      const fresh = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
      execFileSync("openssl", [...fresh, "-keyout", key, "-out", certificate, ...subject], { stdio: "ignore" });
      const files = ["--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", certificate];
      const secure = await redisServer([...files, "--tls-auth-clients", "no"], true);
      ends.push(() => secure.remove());
      await secure.start();
      const ask = (environment: Record<string, string>): string => {
        const args = [main, "sweep", "--status", "--json", "--redis", `rediss://localhost:${secure.port}`];
        const env = { ...process.env, ...environment };
        try {
          return execFileSync(process.execPath, args, { env, stdio: ["ignore", "pipe", "ignore"] }).toString();
        } catch (error) {
          return (error as { stdout: Buffer }).stdout.toString();
        }
      };
      expect(JSON.parse(ask({ NODE_EXTRA_CA_CERTS: certificate }))).toMatchObject({ queue: "cells", waiting: 0 });
      expect(JSON.parse(ask({}))).toMatchObject({ error: { code: "connection" } });
      await secure.remove();
    },
  );
});

function canMakeCertificates(): boolean {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
