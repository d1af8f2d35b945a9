import { expect, test } from "vitest";
import { maskUrl } from "./maskUrl.js";

test.each([
  ["redis://localhost:6379/0", "redis://localhost:6379/0"],
  ["rediss://user:secret@host:6380", "rediss://user:***@host:6380"],
  ["redis://:secret@host", "redis://:***@host"],
  ["redis://user:sec@re:t/@host", "redis://user:***@host"],
  ["redis://host?password=secret", "redis://host?…"],
  ["user:secret@host", "user:***@host"],
])("%s is shown as %s", (url, shown) => {
  expect(maskUrl(url)).toBe(shown);
});
