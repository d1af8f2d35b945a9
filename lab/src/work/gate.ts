/** @file The gate that both runs pass after every round: open, closed, or open up to a step. */

/** Where the page's orders meet the training. */
export interface Gate {
  play(): void;
  pause(): void;
  /** Lets one round through a closed gate. */
  step(): void;
  /** Least time between two rounds from now on, in milliseconds. */
  pace(interval: number): void;
  /** Opens for good: what runs is to end. */
  end(): void;
  /** Whether a round that has reached a step will have to wait. */
  closedAt(step: number): boolean;
  /** Waits until the round may go on; lets messages in either way. */
  pass(step: number): Promise<void>;
}

/** What a gate begins with. */
export interface GateOptions {
  readonly playing: boolean;
  /** Stays open up to this step whatever `playing` says, without holding back, and closes there. */
  readonly until: number | null;
  /** Least time between two rounds, in milliseconds. */
  readonly interval: number;
  /** Awaited when the gate begins to hold a round. */
  readonly onHold: () => Promise<void>;
  /** Hears when it lets it go. */
  readonly onRelease: () => void;
}

/** Makes a gate. */
export function createGate({ playing, until, onHold, onRelease, ...options }: GateOptions): Gate {
  let { interval } = options;
  let open = playing;
  let target = until;
  let ended = false;
  let single = false;
  let wake = (): void => {};
  let last = 0;
  const closedAt = (step: number): boolean => {
    if (ended) return false;
    return target === null ? !open : step >= target;
  };
  const changed = (change: () => void) => (): void => {
    change();
    wake();
  };
  return {
    play: changed(() => {
      open = true;
      target = null;
    }),
    pause: changed(() => {
      open = false;
      target = null;
    }),
    step: changed(() => {
      single = true;
    }),
    pace(wanted) {
      interval = wanted;
    },
    end: changed(() => {
      ended = true;
    }),
    closedAt,
    async pass(step) {
      await nextTask();
      if (closedAt(step)) {
        open = false;
        target = null;
        await onHold();
        while (!(open || ended || single || target !== null)) await new Promise<void>((resolve) => (wake = resolve));
        single = false;
        if (!ended) onRelease();
      } else if (target === null && !ended) {
        const rest = last + interval - performance.now();
        if (rest > 1) await new Promise((resolve) => setTimeout(resolve, rest));
      }
      last = performance.now();
    },
  };
}

/** Lets waiting messages be handled. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
