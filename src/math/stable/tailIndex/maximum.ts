/** @file The maximum of a smooth function of one variable, without derivatives. */

const golden = (3 - Math.sqrt(5)) / 2;
const mostSteps = 60;

/** Where a function is largest, and its value there. */
export interface Maximum {
  readonly x: number;
  readonly value: number;
}

/**
 * Finds the maximum in an interval by parabolas through the three best points, with golden sections where these stray.
 * @param f a function with one maximum between `low` and `high`
 * @param low left end
 * @param high right end, above `low`
 * @param tolerance of x, absolute; the value is then right to its square
 * @returns the best point that was evaluated
 * Source: Brent (1973), chapter 5.
 */
export function maximum(f: (x: number) => number, low: number, high: number, tolerance: number): Maximum {
  let [a, b] = [low, high];
  let x = a + golden * (b - a);
  let fx = f(x);
  let [w, fw, v, fv] = [x, fx, x, fx];
  let step = 0;
  let before = 0;
  for (let i = 0; i < mostSteps; i++) {
    const middle = (a + b) / 2;
    if (Math.abs(x - middle) <= 2 * tolerance - (b - a) / 2) break;
    const r = (x - w) * (fx - fv);
    const q = (x - v) * (fx - fw);
    const denominator = 2 * (q - r);
    const parabola = denominator === 0 ? Number.NaN : -((x - v) * q - (x - w) * r) / denominator;
    const usable = Math.abs(parabola) < Math.abs(before) / 2 && x + parabola > a && x + parabola < b;
    before = usable ? step : x < middle ? b - x : a - x;
    step = usable ? parabola : golden * before;
    const u = x + (Math.abs(step) >= tolerance ? step : step > 0 ? tolerance : -tolerance);
    const fu = f(u);
    if (fu >= fx) {
      if (u >= x) a = x;
      else b = x;
      [v, fv, w, fw, x, fx] = [w, fw, x, fx, u, fu];
    } else {
      if (u < x) a = u;
      else b = u;
      if (fu >= fw || w === x) [v, fv, w, fw] = [w, fw, u, fu];
      else if (fu >= fv || v === x || v === w) [v, fv] = [u, fu];
    }
  }
  return { x, value: fx };
}
