/** @file Where a run's time goes. */

/** What a run spends time on: making batches; loss and gradients; update with noise; evaluations; its callbacks. */
export const profileParts = ["batches", "gradients", "updates", "evaluations", "callbacks"] as const;

/** A part of a run. */
export type ProfilePart = (typeof profileParts)[number];

/** Adds up time by part: each lap goes from the one before, or the start. */
export interface Stopwatch {
  /** Begins, without counting what came before. */
  start(): void;
  /** Ends a lap that was spent on a part. */
  lap(part: ProfilePart): void;
  /** Milliseconds by part. */
  readonly totals: Readonly<Record<ProfilePart, number>>;
}

/** A stopwatch at 0. */
export function createStopwatch(): Stopwatch {
  const totals: Record<ProfilePart, number> = { batches: 0, gradients: 0, updates: 0, evaluations: 0, callbacks: 0 };
  let last = performance.now();
  return {
    totals,
    start() {
      last = performance.now();
    },
    lap(part) {
      const now = performance.now();
      totals[part] += now - last;
      last = now;
    },
  };
}
