/** @file Loss and accuracy of logits, in float64, with the same definitions as the losses in the training graph. */

/** The losses a network can be trained with. */
export type LossKind = "crossEntropy" | "squaredError" | "hinge";

/**
 * The class with the largest logit, the first of equals; any class where a logit is not a number.
 * @param logits [rows, classes], row-major
 * @param row which row
 * @param classes logits of a row
 */
export function predictedClass(logits: ArrayLike<number>, row: number, classes: number): number {
  let best = 0;
  for (let c = 1; c < classes; c++) if (logits[row * classes + c]! > logits[row * classes + best]!) best = c;
  return best;
}

/**
 * The share of rows whose largest logit is at their label.
 * @param logits [rows, classes], row-major
 * @param labels [rows], class indices
 * @param classes logits of a row
 * @returns in [0, 1]
 */
export function accuracy(logits: ArrayLike<number>, labels: ArrayLike<number>, classes: number): number {
  let right = 0;
  for (let r = 0; r < labels.length; r++) if (predictedClass(logits, r, classes) === labels[r]) right++;
  return right / labels.length;
}

/**
 * The mean loss over rows: cross-entropy −log softmax(f)_y; half the squared distance of f to the one-hot label; or the
 * multi-class hinge Σ_{c ≠ y} max(0, 1 + f_c − f_y) (Weston and Watkins 1999).
 * @param kind which of them
 * @param logits [rows, classes], row-major
 * @param labels [rows], class indices
 * @param classes logits of a row
 * @returns the mean, accumulated in float64; NaN where a logit is NaN
 */
export function meanLoss(
  kind: LossKind,
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): number {
  let sum = 0;
  for (let r = 0; r < labels.length; r++) {
    const f = (c: number): number => logits[r * classes + c]!;
    const label = labels[r]!;
    let loss = 0;
    if (kind === "crossEntropy") {
      let largest = Number.NEGATIVE_INFINITY;
      for (let c = 0; c < classes; c++) largest = Math.max(largest, f(c));
      for (let c = 0; c < classes; c++) loss += Math.exp(f(c) - largest);
      loss = Math.log(loss) + largest - f(label);
    } else if (kind === "squaredError") {
      for (let c = 0; c < classes; c++) loss += (f(c) - (c === label ? 1 : 0)) ** 2 / 2;
    } else {
      for (let c = 0; c < classes; c++) if (c !== label) loss += Math.max(0, 1 + f(c) - f(label));
    }
    sum += loss;
  }
  return sum / labels.length;
}
