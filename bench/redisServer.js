/** @file A redis-server for a measurement: nothing on disk, on a free port. */
import { spawn } from "node:child_process";
import { createServer } from "node:net";

/**
 * Starts one.
 * @param dir its working folder
 * @param addresses where it listens beside the loopback
 * @returns port; stop(): ends it
 * @throws if redis-server is not installed
 */
export async function startRedis(dir, addresses = []) {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  const fixed = ["--save", "", "--appendonly", "no", "--protected-mode", "no", "--dir", dir];
  const child = spawn("redis-server", ["--port", `${port}`, "--bind", "127.0.0.1", ...addresses, ...fixed]);
  await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.stdout.on("data", (text) => /Ready to accept/.test(text) && resolve());
  });
  return { port, stop: () => child.kill("SIGKILL") };
}
