/** @file Progress of a sweep on stderr: a bar for all cells and one for each that runs; plain lines where there is no terminal. */

import { MultiBar, type SingleBar } from "cli-progress";
import type { SweepProgress } from "../sweep/runCells.js";

/** Shows how far a sweep has come. */
export interface SweepDisplay {
  update(progress: SweepProgress): void;
  stop(): void;
}

/** Seconds between two plain lines. */
const plainInterval = 10;
/** Running cells that get a bar of their own. */
const mostBars = 8;

/** Starts the display. */
export function sweepProgress(): SweepDisplay {
  return process.stderr.isTTY ? bars() : lines();
}

/** Seconds as people say them, 3700 → "1 h 2 min". */
export function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** What stands beside the bar: the rate, the time left, what went wrong. */
function note({ cellsPerMinute, secondsLeft, diverged, failed }: SweepProgress): string {
  const parts = [
    cellsPerMinute !== null && `${cellsPerMinute.toPrecision(3)} cells/min`,
    secondsLeft !== null && `${durationText(secondsLeft)} left`,
    diverged > 0 && `${diverged} diverged`,
    failed > 0 && `${failed} failed`,
  ];
  return parts.filter(Boolean).join("  ");
}

const finished = ({ earlier, done, diverged, failed }: SweepProgress): number => earlier + done + diverged + failed;

function bars(): SweepDisplay {
  const all = new MultiBar({
    stream: process.stderr,
    format: "{label} {bar} {value}/{total} {note}",
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 24,
    hideCursor: true,
    clearOnComplete: false,
    stopOnComplete: false,
  });
  const total = all.create(1, 0, { label: "cells".padEnd(34), note: "" });
  const running: SingleBar[] = [];
  return {
    update(progress) {
      total.setTotal(progress.cells);
      total.update(finished(progress), { note: note(progress) });
      const shown = progress.running.slice(0, mostBars);
      while (running.length < shown.length) running.push(all.create(1, 0, { label: "", note: "" }));
      for (const [index, { cell, step }] of shown.entries()) {
        const label = Object.entries(cell.labels).map(([name, value]) => (name === "seed" ? `seed ${value}` : value));
        running[index]!.setTotal(cell.train.steps);
        running[index]!.update(step, { label: `  ${label.join(" ")}`.slice(0, 34).padEnd(34), note: "steps" });
      }
    },
    stop() {
      for (const bar of running) all.remove(bar);
      all.stop();
    },
  };
}

function lines(): SweepDisplay {
  let last = Date.now();
  let latest: SweepProgress | undefined;
  const write = (): void => {
    if (!latest) return;
    process.stderr.write(`cells: ${finished(latest)}/${latest.cells}  ${note(latest)}\n`);
    last = Date.now();
    latest = undefined;
  };
  return {
    update(progress) {
      latest = progress;
      if (Date.now() - last >= plainInterval * 1000) write();
    },
    stop: write,
  };
}
