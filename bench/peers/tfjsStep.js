/**
 * @file A training step in TensorFlow.js on its WebAssembly backend, from the folder that HEAVYTAIL_PEERS names: the
 * gradient written out by hand, since that is at least as fast as the library's tape.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

const require = createRequire(join(process.env.HEAVYTAIL_PEERS, "package.json"));

async function prepare({ batch, inputs, width, classes }) {
  const tf = require("@tensorflow/tfjs-core");
  const wasm = require("@tensorflow/tfjs-backend-wasm");
  await tf.setBackend("wasm");
  const x = tf.randomNormal([batch, inputs]);
  // Products with transposed operands take a slow path in this backend: weights are [inputs, outputs], and what must be
  // transposed is, beforehand or where it is small.
  const columns = tf.transpose(x);
  const y = tf.oneHot(
    tf.tensor1d(
      Array.from({ length: batch }, (_, row) => row % classes),
      "int32",
    ),
    classes,
  );
  const target = tf.cast(y, "float32");
  let first = tf.randomNormal([inputs, width], 0, 1 / Math.sqrt(inputs));
  let second = tf.randomNormal([width, classes], 0, 1 / Math.sqrt(width));
  const rate = tf.scalar(0.001 / batch);
  const zero = tf.scalar(0);
  const work = () => {
    const [newFirst, newSecond] = tf.tidy(() => {
      const hidden = tf.relu(tf.matMul(x, first));
      const error = tf.mul(tf.sub(tf.softmax(tf.matMul(hidden, second)), target), rate);
      const back = tf.mul(tf.matMul(error, tf.transpose(second)), tf.cast(tf.greater(hidden, zero), "float32"));
      return [
        tf.sub(first, tf.matMul(columns, back)),
        tf.sub(second, tf.transpose(tf.matMul(tf.transpose(error), hidden))),
      ];
    });
    first.dispose();
    second.dispose();
    first = newFirst;
    second = newSecond;
  };
  const facts = {
    node: process.version,
    tfjs: tf.version_core,
    backend: tf.getBackend(),
    kernel: `WebAssembly, ${wasm.getThreadsCount()} threads`,
  };
  return { work, facts };
}

const works = new Map();

function timed(work, count) {
  const before = process.cpuUsage();
  const seconds = Array.from({ length: count }, () => {
    const started = performance.now();
    work();
    return (performance.now() - started) / 1000;
  });
  const { user, system } = process.cpuUsage(before);
  return { seconds, cpu: (user + system) / 1e6 / count };
}

async function answerTo(request) {
  if (request.turn) return timed(works.get(request.id), request.turn);
  if (request.drop) {
    works.delete(request.drop);
    return {};
  }
  try {
    const { work, facts } = await prepare(request.prepare);
    works.set(request.id, work);
    work();
    return { ready: facts };
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
    return { missing: "@tensorflow/tfjs-backend-wasm" };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answerTo(JSON.parse(line)))}\n`);
}
