/** @file The domain of the tail index, checked once at every public entry. */
import { ParameterError } from "../../errors.js";

/**
 * Checks that α is the tail index of a stable law.
 *
 * @param alpha tail index α, in (0, 2]
 * @throws ParameterError if it is not
 */
export function checkAlpha(alpha: number): void {
  if (alpha > 0 && alpha <= 2) return;
  throw new ParameterError({
    where: "alpha",
    expected: "a number in (0, 2]",
    got: String(alpha),
    remedy: "2 is the Gaussian law; smaller values have heavier tails.",
  });
}
