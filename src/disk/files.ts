/** @file Files written whole or not at all, and read with errors that name the file and the remedy. */

import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { FormatError } from "../errors.js";

/**
 * Writes a file so that its name holds either the old content or the new, also when the process is killed: to a
 * temporary name in the same folder, synced, then renamed.
 * @param path where to; missing folders are made
 * @param content bytes, or text written as UTF-8
 */
export async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${basename(path)}.${randomUUID().slice(0, 8)}.tmp`);
  try {
    const file = await open(temporary, "w");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Reads a file.
 * @param path the file
 * @param what what it should be, for the message, such as "an ONNX model"
 * @throws FormatError when it cannot be read
 */
export async function readWhole(path: string, what: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new FormatError({
      where: path,
      expected: what,
      got: missing ? "no such file" : (cause as Error).message,
      remedy: missing ? "Check the path." : "Check that the file can be read.",
      cause,
    });
  }
}

/** Whether a path is a folder. */
export async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
