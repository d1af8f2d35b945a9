/** @file `verify chaos` and `verify euler` as programs: the JSON's keys, and exit status 3 for what is broken on purpose. */
import { afterEach, expect, test, vi } from "vitest";
import { verifyCommand } from "./verify.js";

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

/** Runs the command with `--json`. */
async function run(line: string): Promise<{ json: Record<string, unknown>; exitCode: unknown }> {
  let text = "";
  vi.spyOn(process.stdout, "write").mockImplementation((part) => {
    text += String(part);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  await verifyCommand().parseAsync([...line.split(" "), "--json"], { from: "user" });
  const { exitCode } = process;
  return { json: JSON.parse(text), exitCode };
}

const small = "--seeds 3 --horizon 0.5 --seed 2";

test("chaos gives slope, interval, predicted, verdict, points and control; without the coupling it is refuted", async () => {
  const chaos = `chaos --alpha 1.75 --reference-particles 2048 --step 0.1 ${small}`;
  const { json } = await run(chaos);
  expect(json).toMatchObject({ predicted: -0.5, control: { holds: true }, alpha: 1.75, noise: "coordinate" });
  expect((json.points as { n: number }[]).map(({ n }) => n)).toEqual([16, 32, 64]);
  const [low, high] = json.interval as [number, number];
  expect(low <= (json.slope as number) && (json.slope as number) <= high).toBe(true);
  expect(await run(`${chaos} --uncoupled`)).toMatchObject({ exitCode: 3, json: { verdict: "refuted" } });
});

test("euler tells its two errors apart; noise scaled by η is refuted", async () => {
  const euler = `euler --alpha 1.5 --noise II --coarse 5 --particles 8 ${small}`;
  const { json } = await run(euler);
  expect(json).toMatchObject({ predicted: 1 / 1.5, grid: { orderOne: { predicted: 1 } }, limit: { agrees: true } });
  expect((json.fixedTime as { points: unknown[] }).points.length).toBe(3);
  expect(await run(`${euler} --noise-exponent broken`)).toMatchObject({ exitCode: 3, json: { verdict: "refuted" } });
});

test("a tail index without a mean is wrong usage", async () => {
  expect(await run("chaos --alpha 0.9")).toMatchObject({ exitCode: 2, json: { error: { code: "parameter" } } });
});
