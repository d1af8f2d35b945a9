/** @file Long work that Ctrl-C ends in order. */

/**
 * Does work that is told to stop when this process gets SIGINT or SIGTERM, once; a second signal ends the process.
 * @param work gets the signal to watch
 * @returns whether it was interrupted
 */
export async function untilInterrupted(work: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort();
  process.once("SIGINT", onInterrupt);
  process.once("SIGTERM", onInterrupt);
  try {
    await work(interrupt.signal);
  } finally {
    process.removeListener("SIGINT", onInterrupt);
    process.removeListener("SIGTERM", onInterrupt);
  }
  return interrupt.signal.aborted;
}
