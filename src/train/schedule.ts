/**
 * @file How the learning rate and the noise scale change over the steps: pure functions of the step, so that a resumed
 * run needs no state.
 */

/** The learning rate over time: constant, or multiplied by `factor` after every `every` steps. */
export type LearningRateSchedule = { kind: "constant" } | { kind: "step"; every: number; factor: number };

/**
 * The factor on the learning rate at a step.
 * @param schedule the schedule
 * @param step 0-based index of the step
 * @returns a factor in (0, 1]
 */
export function learningRateFactor(schedule: LearningRateSchedule, step: number): number {
  return schedule.kind === "constant" ? 1 : schedule.factor ** Math.floor(step / schedule.every);
}

/**
 * The factor on the noise scale σ at a step: 1 up to the fraction `annealFrom` of the run, then a straight line that comes to 0
 * at the fraction `annealTo`.
 * @param schedule annealFrom in [0, 1], 1 keeps the noise constant; annealTo in [annealFrom, 1]
 * @param step 0-based index of the step
 * @param steps the length of the run
 * @returns a factor in [0, 1]; exactly 0 from `annealTo` on
 */
export function noiseFactor(
  { annealFrom, annealTo }: { readonly annealFrom: number; readonly annealTo: number },
  step: number,
  steps: number,
): number {
  const [start, end] = [annealFrom * (steps - 1), annealTo * (steps - 1)];
  if (annealFrom >= 1 || step <= start) return 1;
  return step >= end ? 0 : (end - step) / (end - start);
}
