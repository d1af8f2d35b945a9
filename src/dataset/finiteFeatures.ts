/**
 * @file Arrays of any number type as features: converted to float32, and finite.
 */

import { FormatError } from "../errors.js";

/**
 * Converts numbers to float32 and checks that all are finite afterwards; a Float32Array is checked and not copied.
 * @param values [rows, width], row-major
 * @param width numbers a row, to name the place of a bad one
 * @param where the file, for errors
 * @throws FormatError naming row and column (from 1) of the first NaN, infinity or number beyond ±3.4e38.
 */
export function finiteFeatures(values: ArrayLike<number>, width: number, where: string): Float32Array {
  const features = values instanceof Float32Array ? values : Float32Array.from(values);
  const bad = features.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new FormatError({
      where: `${where}, row ${Math.floor(bad / width) + 1}, column ${(bad % width) + 1}`,
      expected: "a finite float32 number",
      got: `${values[bad]}`,
      remedy: "Remove the row or fill in the value.",
    });
  }
  return features;
}
