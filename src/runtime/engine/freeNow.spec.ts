import { expect, test } from "vitest";
import { freeNow } from "./freeNow.js";

test("an array that is all of its buffer has no bytes afterwards, at every call", () => {
  for (let i = 0; i < 3; i++) {
    const data = new Float32Array(1000);
    freeNow(data);
    expect([data.length, data.buffer.byteLength]).toEqual([0, 0]);
  }
});

test("a part of a buffer and shared memory are left alone", () => {
  const whole = Float32Array.of(1, 2, 3);
  freeNow(whole.subarray(1));
  expect([...whole]).toEqual([1, 2, 3]);
  const shared = new Float32Array(new SharedArrayBuffer(8));
  freeNow(shared);
  expect(shared.length).toBe(2);
});

test("a gigabyte of arrays freed one by one never lies in memory at once", () => {
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 1000; i++) freeNow(new Float32Array(250_000));
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100e6);
});
