/**
 * @file TensorBoard event files: TFRecord frames (length, masked CRC-32C of the length, bytes, masked CRC-32C of the bytes)
 * around `Event` messages. Source: tensorflow/core/lib/io/record_writer.h, tensorflow/core/util/event.proto and
 * tensorflow/core/framework/summary.proto.
 */

import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { Tracker } from "./tracker.js";

/**
 * Opens an event file in a folder of its own; TensorBoard shows the folder as a run.
 * @param folder made if missing; files of earlier runs in it are kept
 * @returns a tracker; every `log` is in the file when its promise resolves
 */
export async function openTensorBoard(folder: string): Promise<Tracker> {
  await mkdir(folder, { recursive: true });
  const seconds = Math.floor(Date.now() / 1000);
  // The name that TensorFlow gives; the process id and the clock's fraction keep two runs of one second apart.
  const name = `events.out.tfevents.${seconds}.${hostname()}.${process.pid}.${Math.round(performance.now())}`;
  const path = join(folder, name);
  await writeFile(path, frame(event((writer) => writer.tag(3, WireType.LengthDelimited).string("brain.Event:2"))));
  let written = Promise.resolve();
  return {
    log(step, values) {
      const record = frame(event((writer) => writeSummary(writer, step, values)));
      written = written.then(() => appendFile(path, record));
      return written;
    },
    async close() {
      await written;
    },
  };
}

/** An `Event`: wall_time = 1, then what `fill` adds. */
function event(fill: (writer: BinaryWriter) => void): Uint8Array {
  const writer = new BinaryWriter().tag(1, WireType.Bit64).double(Date.now() / 1000);
  fill(writer);
  return writer.finish();
}

/** step = 2 and summary = 5, a `Summary` of values with tag = 1 and simple_value = 2. */
function writeSummary(writer: BinaryWriter, step: number, values: Readonly<Record<string, number>>): void {
  writer.tag(2, WireType.Varint).int64(step).tag(5, WireType.LengthDelimited).fork();
  for (const [name, value] of Object.entries(values)) {
    writer.tag(1, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.LengthDelimited).string(name).tag(2, WireType.Bit32).float(value).join();
  }
  writer.join();
}

/** A TFRecord: uint64 length, its checksum, the bytes, their checksum, all little-endian. */
function frame(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(data.length + 16);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedChecksum(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedChecksum(data), true);
  return record;
}

/** Rotates a checksum and adds a constant, so that records which hold records are safe; tensorflow/core/lib/hash/crc32c.h. */
function maskedChecksum(bytes: Uint8Array): number {
  const checksum = crc32c(bytes);
  return (((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0;
}

/**
 * The cyclic redundancy check with Castagnoli's polynomial, reflected 0x82F63B78 (RFC 3720, appendix B.4).
 * @param bytes what to check
 * @returns a uint32
 */
export function crc32c(bytes: Uint8Array): number {
  let checksum = 0xffffffff;
  for (const byte of bytes) checksum = (checksum >>> 8) ^ crcTable[(checksum ^ byte) & 255]!;
  return (checksum ^ 0xffffffff) >>> 0;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0x82f63b78 : 0);
  return value;
});
