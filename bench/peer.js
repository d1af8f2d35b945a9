/**
 * @file A peer: a program of its own that does the same work, driven line by line over pipes. It reads one JSON object a
 * line and answers each with one: {"prepare": case, "id": i} with {"ready": facts} or {"missing": what}; {"turn": n, "id": i}
 * with {"seconds": […], "cpu": processor seconds a repetition}; {"drop": i} with {}. One process serves all cases of a script.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** What keeps large buffers out of the hands of the kernel, whose fresh pages are dear on virtual machines. */
const tunedMalloc = {
  MALLOC_MMAP_THRESHOLD_: "4294967296",
  MALLOC_TRIM_THRESHOLD_: "17179869184",
  MALLOC_TOP_PAD_: "268435456",
};

/** The processes started so far, by script, threads and malloc; a text tells why one cannot be had. */
const processes = new Map();
let cases = 0;
/** Facts of all peers that answered (versions, kernel in use), by name. */
export const peerFacts = {};
/** Why peers were skipped, by name. */
export const skippedPeers = {};

/**
 * Opens a peer for one case.
 * @param name for tables
 * @param script a file of bench/peers, `.py` or `.js`
 * @param prepare the case
 * @param options threads; malloc: "tuned" or "default"
 * @returns a party for `takeTurns`, with `close()`; or null, with the reason in `skippedPeers`, where it is not installed
 */
export async function openPeer(name, script, prepare, { threads = 1, malloc = "tuned" } = {}) {
  const which = `${script} ${threads} ${malloc}`;
  if (!processes.has(which)) processes.set(which, start(script, threads, malloc));
  const peer = processes.get(which);
  if (typeof peer === "string") return skip(name, peer);
  const id = ++cases;
  let answer;
  try {
    answer = await peer.ask({ prepare, id });
  } catch (error) {
    processes.set(which, error.message);
    return skip(name, error.message);
  }
  if (answer.missing) return skip(name, `${answer.missing} is not installed`);
  peerFacts[name] = answer.ready;
  return { turn: (n) => peer.ask({ turn: n, id }), close: () => peer.ask({ drop: id }) };
}

/** Ends all processes. */
export async function closePeers() {
  for (const peer of processes.values()) if (typeof peer !== "string") await peer.end();
}

/** The environment in which a peer runs. */
export function peerEnvironment({ threads, malloc }) {
  const env = { ...process.env, ...(malloc === "tuned" && tunedMalloc) };
  for (const name of ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]) env[name] = `${threads}`;
  // Set on some machines, these choose a slower kernel than the one OpenBLAS finds.
  delete env.OPENBLAS_CORETYPE;
  delete env.OPENBLAS_L2_SIZE;
  return env;
}

function skip(name, reason) {
  skippedPeers[name] = reason;
  return null;
}

function start(script, threads, malloc) {
  const path = fileURLToPath(new URL(`peers/${script}`, import.meta.url));
  const python = process.env.HEAVYTAIL_PYTHON ?? "python3";
  const packages = process.env.HEAVYTAIL_PEERS;
  if (script.endsWith(".js") && !(packages && existsSync(join(packages, "node_modules")))) {
    return "HEAVYTAIL_PEERS names no folder with node_modules";
  }
  const env = peerEnvironment({ threads, malloc });
  const child = spawn(script.endsWith(".js") ? process.execPath : python, [path], {
    env,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (text) => {
    errors = (errors + text).slice(-500);
  });
  const ended = new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code) => resolve(`${script} ended with ${code}: ${errors.trim().split("\n").at(-1)}`));
  });
  child.stdin.on("error", () => {});
  const lines = createInterface({ input: child.stdout });
  return {
    async ask(request) {
      const line = once(lines, "line");
      line.catch(() => {});
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const answer = await Promise.race([line, ended]);
      if (typeof answer === "string") throw new Error(answer);
      return JSON.parse(answer[0]);
    },
    async end() {
      child.stdin.end();
      await ended;
    },
  };
}
