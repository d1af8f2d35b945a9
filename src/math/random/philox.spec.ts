import { expect, test } from "vitest";
import { philox4x32 } from "./philox.js";

// Random123, tests/kat_vectors, lines "philox4x32 10": counter words, key words 0 and 1, expected words.
const KNOWN_ANSWERS = [
  "00000000 00000000 00000000 00000000 00000000 00000000 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
  "ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff 408f276d 41c83b0e a20bc7c6 6d5451fd",
  "243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0 d16cfe09 94fdcceb 5001e420 24126ea1",
];

test.each(KNOWN_ANSWERS)("Philox4x32-10 gives the published answer: %s", (line) => {
  const words = line.split(" ").map((word) => Number.parseInt(word, 16));
  const out = Uint32Array.from(words.slice(0, 4));
  philox4x32(out, { lo: words[4]!, hi: words[5]! }, out);
  expect([...out]).toEqual(words.slice(6));
});

test("seven rounds give the published answer for zeros", () => {
  // Random123, tests/kat_vectors, first line "philox4x32 7".
  const out = new Uint32Array(4);
  philox4x32(out, { lo: 0, hi: 0 }, out, 7);
  expect([...out]).toEqual([0x5f6fb709, 0x0d893f64, 0x4f121f81, 0x4f730a48]);
});

test("changing one bit of counter or key changes about half of the output bits", () => {
  const base = new Uint32Array(4);
  const changed = new Uint32Array(4);
  philox4x32([1, 2, 3, 4], { hi: 6, lo: 5 }, base);
  philox4x32([1, 2, 3, 5], { hi: 6, lo: 5 }, changed);
  expect(differingBits(base, changed)).toBeGreaterThan(30); // 64 ± 5.7 if bits are fair: 30 is six standard deviations off
  philox4x32([1, 2, 3, 4], { hi: 7, lo: 5 }, changed);
  expect(differingBits(base, changed)).toBeGreaterThan(30);
});

function differingBits(a: Uint32Array, b: Uint32Array): number {
  return a.reduce((sum, word, i) => sum + ((word ^ b[i]!) >>> 0).toString(2).replaceAll("0", "").length, 0);
}
