/**
 * @file A training run in a process of its own, so that its peak memory is its own. Its argument is one JSON object: shape,
 * options of `timeSteps`. Prints the times of its steps and the bytes by which its peak exceeds that of a tiny run.
 */
import { timeSteps } from "./training.js";

const { shape, ...options } = JSON.parse(process.argv[2]);
const peak = () => process.resourceUsage().maxRSS * 1024;
await timeSteps({ ...shape, width: 16 }, { ...options, steps: 4 });
const baseline = peak();
const { seconds, cpu } = await timeSteps(shape, options);
console.log(JSON.stringify({ seconds, cpu, bytes: peak() - baseline }));
