/** @file `heavytail lab`: serves the browser lab on this machine, for this machine. */

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { FormatError, ParameterError } from "../errors.js";
import { type CommandResult, type CommonOptions, command, integer } from "./command.js";

interface LabFlags extends CommonOptions {
  port: number;
}

const hostname = "127.0.0.1";
const builtSite = fileURLToPath(new URL("../lab/", import.meta.url));

/** The command. */
export function labCommand(): Command {
  return command(
    "lab",
    "Serve the browser lab on 127.0.0.1: train, cut and take home a compact network in a page.",
    (made) => made.option("--port <n>", "where to listen; 0 takes any free port", integer, 4880),
    run,
  );
}

async function run({ port }: LabFlags): Promise<CommandResult> {
  if (!(port >= 0 && port <= 65535)) {
    throw new ParameterError({ where: "port", expected: "a whole number from 0 to 65535", got: `${port}` });
  }
  const [{ createAdaptorServer }, { labSite }, { isFolder }] = await Promise.all([
    import("@hono/node-server"),
    import("./labSite.js"),
    import("../disk/files.js"),
  ]);
  if (!(await isFolder(builtSite))) {
    const remedy = "In the repository run npm run build.";
    throw new FormatError({ where: builtSite, expected: "the built lab", got: "no such folder", remedy });
  }
  const server = createAdaptorServer({ fetch: (await labSite(builtSite)).fetch });
  server.listen(port, hostname);
  await once(server, "listening").catch((cause: NodeJS.ErrnoException) => {
    const got = cause.code === "EADDRINUSE" ? "a port in use" : cause.message;
    const remedy = "Choose another with --port; 0 takes any free one.";
    throw new ParameterError({ where: `port ${port}`, expected: "a free port", got, remedy });
  });
  const url = `http://${hostname}:${(server.address() as AddressInfo).port}/`;
  return { json: { url }, text: `The lab is at ${url} (stop with Ctrl-C).` };
}
