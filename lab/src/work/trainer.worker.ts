/** @file The training worker: takes the page's orders in turn and keeps one experiment. */

import { config } from "zod";
import { readSource } from "../data/source.js";
import { type Experiment, startExperiment } from "./experiment.js";
import { galleryOf } from "./pictures.js";
import type { News, Order, Ready, Start } from "./protocol.js";

// The page's security policy has no room for code made from text.
config({ jitless: true });

let experiment: Experiment | null = null;
let wanted: Start | null = null;
let starting: Promise<void> = Promise.resolve();

function tell(news: News): void {
  self.postMessage(news, { transfer: buffersOf(news) });
}

/** The buffers of all arrays in a value, each once. */
function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) found.add(value.buffer as ArrayBuffer);
  else if (value && typeof value === "object") for (const part of Object.values(value)) buffersOf(part, found);
  return [...found];
}

async function start(mine: Start): Promise<void> {
  // Of several starts that have piled up only the last counts.
  if (mine !== wanted) return;
  await experiment?.stop();
  experiment = null;
  tell({ type: "phase", phase: "loading", message: null });
  try {
    const dataset = await readSource(mine.source, mine.settings.seed);
    if (mine !== wanted) return;
    const { name, features, classNames, shape, train, test } = dataset;
    const inPlane = features === 2;
    const points = inPlane ? Float32Array.of(...train.features, ...test.features) : null;
    const ready: Ready = {
      ...{ name, features, classNames, shape, points },
      ...{ trainRows: train.rows, testRows: test.rows },
      labels: Int32Array.of(...train.labels, ...test.labels),
      gallery: galleryOf(dataset),
    };
    tell({ type: "ready", ready });
    experiment = startExperiment(dataset, mine, (news) => mine === wanted && tell(news));
  } catch (error) {
    tell({ type: "phase", phase: "failed", message: error instanceof Error ? error.message : String(error) });
  }
}

async function answer({ id, question }: Extract<Order, { type: "ask" }>): Promise<void> {
  try {
    if (!experiment) throw new Error("Nothing runs yet.");
    tell({ type: "answer", id, answer: await experiment.answer(question) });
  } catch (error) {
    tell({ type: "refusal", id, message: error instanceof Error ? error.message : String(error) });
  }
}

self.onmessage = ({ data: order }: MessageEvent<Order>) => {
  switch (order.type) {
    case "start":
      wanted = order;
      starting = starting.then(() => start(order));
      break;
    case "view":
      experiment?.look(order.view);
      break;
    case "pace":
      experiment?.pace(order.calm);
      break;
    case "ask":
      void answer(order);
      break;
    case "stop":
      wanted = null;
      void experiment?.stop();
      experiment = null;
      break;
    default:
      experiment?.[order.type]();
  }
};
