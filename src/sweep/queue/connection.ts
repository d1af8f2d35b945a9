/**
 * @file The way to Redis or Valkey: libraries loaded when first needed, one connection with endless retries, a URL whose
 * password never shows, and the names under which everything of a queue stands.
 */

import type { Redis } from "ioredis";
import { HeavytailError, ParameterError } from "../../errors.js";
import { ALGORITHM_VERSION } from "../cell.js";
import { maskUrl } from "../maskUrl.js";

/** Where a queue is. */
export interface QueueAddress {
  /** `redis://` or, with TLS, `rediss://`, as `rediss://user:password@host:6379/0`. */
  readonly url: string;
  /** The queue's name: sweeps and workers of one name work together. @default "cells" */
  readonly queue?: string | undefined;
}

/** Told of what a person may want to see: connections lost and found, cells taken over. */
export type Notice = (text: string) => void;

/** An open connection and the names of a queue. */
export interface QueueConnection {
  readonly redis: Redis;
  readonly queue: string;
  /** In front of every key; another version of the algorithm has other keys, so versions never mix. */
  readonly prefix: string;
  readonly bullmq: typeof import("bullmq");
  /**
   * Closes what uses the connection and then the connection itself.
   * @param users queues, workers
   * @param patience milliseconds that they may take; where Redis does not answer they never end by themselves
   */
  close(users?: readonly { close(): Promise<void> }[], patience?: number): Promise<void>;
}

/** Milliseconds in which a command must be answered; the largest, a result with its models, is sent in them at 10 Mbit/s. */
const silence = 60_000;
/** Most milliseconds between two tries to connect again. */
const longestPause = 2000;

/**
 * Connects; afterwards a lost connection is found again by itself, and what was asked meanwhile waits.
 * @param address where the queue is
 * @param onNotice told when the connection is lost and when it is back
 * @param patience milliseconds to wait for the first answer
 * @throws ParameterError if the URL is none, a name has other signs than letters, digits, `-`, `_` and `.`, or a package is
 *   missing; HeavytailError, code `connection`, if nothing answers or the password is refused
 */
export async function connectQueue(
  { url, queue = "cells" }: QueueAddress,
  onNotice: Notice = () => {},
  patience = 10_000,
): Promise<QueueConnection> {
  checkAddress(url, queue);
  const { Redis, bullmq } = await loadLibraries();
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    socketTimeout: silence,
    connectTimeout: patience,
    retryStrategy: (tries) => Math.min(100 * 2 ** Math.min(tries, 10), longestPause),
  });
  let last: Error | undefined;
  redis.on("error", (error) => {
    last = error;
  });
  try {
    await firstAnswer(redis, patience, () => last);
  } catch (cause) {
    redis.disconnect();
    throw unreachable(url, cause as Error);
  }
  // BullMQ copies the connection for its blocking calls; where Redis is away only this ends the copies.
  const copies: Redis[] = [];
  const copy = redis.duplicate.bind(redis);
  redis.duplicate = (override) => {
    const made = copy(override);
    copies.push(made);
    return made;
  };
  let lost = false;
  redis.on("close", () => {
    if (!lost) onNotice(`lost the connection to ${maskUrl(url)}; trying again`);
    lost = true;
  });
  redis.on("ready", () => {
    if (lost) onNotice(`connected to ${maskUrl(url)} again`);
    lost = false;
  });
  return {
    redis,
    queue,
    prefix: `heavytail-${ALGORITHM_VERSION}`,
    bullmq,
    async close(users = [], patience = 1000) {
      redis.removeAllListeners("close");
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise((resolve) => {
        timer = setTimeout(resolve, patience);
      });
      await Promise.race([Promise.allSettled(users.map((user) => user.close())), late]);
      clearTimeout(timer);
      // One that has ended would keep the process for the two seconds that it is given to close.
      for (const open of [redis, ...copies]) if (open.status !== "end") open.disconnect();
    },
  };
}

function checkAddress(url: string, queue: string): void {
  if (!/^rediss?:\/\//.test(url) || !URL.canParse(url)) {
    const remedy = "Write redis://host:6379, or rediss://user:password@host:6379 with TLS.";
    throw new ParameterError({ where: "redis", expected: "a URL of Redis or Valkey", got: maskUrl(url), remedy });
  }
  if (!/^[\w.-]{1,100}$/.test(queue)) {
    throw new ParameterError({ where: "queue", expected: "letters, digits, -, _ and .", got: queue });
  }
}

async function loadLibraries(): Promise<Pick<typeof import("ioredis"), "Redis"> & Pick<QueueConnection, "bullmq">> {
  try {
    const [{ Redis }, bullmq] = await Promise.all([import("ioredis"), import("bullmq")]);
    return { Redis, bullmq };
  } catch (cause) {
    const remedy = "Run npm install bullmq ioredis.";
    throw new ParameterError({
      ...{ where: "redis", expected: "the packages bullmq and ioredis", got: "none installed", remedy, cause },
    });
  }
}

/** Waits for a PONG; a refused password ends the waiting at once. */
async function firstAnswer(redis: Redis, patience: number, lastError: () => Error | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(lastError() ?? new Error(`no answer in ${patience / 1000} s`)), patience);
  });
  const refused = new Promise<never>((_, reject) => {
    redis.on("error", (error) => {
      if (/WRONGPASS|NOAUTH|NOPERM|invalid password|certificate|self.signed/i.test(error.message)) reject(error);
    });
  });
  try {
    // The first try may fail where the server is just starting; the next ones come by themselves.
    redis.connect().catch(() => {});
    await Promise.race([redis.ping(), late, refused]);
  } finally {
    clearTimeout(timer);
  }
}

function unreachable(url: string, cause: Error): HeavytailError {
  return new HeavytailError("connection", {
    where: maskUrl(url),
    expected: "an answer of Redis or Valkey",
    got: cause.message.replace(/\.$/, "") || String((cause as NodeJS.ErrnoException).code ?? cause.name),
    remedy: "Check that the server runs, the address and the password.",
    cause,
  });
}
