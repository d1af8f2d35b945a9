import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { tableHtml } from "./table.js";

test("every heading has its scope, every text is escaped, exact values are titles", () => {
  const html = tableHtml({
    caption: "sizes <kB>",
    columns: ["", "<script>"],
    rows: [{ label: "a & b", cells: [{ text: "1.5 kB", title: '1,500 "bytes"' }] }],
  });
  const { document } = parseHTML(`<html><body>${html}</body></html>`);
  expect([...document.querySelectorAll("thead th")].map((th) => th.getAttribute("scope"))).toEqual(["col", "col"]);
  expect(document.querySelector("tbody th")?.getAttribute("scope")).toBe("row");
  expect(document.querySelector("td")?.getAttribute("title")).toBe('1,500 "bytes"');
  expect(document.querySelector("caption")?.textContent).toBe("sizes <kB>");
  expect(html).not.toContain("<script");
  expect(html).toContain("a &amp; b");
});
