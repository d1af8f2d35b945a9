/** @file The visitor's own files as a table: a CSV as it is but with standardised columns, or images made small and grey. */

import Papa from "papaparse";
import type { DroppedFile } from "./droppedFiles.js";

/** A table and, for images, the shape of a row. */
export interface DroppedTable {
  readonly name: string;
  readonly text: string;
  readonly shape: readonly number[] | null;
}

/** More is not for a page. */
const limits = { bytes: 20e6, images: 5000, features: 2000 };
const imageSide = 16;

/**
 * Reads files that were dropped or chosen.
 * @param files one table, or images whose class is their folder's name, else their own name up to the first digit or mark
 * @throws Error that says what is missing
 */
export async function readDropped(files: readonly DroppedFile[]): Promise<DroppedTable> {
  if (files.length === 0) throw new Error("Drop one table or several images.");
  if (files.reduce((sum, { file }) => sum + file.size, 0) > limits.bytes) {
    throw new Error(`More than ${limits.bytes / 1e6} MB is too much for a page: use heavytail train.`);
  }
  const images = files.filter(({ file }) => file.type.startsWith("image/"));
  if (images.length === files.length) return await readImages(images);
  if (files.length > 1) throw new Error("Drop one table, or images only.");
  const { file } = files[0]!;
  return readTable(safeName(file.name), await file.text());
}

/**
 * A table with every feature column shifted and scaled to mean 0 and standard deviation 1.
 * @param text CSV with a header or without; the label column is called label, class or target, else it is the last
 */
function readTable(name: string, text: string): DroppedTable {
  const { data } = Papa.parse<string[]>(text.trim(), { delimitersToGuess: [",", ";", "\t", "|"] });
  const isNumber = (cell: string | undefined): boolean =>
    cell !== undefined && cell.trim() !== "" && !Number.isNaN(Number(cell));
  const first = data[0] ?? [];
  const named = first.findIndex((cell) => /^(label|class|target)$/i.test(cell.trim()));
  const header = named >= 0 || !first.some(isNumber);
  const label = named >= 0 ? named : first.length - 1;
  const rows = header ? data.slice(1) : data;
  if (first.length < 2 || rows.length < 20)
    throw new Error("A table needs a label column, a feature column and 20 rows.");
  if (first.length - 1 > limits.features)
    throw new Error(`More than ${limits.features} columns are too many for a page.`);
  const columns = [...first.keys()].filter((column) => column !== label);
  const scaled = columns.map((column) => {
    const values = rows.map((row, i) => {
      if (isNumber(row[column])) return Number(row[column]);
      throw new Error(
        `Row ${i + (header ? 2 : 1)}, column ${column + 1}: expected a number, got "${row[column] ?? ""}".`,
      );
    });
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    return values.map((value) => (deviation > 0 ? ((value - mean) / deviation).toFixed(4) : "0"));
  });
  const names = columns.map((column, i) => (header ? (first[column] ?? "") : `x${i + 1}`));
  return {
    name,
    text: Papa.unparse(
      [[...names, "label"], ...rows.map((row, r) => [...scaled.map((column) => column[r]!), row[label]!])],
      { newline: "\n" },
    ),
    shape: null,
  };
}

/** A file's name without its ending, fit for a command line. */
function safeName(name: string): string {
  return name.replace(/\.[^.]*$/, "").replace(/[^\w.-]+/g, "-") || "table";
}

async function readImages(files: readonly DroppedFile[]): Promise<DroppedTable> {
  if (files.length > limits.images) throw new Error(`More than ${limits.images} images are too many for a page.`);
  const lines = [[...Array.from({ length: imageSide ** 2 }, (_, i) => `p${i + 1}`), "label"]];
  for (const { file, folder } of files) {
    const label = folder ?? /^[^\d\W_]+/u.exec(file.name)?.[0] ?? file.name;
    lines.push([...(await greyPixels(file)), label]);
  }
  if (new Set(lines.slice(1).map((line) => line.at(-1))).size < 2) {
    throw new Error("All images have the same class: name them after it, such as cat-1.png and dog-1.png.");
  }
  return { name: "images", text: Papa.unparse(lines, { newline: "\n" }), shape: [1, imageSide, imageSide] };
}

/** Grey values in [−1, 1] of an image scaled to a small square. */
async function greyPixels(file: File): Promise<string[]> {
  const bitmap = await createImageBitmap(file, {
    resizeWidth: imageSide,
    resizeHeight: imageSide,
    resizeQuality: "high",
  });
  const context = new OffscreenCanvas(imageSide, imageSide).getContext("2d")!;
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, imageSide, imageSide);
  return Array.from({ length: imageSide ** 2 }, (_, i) => {
    const [red, green, blue] = [data[4 * i]!, data[4 * i + 1]!, data[4 * i + 2]!];
    return ((0.299 * red + 0.587 * green + 0.114 * blue) / 127.5 - 1).toFixed(3);
  });
}
