/**
 * @file Cholesky's factorisation, which solves symmetric systems and proves that a matrix is positive definite.
 */

/**
 * Factors a symmetric matrix as A = L Lᵀ.
 * @param matrix A, [size, size], row-major, float64; only the lower triangle is read
 * @param size the number of rows
 * @returns L in the lower triangle of a new array (zeros above), or null where A is not numerically positive definite
 */
export function cholesky(matrix: Float64Array, size: number): Float64Array | null {
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const row = i * size;
    for (let j = 0; j <= i; j++) {
      const other = j * size;
      let sum = matrix[row + j]!;
      for (let k = 0; k < j; k++) sum -= lower[row + k]! * lower[other + k]!;
      if (j < i) lower[row + j] = sum / lower[other + j]!;
      else if (sum > 0) lower[row + i] = Math.sqrt(sum);
      else return null;
    }
  }
  return lower;
}

/**
 * Solves L Lᵀ x = b for one right-hand side, in place.
 * @param lower L from `cholesky`, [size, size]
 * @param vector b, [size]; holds x afterwards
 */
export function choleskySolve(lower: Float64Array, vector: Float64Array): void {
  const size = vector.length;
  for (let i = 0; i < size; i++) {
    let sum = vector[i]!;
    for (let k = 0; k < i; k++) sum -= lower[i * size + k]! * vector[k]!;
    vector[i] = sum / lower[i * size + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    const x = (vector[i]! /= lower[i * size + i]!);
    for (let k = 0; k < i; k++) vector[k]! -= lower[i * size + k]! * x;
  }
}
