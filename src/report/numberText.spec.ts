import { expect, test } from "vitest";
import {
  bytesText,
  chosenPercentText,
  countText,
  decimalText,
  intervalText,
  percentText,
  significantText,
  widthText,
} from "./numberText.js";

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

test("a chosen fraction keeps the digits it was given", () => {
  expect([0.95, 0.1, 0.123, 0.9999].map(chosenPercentText).map(plain)).toEqual(["95 %", "10 %", "12.3 %", "99.99 %"]);
});

test("decimals are fixed, the minus is a minus, and zero has none", () => {
  expect([decimalText(-0.5034, 3), decimalText(-0.0001, 2), decimalText(1.5, 1)]).toEqual(["−0.503", "0.00", "1.5"]);
  expect(intervalText([-0.51, 0.49], 1)).toBe("−0.5 to 0.5");
  expect([intervalText(null, 1), intervalText([0, Number.NaN], 1), decimalText(null, 2)]).toEqual(["–", "–", "–"]);
});

test("a width is a count while it can be counted, a power of ten beyond, any or none at the ends", () => {
  expect(
    [
      Math.log10(17_901),
      Math.log10(16_700),
      Math.log10(63.2),
      6.99,
      35.72,
      0,
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      null,
    ].map(widthText),
  ).toEqual(["18,000", "16,700", "64", "9,780,000", "10^35.7", "any", "any", "none", "–"]);
});

test("what is missing or not finite is a dash", () => {
  for (const text of [percentText, bytesText, countText, significantText]) {
    expect([undefined, null, Number.NaN, Number.POSITIVE_INFINITY].map(text)).toEqual(["–", "–", "–", "–"]);
  }
});
