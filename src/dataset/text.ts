/**
 * @file Text files as the readers of numbers see them.
 */

import { FormatError } from "../errors.js";
import type { SourceFile } from "./dataset.js";

/** The longest string of V8 (2^29 − 24 characters); a longer file cannot become one. */
const longestText = 2 ** 29 - 24;

/**
 * Decodes UTF-8 text, without its byte order mark and the white space at its end.
 * @throws FormatError if the file is empty, longer than 512 MiB or not UTF-8.
 */
export function decodeText({ where, bytes }: SourceFile): string {
  if (bytes.length > longestText) {
    throw new FormatError({
      where,
      expected: `at most ${longestText} bytes of text`,
      got: `${bytes.length}`,
      remedy: "Convert it to NumPy's npy format.",
    });
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FormatError({
      where,
      expected: "text in UTF-8",
      got: "other bytes",
      remedy: "Is it a compressed or binary file?",
      cause,
    });
  }
  const trimmed = text.trimEnd();
  if (trimmed === "") throw new FormatError({ where, expected: "rows of numbers", got: "an empty file" });
  return trimmed;
}

/**
 * Reads one number of a text file.
 * @param text the characters between two separators
 * @param place where they stand, called only for the error
 * @throws FormatError unless it is a number that is finite in float32.
 */
export function parseNumber(text: string, place: () => string): number {
  const value = Number(text);
  if (!Number.isFinite(Math.fround(value)) || text.trim() === "") {
    throw new FormatError({
      where: place(),
      expected: "a finite float32 number",
      got: text.trim() === "" ? "an empty cell" : `"${text.slice(0, 40)}"`,
      remedy: "Remove the row or fill in the value.",
    });
  }
  return value;
}
