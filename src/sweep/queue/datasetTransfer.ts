/**
 * @file Data sets through Redis: once by content hash, in compressed pieces under one key that expires, checked by hash on
 * arrival. Workers need no files.
 */

import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { Redis } from "ioredis";
import * as z from "zod";
import type { Dataset, Split } from "../../dataset/dataset.js";
import { FormatError, HeavytailError } from "../../errors.js";
import { datasetHash } from "../cellData.js";
import { bounds } from "./cellJob.js";

/** Bytes of a piece before compression. */
const pieceBytes = 8 * 1024 * 1024;
/** Seconds a data set stays in Redis after it was last asked to be there. */
export const datasetLife = 7 * 24 * 3600;
/** The field that says the data set is complete. */
const sizeField = "bytes";

const headSchema = z.strictObject({
  name: z.string().max(200),
  features: z.int().min(1),
  classes: z.int().min(2),
  classNames: z.array(z.string().max(1000)).max(1_000_000),
  shape: z.array(z.int().min(1)).min(1).max(8),
  standardisation: z.strictObject({ mean: z.number(), std: z.number() }).nullable(),
  rows: z.tuple([z.int().min(1), z.int().min(1)]),
});

/**
 * A data set as bytes: uint32 length of the head, the head in JSON, filled to a multiple of 4 with spaces, then features
 * (float32) and labels (int32) of the training and the test split.
 */
export function encodeDataset(dataset: Dataset): Uint8Array {
  const { name, features, classes, classNames, shape, standardisation, train, test } = dataset;
  const facts = { name, features, classes, classNames, shape, standardisation, rows: [train.rows, test.rows] };
  const json = JSON.stringify(facts);
  const size = Buffer.byteLength(json);
  const head = Buffer.from(json + " ".repeat((4 - (size % 4)) % 4));
  const arrays = [train.features, train.labels, test.features, test.labels];
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  return Buffer.concat([length, head, ...arrays.map(bytesOf)]);
}

/**
 * Reads a data set from bytes; its arrays are copies.
 * @param bytes from `encodeDataset`
 * @param hash the content it must have
 * @throws FormatError if it is damaged or another data set
 */
export function decodeDataset(bytes: Uint8Array, hash: string): Dataset {
  const where = `data set ${hash.slice(0, 12)}`;
  const damaged = (got: string, cause?: unknown): FormatError =>
    new FormatError({ where, expected: "the data set that was sent", got, ...(cause !== undefined && { cause }) });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint32(0, true) > bytes.length - 4) throw damaged(`${bytes.length} bytes`);
  let at = 4 + view.getUint32(0, true);
  let facts: z.output<typeof headSchema>;
  try {
    facts = headSchema.parse(JSON.parse(Buffer.from(bytes.slice(4, at)).toString()));
  } catch (cause) {
    throw damaged("another head", cause);
  }
  const { rows, ...head } = facts;
  const expected = at + 4 * (rows[0] + rows[1]) * (head.features + 1);
  if (bytes.length !== expected) throw damaged(`${bytes.length} bytes instead of ${expected}`);
  const next = (count: number): ArrayBuffer => {
    const copy = new Uint8Array(4 * count);
    copy.set(bytes.subarray(at, at + copy.length));
    at += copy.length;
    return copy.buffer;
  };
  const split = (rows: number): Split => ({
    rows,
    features: new Float32Array(next(rows * head.features)),
    labels: new Int32Array(next(rows)),
  });
  const dataset: Dataset = { ...head, train: split(rows[0]), test: split(rows[1]) };
  if (datasetHash(dataset) !== hash) throw damaged("another content");
  return dataset;
}

/**
 * Sees to it that a data set is in Redis.
 * @param redis the connection
 * @param prefix in front of every key
 * @param hash its content, from `datasetHash`
 * @param load gives the data set; called only if it is not there
 * @returns whether it was sent now
 * @throws FormatError if it is larger than the bound or not what the hash says
 */
export async function sendDataset(
  redis: Redis,
  prefix: string,
  hash: string,
  load: () => Promise<Dataset>,
): Promise<boolean> {
  const key = datasetKey(prefix, hash);
  await redis.expire(key, datasetLife);
  if ((await redis.hexists(key, sizeField)) === 1) return false;
  const dataset = await load();
  if (datasetHash(dataset) !== hash) {
    const remedy = "Its files changed since the sweep began; start it again.";
    throw new FormatError({ where: dataset.name, expected: `the content ${hash}`, got: "another", remedy });
  }
  const bytes = encodeDataset(dataset);
  if (bytes.length > bounds.dataset) {
    const expected = `a data set of at most ${bounds.dataset} bytes`;
    throw new FormatError({ where: dataset.name, expected, got: `${bytes.length}` });
  }
  for (let piece = 0; piece * pieceBytes < bytes.length; piece++) {
    const part = bytes.subarray(piece * pieceBytes, (piece + 1) * pieceBytes);
    await redis.hset(key, `${piece}`, await promisify(gzip)(part, { level: 1 }));
    if (piece === 0) await redis.expire(key, datasetLife);
  }
  await redis.hset(key, sizeField, bytes.length);
  return true;
}

/**
 * Fetches the bytes of a data set; `decodeDataset` checks them.
 * @returns bytes in memory that threads share
 * @throws HeavytailError, code `missing`, if it is not there (any more); FormatError if it is damaged or too large
 */
export async function fetchDataset(redis: Redis, prefix: string, hash: string): Promise<Uint8Array> {
  const key = datasetKey(prefix, hash);
  const where = `data set ${hash.slice(0, 12)}`;
  const missing = (what: string): HeavytailError =>
    new HeavytailError("missing", {
      ...{ where, expected: "it in Redis", got: what, remedy: "Start the sweep again: it sends what is missing." },
    });
  const size = Number(await redis.hget(key, sizeField));
  if (size === 0) throw missing("nothing");
  if (!(Number.isSafeInteger(size) && size > 0 && size <= bounds.dataset)) {
    throw new FormatError({ where, expected: `at most ${bounds.dataset} bytes`, got: `${size}` });
  }
  const bytes = new Uint8Array(new SharedArrayBuffer(size));
  for (let piece = 0; piece * pieceBytes < size; piece++) {
    const packed = await redis.hgetBuffer(key, `${piece}`);
    if (!packed) throw missing("a part of it");
    const expected = Math.min(pieceBytes, size - piece * pieceBytes);
    const part = await promisify(gunzip)(packed, { maxOutputLength: expected }).catch((cause: unknown) => {
      throw new FormatError({ where, expected: "whole pieces", got: "a damaged one", cause });
    });
    if (part.length !== expected) {
      throw new FormatError({ where, expected: `a piece of ${expected} bytes`, got: `${part.length}` });
    }
    bytes.set(part, piece * pieceBytes);
  }
  return bytes;
}

function datasetKey(prefix: string, hash: string): string {
  return `${prefix}:data:${hash}`;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
