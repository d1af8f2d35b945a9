/**
 * @file The folder of an experiment. Its truth is one JSON file a finished cell, `cells/ID.json`, written whole after the
 * cell's models, `models/ID.NAME`: whatever is killed when, a cell is there completely or not at all. Tables are made from it.
 */

import { access, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { isFolder, readWhole, writeWhole } from "../disk/files.js";
import { FormatError, ParameterError } from "../errors.js";
import type { Cell, CellResult } from "./cell.js";

/** A finished cell: what it was and what became of it. */
export interface StoredCell {
  readonly cell: Cell;
  readonly result: CellResult;
}

/** What a store is about. */
export interface StoreDescription {
  readonly name: string;
  readonly description?: string | undefined;
  /** How many cells the experiment has. */
  readonly cells: number;
}

/** The finished cells of an experiment. */
export interface Store {
  readonly dir: string;
  /** Writes what it is about into `experiment.json`. */
  describe(description: StoreDescription): Promise<void>;
  /** What it is about; null where nobody said. @throws FormatError for a damaged file */
  description(): Promise<StoreDescription | null>;
  /**
   * Keeps a cell's result and models. A cell that is already there stays as it is, unless it had failed: to put twice is
   * to put once.
   * @throws ParameterError for a model's name that is not a plain file name
   * @param models file name such as `level0.onnx` → bytes
   */
  put(cell: Cell, result: CellResult, models: ReadonlyMap<string, Uint8Array>): Promise<void>;
  has(id: string): Promise<boolean>;
  /** The ids of all finished cells, in order. */
  finishedIds(): Promise<string[]>;
  /** One finished cell. @throws FormatError where there is none or its file is damaged */
  get(id: string): Promise<StoredCell>;
  /** All finished cells, in order of id. @throws FormatError for a damaged file */
  all(): Promise<StoredCell[]>;
}

const storedSchema = z.looseObject({
  cell: z.looseObject({
    id: z.string(),
    labels: z.record(z.string(), z.union([z.string(), z.number()])),
    data: z.looseObject({ data: z.string() }),
    train: z.record(z.string(), z.unknown()),
    levels: z.array(z.record(z.string(), z.unknown())),
  }),
  result: z.looseObject({ id: z.string(), status: z.enum(["done", "diverged", "failed"]), rows: z.array(z.unknown()) }),
});

const descriptionSchema = z.object({ name: z.string(), description: z.string().optional(), cells: z.number() });

/** The store in a folder where there is one, else null. */
export async function existingStore(dir: string): Promise<Store | null> {
  return (await isFolder(join(dir, "cells"))) ? await openStore(dir) : null;
}

/** The store in a folder. @throws FormatError where there is none */
export async function requireStore(dir: string): Promise<Store> {
  const store = await existingStore(dir);
  if (store) return store;
  const remedy = "Give the folder that heavytail sweep wrote to.";
  throw new FormatError({ where: dir, expected: "the folder of a sweep", got: "no finished cells", remedy });
}

/**
 * Opens the store in a folder, which is made where it is missing.
 * @param dir the folder of an experiment
 */
export async function openStore(dir: string): Promise<Store> {
  const cells = join(dir, "cells");
  await mkdir(cells, { recursive: true });
  const path = (id: string): string => join(cells, `${id}.json`);
  const about = join(dir, "experiment.json");
  const has = (id: string): Promise<boolean> => exists(path(id));
  const get = async (id: string): Promise<StoredCell> =>
    (await readJson(path(id), storedSchema, "a finished cell", rerun)) as unknown as StoredCell;
  const finishedIds = async (): Promise<string[]> =>
    (await readdir(cells))
      .filter((name) => /^[0-9a-f]+\.json$/.test(name))
      .map((name) => name.slice(0, -".json".length))
      .sort();
  return {
    dir,
    async describe(description) {
      await writeWhole(about, `${JSON.stringify(description, null, 2)}\n`);
    },
    async description() {
      if (!(await exists(about))) return null;
      return await readJson(about, descriptionSchema, "what a sweep is about", "Run the sweep again.");
    },
    has,
    get,
    finishedIds,
    async put(cell, result, models) {
      if ((await has(cell.id)) && (await get(cell.id)).result.status !== "failed") return;
      for (const name of models.keys()) mustBeFileName(name);
      for (const [name, bytes] of models) await writeWhole(join(dir, "models", `${cell.id}.${name}`), bytes);
      await writeWhole(path(cell.id), `${JSON.stringify({ cell, result }, null, 2)}\n`);
    },
    async all() {
      const found: StoredCell[] = [];
      for (const id of await finishedIds()) found.push(await get(id));
      return found;
    },
  };
}

const rerun = "Delete the file and run the sweep again: it makes this cell anew.";

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

async function readJson<T>(path: string, schema: z.ZodType<T>, expected: string, remedy: string): Promise<T> {
  const text = new TextDecoder().decode(await readWhole(path, expected));
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new FormatError({ where: path, expected: `${expected} in JSON`, got: "something else", remedy, cause });
  }
}

function mustBeFileName(name: string): void {
  if (/^[A-Za-z0-9][\w.-]*$/.test(name)) return;
  throw new ParameterError({ where: "model name", expected: "a plain file name", got: name });
}
