import { expect, test } from "vitest";
import { bytesText, countText, percentText, significantText } from "./numberText.js";

const plain = (text: string) => text.replaceAll("\u00a0", " ");

test("a percentage has one decimal, or two digits where that would read 0.0", () => {
  expect([0, 0.978, 1, 0.0004, 0.0005].map(percentText).map(plain)).toEqual([
    "0.0 %",
    "97.8 %",
    "100.0 %",
    "0.04 %",
    "0.1 %",
  ]);
});

test("bytes are B, kB or MB by powers of 1000, never 1000 kB", () => {
  expect([12, 76_200, 999_499, 999_500, 6_352_421].map(bytesText).map(plain)).toEqual([
    "12 B",
    "76.2 kB",
    "999 kB",
    "1.00 MB",
    "6.35 MB",
  ]);
});

test("three significant digits, powers of ten outside 0.001 to 100,000", () => {
  expect([0, 0.09982, 12.34, 12345, 4.56e7, 1e-4].map(significantText)).toEqual([
    "0.00",
    "0.0998",
    "12.3",
    "12345",
    "4.56e+7",
    "1.00e-4",
  ]);
});

test("what is missing or not finite is a dash", () => {
  for (const text of [percentText, bytesText, countText, significantText]) {
    expect([undefined, null, Number.NaN, Number.POSITIVE_INFINITY].map(text)).toEqual(["–", "–", "–", "–"]);
  }
});
