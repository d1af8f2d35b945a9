/**
 * @file Timing several parties side by side: they take turns, so that a busy machine slows all of them alike, and what
 * is compared are medians, with quartiles and minima beside them.
 */
import { setTimeout as pause } from "node:timers/promises";
import { summary } from "../dist/math/stats/summary.js";

/** Between turns, so that worker threads of the last party have stopped spinning, in milliseconds. */
const settle = 50;

/**
 * Times parties in turns.
 * @param parties objects with `turn(n)`, which does the work n times and gives { seconds: n times, cpu: processor seconds
 *   a repetition }; cpu may be missing
 * @param options rounds: turns of each party; turnSeconds: about how long a turn lasts; most: repetitions in a turn
 * @returns per party a summary of seconds, with `cpu`, the median over turns, which tells the cost also where others use
 *   the machine
 */
export async function takeTurns(parties, { rounds = 7, turnSeconds = 0.2, most = 1000 } = {}) {
  const counts = [];
  for (const party of parties) {
    const tries = [...(await party.turn(1)).seconds, ...(await party.turn(1)).seconds];
    counts.push(Math.max(1, Math.min(most, Math.round(turnSeconds / Math.min(...tries)))));
  }
  const found = parties.map(() => ({ seconds: [], cpu: [] }));
  for (let round = 0; round < rounds; round++) {
    for (const [p, party] of parties.entries()) {
      await pause(settle);
      const { seconds, cpu } = await party.turn(counts[p]);
      found[p].seconds.push(...seconds);
      if (cpu !== undefined) found[p].cpu.push(cpu);
    }
  }
  return found.map(({ seconds, cpu }) => ({
    ...summary(seconds),
    ...(cpu.length > 0 && { cpu: summary(cpu).median }),
  }));
}

/** Processor seconds of this process, all its threads. */
export function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** A party of this process: times each call of a function, which may be asynchronous. */
export function ownParty(work) {
  return {
    async turn(n) {
      const seconds = [];
      const before = cpuSeconds();
      for (let i = 0; i < n; i++) {
        const started = performance.now();
        await work();
        seconds.push((performance.now() - started) / 1000);
      }
      return { seconds, cpu: (cpuSeconds() - before) / n };
    },
  };
}

/** A summary in another unit. */
export function scaled({ count, ...values }, factor) {
  const entries = Object.entries(values).map(([name, value]) => [name, factor * value]);
  return { count, ...Object.fromEntries(entries) };
}

/**
 * A case that compares: ratio = theirs / ours, how many times faster we are, by medians, by minima and, with one thread, by
 * processor time. The target is met, or missed, where all of them say so, and else unclear.
 * @param target the least ratio asked for, or null
 * @param threads processor time is compared for 1 only: more of them burn it waiting
 */
export function versus({ label, unit, ours, theirs, against, target = null, threads }) {
  const ratio = theirs.median / ours.median;
  const ratioOfMinima = theirs.minimum / ours.minimum;
  const ratioOfCpu = threads === 1 && theirs.cpu && ours.cpu ? theirs.cpu / ours.cpu : null;
  const ratios = [ratio, ratioOfMinima, ratioOfCpu].filter((value) => value !== null);
  return {
    ...{ label, against, unit, ours, theirs, ratio, ratioOfMinima, ratioOfCpu, threads },
    target: target === null ? null : `≥ ${target}×`,
    met: target === null ? null : verdict(ratios.map((value) => value >= target)),
  };
}

/**
 * A case with limits of its own, which the median and the minimum must keep.
 * @param limits atLeast, atMost; without them it is only told
 */
export function within({ label, unit, ours, atLeast, atMost, against = "", threads }) {
  const kept = (value) => (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost);
  const limits = [atLeast !== undefined && `≥ ${atLeast}`, atMost !== undefined && `≤ ${atMost}`].filter(Boolean);
  return {
    ...{ label, against, unit, ours, theirs: null, ratio: null, ratioOfMinima: null, ratioOfCpu: null, threads },
    target: limits.join(", ") || null,
    met: limits.length === 0 ? null : verdict([kept(ours.median), kept(ours.minimum)]),
  };
}

function verdict(answers) {
  if (answers.every(Boolean)) return "yes";
  return answers.some(Boolean) ? "unclear" : "no";
}

/** The summary of a single measured number. */
export function single(value) {
  return summary([value]);
}
