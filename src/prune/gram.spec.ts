import { expect, test } from "vitest";
import { cholesky, choleskySolve } from "./cholesky.js";
import { gram } from "./gram.js";

/** Whole numbers from −3 to 3 without a pattern that the product could miss. */
function wholeNumbers(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => (((i * i * 7 + i * 3) % 13) % 7) - 3);
}

test.each([1, 3, 4, 64, 65, 131])("gram of %i rows of whole numbers is exactly AᵀA", (rows) => {
  const columns = 5;
  const values = wholeNumbers(rows * columns);
  const product = gram(values, rows, columns);
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let r = 0; r < rows; r++) sum += values[r * columns + i]! * values[r * columns + j]!;
      expect(product[i * columns + j]).toBe(sum);
    }
  }
});

test("cholesky gives back the known factor, and choleskySolve inverts L Lᵀ", () => {
  const lower = cholesky(Float64Array.of(4, 2, -2, 2, 10, 2, -2, 2, 6), 3)!;
  expect([...lower]).toEqual([2, 0, 0, 1, 3, 0, -1, 1, 2]);
  const vector = Float64Array.of(4 + 4 - 6, 2 + 20 + 6, -2 + 4 + 18);
  choleskySolve(lower, vector);
  // Whole numbers of one digit: a few roundings of 2⁻⁵³.
  for (const i of [0, 1, 2]) expect(vector[i]).toBeCloseTo(i + 1, 14);
});

test("cholesky of a matrix that is not positive definite is null", () => {
  expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBeNull();
  expect(cholesky(Float64Array.of(NaN), 1)).toBeNull();
});
