/** @file The page's end of the theory worker. */

import type { TheoryAnswers, TheoryOrder, TheoryQuestion } from "../work/theoryProtocol.js";

const worker = new Worker(new URL("../work/theory.worker.ts", import.meta.url), { type: "module", name: "theory" });
const waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
let asked = 0;

worker.onmessage = ({ data }: MessageEvent<{ id: number; answer?: unknown; refusal?: string }>) => {
  const entry = waiting.get(data.id);
  waiting.delete(data.id);
  if (data.refusal === undefined) entry?.resolve(data.answer as never);
  else entry?.reject(new Error(data.refusal));
};

/** Asks the theory. @returns its answer; rejects where it has none, such as for noise without a heavy tail */
export function askTheory<Kind extends TheoryQuestion["kind"]>(
  question: TheoryQuestion & { kind: Kind },
): Promise<TheoryAnswers[Kind]> {
  const id = asked++;
  const order: TheoryOrder = { id, question };
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve: resolve as (answer: never) => void, reject });
    worker.postMessage(order);
  });
}
