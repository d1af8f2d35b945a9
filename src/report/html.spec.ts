import { expect, test } from "vitest";
import { escapeHtml, figureHtml, htmlDocument } from "./html.js";

test("escaping leaves no character that could open a tag, close an attribute or start an entity", () => {
  expect(escapeHtml(`<a b="c" d='e'>&amp;`)).toBe("&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;");
});

test("a document escapes its title and keeps its body", () => {
  const html = htmlDocument({ title: "</title><script>", body: "<p>kept</p>" });
  expect(html.startsWith("<!doctype html>")).toBe(true);
  expect(html).toContain("<title>&lt;/title&gt;&lt;script&gt;</title>");
  expect(html).toContain("<body>\n<p>kept</p>\n</body>");
  expect(html).toContain("prefers-color-scheme: dark");
  expect(html).toContain('name="viewport"');
});

test("a figure escapes title, caption and note, keeps its panels, and takes half the page with one panel", () => {
  const figure = { title: "a < b", legend: "", panels: ["<svg></svg>"], caption: "c < d", note: "e < f" };
  const html = figureHtml(3, figure);
  for (const text of ["a &lt; b", "c &lt; d", "e &lt; f", "<svg></svg>", "Figure 3"]) expect(html).toContain(text);
  expect(html).toContain('class="card half"');
  expect(figureHtml(3, { ...figure, panels: ["", ""] })).toContain('class="card"');
});
