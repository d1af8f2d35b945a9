/** @file Keeps extras beside the training cheap: each is made at most so often, and takes at most a share of the time. */

/** Decides when an extra is due. */
export interface Cadence {
  /** Makes the extra if it is due or forced; null where it is not. */
  make<T>(force: boolean, work: () => T | Promise<T>): Promise<T | null>;
}

/**
 * A cadence of its own for one extra.
 * @param interval least time between two, in milliseconds
 * @param share of the time that it may take, in (0, 1)
 * @param delay before the first, in milliseconds
 */
export function cadence(interval: number, share: number, delay = 0): Cadence {
  let next = performance.now() + delay;
  return {
    async make(force, work) {
      const started = performance.now();
      if (!force && started < next) return null;
      const made = await work();
      const ended = performance.now();
      next = Math.max(started + interval, ended + (ended - started) * (1 / share - 1));
      return made;
    },
  };
}
