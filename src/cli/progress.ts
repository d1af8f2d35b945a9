/** @file Progress on stderr: a bar on a terminal, a plain line every few seconds elsewhere. */

import { SingleBar } from "cli-progress";

/** Shows how far a long piece of work has come. */
export interface Progress {
  /** Work done so far, in the units of `total`, with a few words beside it. */
  update(done: number, note?: string): void;
  /** Ends the display; call it also when the work stops early. */
  stop(): void;
}

/** Seconds between two plain lines where stderr is not a terminal. */
const plainInterval = 5;

/**
 * Starts a progress display.
 * @param label what is being done, such as "training"
 * @param total the amount of work, such as steps
 */
export function progress(label: string, total: number): Progress {
  if (!process.stderr.isTTY) return plain(label, total);
  const bar = new SingleBar({
    stream: process.stderr,
    format: `${label.padEnd(22)} {bar} {value}/{total} {note}`,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 24,
    hideCursor: true,
    clearOnComplete: false,
    stopOnComplete: false,
  });
  bar.start(total, 0, { note: "" });
  return {
    update: (done, note) => bar.update(done, note === undefined ? {} : { note }),
    stop: () => bar.stop(),
  };
}

function plain(label: string, total: number): Progress {
  let last = Date.now();
  let lines = 0;
  let latest: { done: number; note: string } | undefined;
  const write = (): void => {
    if (!latest) return;
    process.stderr.write(`${label}: ${latest.done}/${total}${latest.note ? `  ${latest.note}` : ""}\n`);
    last = Date.now();
    lines++;
    latest = undefined;
  };
  return {
    update(done, note = "") {
      latest = { done, note };
      if (Date.now() - last >= plainInterval * 1000) write();
    },
    stop() {
      if (lines === 0 || latest) write();
    },
  };
}
