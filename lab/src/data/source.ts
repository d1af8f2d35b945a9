/** @file Where a data set comes from, and how the worker reads it: the same readers as the command line's. */

import { csvDataset, type Dataset, deriveKey, idxDataset, keyFromSeed } from "heavytail";
import { type ToyName, toyTable } from "./toySets.js";

/** Data on their way to the worker. */
export type DataSource =
  | { readonly kind: "toy"; readonly name: ToyName }
  /** The digits that lie beside the page; `base` is the folder's address. */
  | { readonly kind: "digits"; readonly base: string }
  /** A table of the visitor's; `shape` is that of one row, such as [1, 16, 16] for images. */
  | { readonly kind: "table"; readonly name: string; readonly text: string; readonly shape: readonly number[] | null };

/** The files of the digits, IDX as that of MNIST, compressed. */
export const digitFiles = {
  trainImages: "train-images-idx3-ubyte.gz",
  trainLabels: "train-labels-idx1-ubyte.gz",
  testImages: "t10k-images-idx3-ubyte.gz",
  testLabels: "t10k-labels-idx1-ubyte.gz",
} as const;

/**
 * Reads a source.
 * @param source where the data are
 * @param seed splits a table into training and test rows, as `heavytail train --data csv:… --seed` does
 * @returns the data set
 * @throws FormatError where a table is damaged; Error where the digits do not arrive
 */
export async function readSource(source: DataSource, seed: number): Promise<Dataset> {
  if (source.kind === "digits") return await readDigits(source.base);
  const { name } = source;
  const file = { where: `${name}.csv`, bytes: new TextEncoder().encode(tableOf(source)) };
  const dataset = csvDataset({ name, file, key: deriveKey(keyFromSeed(seed), "split") });
  return source.kind === "table" && source.shape ? { ...dataset, shape: source.shape } : dataset;
}

/** The CSV of a source that is a table. */
export function tableOf(source: DataSource): string {
  if (source.kind === "digits") throw new Error("The digits are files beside the page.");
  return source.kind === "toy" ? toyTable(source.name) : source.text;
}

async function readDigits(base: string): Promise<Dataset> {
  const names = Object.entries(digitFiles);
  const files = await Promise.all(
    names.map(async ([role, name]) => [role, { where: name, bytes: await fetchWhole(`${base}${name}`) }] as const),
  );
  return idxDataset(
    Object.fromEntries(files) as Record<keyof typeof digitFiles, { where: string; bytes: Uint8Array }>,
    {
      name: "digits",
      classes: 10,
    },
  );
}

/** Fetches a compressed file; some servers have it unpacked on the way. */
async function fetchWhole(address: string): Promise<Uint8Array> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status} ${response.statusText}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (!(bytes[0] === 0x1f && bytes[1] === 0x8b)) return bytes;
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
}
