/**
 * @file A network link that a test can cut: where we may, a network namespace behind a pair of virtual interfaces, of which one
 * is taken down, so that packets vanish without a word; elsewhere a proxy that destroys its sockets and refuses new ones.
 */

import { execFileSync } from "node:child_process";
import { connect, createServer, type Socket } from "node:net";

/** A link between one program and the rest of the machine. */
export interface CutLink {
  /** What the link is. */
  readonly kind: "network namespace" | "proxy";
  /** An address of this machine on which servers should listen, for programs behind the link. */
  readonly listen: string | null;
  /** Where a program behind the link finds a port of this machine. */
  reach(port: number): Promise<{ host: string; port: number }>;
  /** A command line that runs behind the link. */
  wrap(command: readonly string[]): readonly string[];
  cut(): void;
  mend(): void;
  remove(): void;
}

/** Makes a link. */
export function cutLink(): CutLink {
  try {
    return namespaceLink();
  } catch {
    return proxyLink();
  }
}

function namespaceLink(): CutLink {
  const id = process.pid % 16_384;
  const [name, outside, inside] = [`heavytail${id}`, `ht${id}o`, `ht${id}i`];
  // The range that RFC 2544 sets aside for tests of networks, in blocks of four addresses.
  const block = 4 * id;
  const address = (host: number): string => `198.18.${Math.floor(block / 256)}.${(block % 256) + host}`;
  const ip = (...args: string[]): void => void execFileSync("ip", args, { stdio: "ignore" });
  const remove = (): void => {
    for (const args of [
      ["link", "del", outside],
      ["netns", "del", name],
    ]) {
      try {
        ip(...args);
      } catch {
        // It was not made.
      }
    }
  };
  try {
    ip("netns", "add", name);
    ip("link", "add", outside, "type", "veth", "peer", "name", inside, "netns", name);
    ip("addr", "add", `${address(1)}/30`, "dev", outside);
    ip("link", "set", outside, "up");
    ip("-n", name, "addr", "add", `${address(2)}/30`, "dev", inside);
    ip("-n", name, "link", "set", inside, "up");
    ip("-n", name, "link", "set", "lo", "up");
  } catch (error) {
    remove();
    throw error;
  }
  return {
    kind: "network namespace",
    listen: address(1),
    reach: async (port) => ({ host: address(1), port }),
    wrap: (command) => ["ip", "netns", "exec", name, ...command],
    cut: () => ip("link", "set", outside, "down"),
    mend: () => ip("link", "set", outside, "up"),
    remove,
  };
}

function proxyLink(): CutLink {
  const sockets = new Set<Socket>();
  const servers = new Set<ReturnType<typeof createServer>>();
  let whole = true;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  };
  return {
    kind: "proxy",
    listen: null,
    async reach(port) {
      const server = createServer((near) => {
        keep(near);
        if (!whole) return void near.destroy();
        const far = connect(port, "127.0.0.1");
        keep(far);
        near.pipe(far).pipe(near);
        near.on("close", () => far.destroy());
        far.on("close", () => near.destroy());
      });
      servers.add(server);
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return { host: "127.0.0.1", port: (server.address() as { port: number }).port };
    },
    wrap: (command) => command,
    cut() {
      whole = false;
      for (const socket of sockets) socket.destroy();
    },
    mend() {
      whole = true;
    },
    remove() {
      for (const socket of sockets) socket.destroy();
      for (const server of servers) server.close();
    },
  };
}
