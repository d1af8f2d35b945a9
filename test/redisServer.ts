/** @file A Redis server of a test's own: on a free port, in a folder of its own, with nothing kept on disk. */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Why tests with Redis do not run here; null where they do. */
export const noRedis: string | null = (() => {
  try {
    execFileSync("redis-server", ["--version"], { stdio: "ignore" });
    return null;
  } catch {
    return "redis-server is not installed: apt-get install -y redis-server";
  }
})();

/** A server that can be stopped and started again, which empties it. */
export interface RedisServer {
  readonly port: number;
  start(): Promise<void>;
  stop(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** Stops it and removes its folder. */
  remove(): Promise<void>;
}

/**
 * Makes a server; it is not started yet.
 * @param options further options of redis-server
 * @param tls whether it speaks TLS only; `options` then name its certificate
 */
export async function redisServer(options: readonly string[] = [], tls = false): Promise<RedisServer> {
  const port = await freePort();
  const dir = mkdtempSync(join(tmpdir(), "heavytail-redis-"));
  let child: ChildProcess | undefined;
  const stop = async (signal: "SIGTERM" | "SIGKILL"): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child!.once("exit", resolve));
    child.kill(signal);
    await ended;
  };
  return {
    port,
    stop,
    async start() {
      const ports = tls ? ["--port", "0", "--tls-port", `${port}`] : ["--port", `${port}`];
      const fixed = [...ports, "--dir", dir, "--save", "", "--appendonly", "no", "--protected-mode", "no"];
      child = spawn("redis-server", [...fixed, ...options], { stdio: ["ignore", "pipe", "inherit"] });
      await new Promise<void>((resolve, reject) => {
        let log = "";
        child!.stdout!.on("data", (text: Buffer) => {
          log += text;
          if (/Ready to accept connections/.test(log)) resolve();
        });
        child!.once("exit", () => reject(new Error(`redis-server ended: ${log}`)));
      });
    },
    async remove() {
      await stop("SIGKILL");
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
