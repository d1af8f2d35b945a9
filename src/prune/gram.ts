/**
 * @file The product AᵀA of a tall matrix with itself, in plain loops.
 */

/** How many rows are read again and again before going on: with 1,000 columns they fill a quarter of a megabyte. */
const tile = 64;

/**
 * The Gram matrix AᵀA, accumulated in float64.
 *
 * About a gigaflop a second; rows that are zero in a column (ReLU) cost nothing there.
 * @param values A, [rows, columns], row-major
 * @param rows the number of rows
 * @param columns the number of columns
 * @returns [columns, columns], symmetric
 */
export function gram(values: Float32Array, rows: number, columns: number): Float64Array {
  const product = new Float64Array(columns * columns);
  for (let top = 0; top < rows; top += tile) {
    const bottom = Math.min(top + tile, rows);
    for (let i = 0; i < columns; i++) {
      const to = i * columns;
      let r = top;
      // Four rows at a time: one load and one store of the sum for four products.
      for (; r + 4 <= bottom; r += 4) {
        const row0 = r * columns;
        const row1 = row0 + columns;
        const row2 = row1 + columns;
        const row3 = row2 + columns;
        const a0 = values[row0 + i]!;
        const a1 = values[row1 + i]!;
        const a2 = values[row2 + i]!;
        const a3 = values[row3 + i]!;
        if (a0 === 0 && a1 === 0 && a2 === 0 && a3 === 0) continue;
        for (let j = i; j < columns; j++) {
          const sum = a0 * values[row0 + j]! + a1 * values[row1 + j]! + a2 * values[row2 + j]! + a3 * values[row3 + j]!;
          product[to + j]! += sum;
        }
      }
      for (; r < bottom; r++) {
        const a = values[r * columns + i]!;
        for (let j = i; j < columns; j++) product[to + j]! += a * values[r * columns + j]!;
      }
    }
  }
  for (let i = 1; i < columns; i++) {
    for (let j = 0; j < i; j++) product[i * columns + j] = product[j * columns + i]!;
  }
  return product;
}
