/** @file A worker thread that trains with one thread, a stretch at a message. */
import { parentPort, workerData } from "node:worker_threads";
import { openTraining } from "./training.js";

const training = await openTraining(workerData.shape, { threads: 1, ...workerData.options });
parentPort.postMessage("ready");
parentPort.on("message", async (message) => {
  if (message === "close") {
    await training.close();
    parentPort.close();
    return;
  }
  for (let i = 0; i < workerData.stretches; i++) await training.turn();
  parentPort.postMessage("done");
});
