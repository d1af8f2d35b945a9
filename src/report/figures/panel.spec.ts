import { expect, test } from "vitest";
import { drawPanel, logTicks, numberTick, percentTick } from "./panel.js";

test("ticks are dense within a decade, 1, 2, 5 up to two, powers of ten beyond, never more than eight of those", () => {
  expect(logTicks(0.25, 0.75)).toEqual([0.3, 0.4, 0.6]);
  expect(logTicks(0.15, 8)).toEqual([0.2, 0.5, 1, 2, 5]);
  expect(logTicks(0.002, 30)).toEqual([0.01, 0.1, 1, 10]);
  expect(logTicks(1e-9, 1e9).length).toBeLessThanOrEqual(8);
});

test("tick labels are plain near one and powers of ten far away", () => {
  expect([0.002, 1, 50_000, 1e6, 2e5, 5e-4].map(numberTick)).toEqual(["0.002", "1", "50000", "10⁶", "2·10⁵", "5·10⁻⁴"]);
  expect([1, 0.1, 0.0005, -0.07].map(percentTick)).toEqual(["100%", "10%", "0.05%", "−7%"]);
});

test("a panel is an image with a described content; without data it says so", async () => {
  const panel = { title: "a < b", description: 'says "hello" <script>', options: () => ({ marks: [] }) };
  const drawn = await drawPanel({ ...panel, hasData: true });
  expect(drawn).toContain('<svg role="img" aria-label="says &quot;hello&quot; &lt;script&gt;"');
  expect(drawn).toContain("<h3>a &lt; b</h3>");
  expect(await drawPanel({ ...panel, hasData: false })).toContain("Nothing to draw");
});
