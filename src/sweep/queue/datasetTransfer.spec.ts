import { expect, test } from "vitest";
import { blobs } from "../../../test/blobs.js";
import { datasetHash } from "../cellData.js";
import { decodeDataset, encodeDataset } from "./datasetTransfer.js";

const plain = blobs({ rows: 20 });
// A head whose length in bytes is not its length in letters, and not a multiple of 4 before it is filled up.
const dataset = {
  ...plain,
  name: "Übung",
  classNames: ["één", "två", "3"],
  standardisation: { mean: 0.1307, std: 0.3081 },
};
const hash = datasetHash(dataset);

test("decode(encode(d)) = d, into arrays of its own", () => {
  const bytes = encodeDataset(dataset);
  const decoded = decodeDataset(bytes, hash);
  expect(decoded).toEqual(dataset);
  bytes.fill(0);
  expect(decoded).toEqual(dataset);
});

test("bytes at any offset of shared memory are read", () => {
  const bytes = encodeDataset(dataset);
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length + 3)).subarray(3);
  shared.set(bytes);
  expect(decodeDataset(shared, hash)).toEqual(dataset);
});

test("every damage is told: a flipped bit anywhere, a missing or added byte, another head, another data set", () => {
  const bytes = encodeDataset(dataset);
  for (let at = 0; at < bytes.length; at += 7) {
    const damaged = Uint8Array.from(bytes);
    damaged[at]! ^= 4;
    // The name is no content: it may say what it likes.
    const inName = Buffer.from(bytes).indexOf("Übung");
    if (at >= inName && at < inName + 6) continue;
    expect(() => decodeDataset(damaged, hash), `byte ${at}`).toThrow(/expected the data set that was sent/);
  }
  expect(() => decodeDataset(bytes.subarray(1), hash)).toThrow(/expected the data set that was sent/);
  expect(() => decodeDataset(new Uint8Array([...bytes, 0]), hash)).toThrow(/bytes instead of/);
  expect(() => decodeDataset(new Uint8Array(3), hash)).toThrow(/got 3 bytes/);
  expect(() => decodeDataset(encodeDataset(plain), hash)).toThrow(/another content/);
});
