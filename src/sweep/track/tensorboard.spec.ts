import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BinaryReader, type WireType } from "@bufbuild/protobuf/wire";
import { expect, test } from "vitest";
import { crc32c, openTensorBoard } from "./tensorboard.js";

test("crc32c of the examples in RFC 3720, appendix B.4", () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
  expect(crc32c(new TextEncoder().encode("123456789"))).toBe(0xe3069283);
});

test("an event file holds its version and then every value with its step, each record under its checksums", async () => {
  const folder = mkdtempSync(join(tmpdir(), "heavytail-"));
  try {
    const tracker = await openTensorBoard(join(folder, "run"));
    await tracker.log(1, { trainLoss: 0.75, testAccuracy: 0.5 });
    await Promise.all([tracker.log(300, { trainLoss: Number.NaN }), tracker.log(70_000, { trainLoss: -0.25 })]);
    await tracker.close("finished");
    const [name] = readdirSync(join(folder, "run"));
    expect(name).toMatch(/^events\.out\.tfevents\.\d{10}\./);
    const events = records(readFileSync(join(folder, "run", name!))).map(decode);
    expect(events.every(({ wallTime }) => Math.abs(wallTime - Date.now() / 1000) < 3600)).toBe(true);
    expect(events.map(({ wallTime: _, ...rest }) => rest)).toEqual([
      { step: 0, version: "brain.Event:2", values: {} },
      { step: 1, version: "", values: { trainLoss: 0.75, testAccuracy: 0.5 } },
      { step: 300, version: "", values: { trainLoss: Number.NaN } },
      { step: 70_000, version: "", values: { trainLoss: -0.25 } },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** The records of a file, their checksums verified. */
function records(file: Buffer): Uint8Array[] {
  const found: Uint8Array[] = [];
  const unmask = (masked: number): number => {
    const rotated = (masked - 0xa282ead8) >>> 0;
    return ((rotated << 15) | (rotated >>> 17)) >>> 0;
  };
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    expect(unmask(file.readUInt32LE(at + 8))).toBe(crc32c(file.subarray(at, at + 8)));
    const data = file.subarray(at + 12, at + 12 + length);
    expect(unmask(file.readUInt32LE(at + 12 + length))).toBe(crc32c(data));
    found.push(data);
    at += length + 16;
  }
  return found;
}

interface Event {
  wallTime: number;
  step: number;
  version: string;
  values: Record<string, number>;
}

function decode(record: Uint8Array): Event {
  const event: Event = { wallTime: 0, step: 0, version: "", values: {} };
  fields(record, {
    1: (reader) => (event.wallTime = reader.double()),
    2: (reader) => (event.step = Number(reader.int64())),
    3: (reader) => (event.version = reader.string()),
    5: (reader) =>
      fields(reader.bytes(), {
        1(reader) {
          let tag = "";
          fields(reader.bytes(), {
            1: (reader) => (tag = reader.string()),
            2: (reader) => (event.values[tag] = reader.float()),
          });
        },
      }),
  });
  return event;
}

function fields(bytes: Uint8Array, readers: Record<number, (reader: BinaryReader, type: WireType) => unknown>): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    expect(Object.keys(readers)).toContain(`${field}`);
    readers[field]!(reader, type);
  }
}
