/**
 * @file Results through Redis: one key a cell with its result in JSON and its models, written by the worker in one piece,
 * taken and deleted by the coordinator.
 */

import type { Redis } from "ioredis";
import { FormatError } from "../../errors.js";
import type { Cell, CellResult } from "../cell.js";
import type { CellOutcome } from "../runCell.js";
import { bounds, readResult } from "./cellJob.js";

/** Seconds that a result waits for its coordinator. */
const resultLife = 7 * 24 * 3600;
/** The field of the result; the other fields are models. */
const resultField = "result";

/** A cell's result as it came back. */
export interface TakenResult {
  readonly result: CellResult;
  readonly models: ReadonlyMap<string, Uint8Array>;
}

/**
 * Puts a result where the coordinator takes it; to put twice is to put once.
 * @param key from `resultKey`
 * @throws FormatError if the models together are larger than the bound
 */
export async function sendResult(redis: Redis, key: string, { result, models }: CellOutcome): Promise<void> {
  const size = [...models.values()].reduce((sum, { length }) => sum + length, 0);
  if (size > bounds.models) {
    const remedy = "Prune to fewer units, give fewer levels, or sweep with --no-models.";
    const expected = `at most ${bounds.models} bytes in all`;
    throw new FormatError({ where: "models of the cell", expected, got: `${size}`, remedy });
  }
  const fields = new Map<string, string | Buffer>([[resultField, JSON.stringify(result)]]);
  for (const [name, { buffer, byteOffset, byteLength }] of models) {
    fields.set(name, Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength));
  }
  const replies = await redis.multi().del(key).hset(key, fields).expire(key, resultLife).exec();
  const error = replies?.find(([error]) => error)?.[0];
  if (error) throw error;
}

/**
 * Takes a cell's result, checked; it stays in Redis until `redis.del(key)`.
 * @param key from `resultKey`
 * @param cell the cell that was asked for
 * @param wantsModels whether with its models
 * @returns null if there is none
 * @throws FormatError if it is not a result of this cell with a model for each row of the size the row tells
 */
export async function takeResult(
  redis: Redis,
  key: string,
  cell: Cell,
  wantsModels: boolean,
): Promise<TakenResult | null> {
  const size = await redis.hstrlen(key, resultField);
  if (size === 0) return null;
  const where = `result of cell ${cell.id}`;
  if (size > bounds.result)
    throw new FormatError({ where, expected: `at most ${bounds.result} bytes`, got: `${size}` });
  const result = readResult(cell, (await redis.hget(key, resultField)) ?? "");
  const models = new Map<string, Uint8Array>();
  let room: number = bounds.models;
  for (const [index, { after }] of wantsModels ? result.rows.entries() : []) {
    const name = `level${index}.onnx`;
    const length = await redis.hstrlen(key, name);
    room -= length;
    if (length !== after.bytes || room < 0) {
      const expected = `the model ${name} of ${after.bytes} bytes, and ${bounds.models} bytes in all at most`;
      throw new FormatError({ where, expected, got: `${length} bytes` });
    }
    models.set(name, (await redis.hgetBuffer(key, name)) ?? new Uint8Array());
  }
  return { result, models };
}

/** Where the result of a cell stands. */
export function resultKey(prefix: string, queue: string, id: string): string {
  return `${prefix}:${queue}:result:${id}`;
}
