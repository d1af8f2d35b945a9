/**
 * @file The look of a report: system fonts, one column of sections that pair up where the screen is wide, light and dark.
 *
 * The series colours are from the palette of Okabe and Ito (2008), which stays apart under the common colour
 * deficiencies; the dark page takes its lighter members. Drawings use `currentColor` and these variables only.
 */

/** The style sheet, complete. */
export const reportStyle = `
:root {
  color-scheme: light dark;
  --paper: #f6f6f3; --card: #ffffff; --ink: #1d2126; --quiet: #59616a; --line: #dfe0db;
  --series-1: #0072b2; --series-2: #d55e00; --series-3: #00805b; --series-4: #a8487f; --series-5: #8a6d00; --series-6: #4b5563;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #121518; --card: #1a1e22; --ink: #e6e8ea; --quiet: #a3abb3; --line: #31373d;
    --series-1: #56b4e9; --series-2: #f0883e; --series-3: #2fbf94; --series-4: #dd8fbb; --series-5: #e0c145; --series-6: #aab2bb;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 3rem 1.5rem 2rem; max-width: 68rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  -webkit-text-size-adjust: 100%;
}
header { margin-bottom: 2rem; }
h1 { margin: 0; font-size: 1rem; font-weight: 600; }
.subtitle { margin: 0; color: var(--quiet); }
.headline {
  margin: 1.5rem 0 .75rem; max-width: 50rem; font-size: clamp(1.35rem, 1rem + 1.6vw, 1.95rem); font-weight: 600;
  line-height: 1.25; letter-spacing: -.012em; text-wrap: balance;
}
.deck { margin: 0; padding: 0; max-width: 56rem; list-style: none; }
.deck li { margin: 0 0 .3rem; padding-left: 2.4em; color: var(--quiet); }
.deck .swatch { margin-left: -2.35em; }
.deck strong { color: var(--ink); font-weight: 600; }
.contents { margin: 1rem 0 0; padding: 0; list-style: none; }
.contents li { margin: 0 0 .45rem; }
.contents a { color: inherit; }
.part { grid-column: 1 / -1; }
.card + .part { margin-top: 1.75rem; }
.part h2 { margin: 0; }
.part .headline { margin: .5rem 0 0; font-size: clamp(1.1rem, .95rem + .7vw, 1.4rem); }
.details { margin: .4rem 0 0; max-width: 50rem; color: var(--quiet); }
.badge { display: inline-block; margin-left: .35em; padding: .05rem .6rem; border: 1px solid currentColor; border-radius: 1rem; font-size: .85rem; font-weight: 600; white-space: nowrap; }
.badge.good { color: var(--series-3); }
.badge.open { color: var(--quiet); }
.badge.bad { color: var(--series-2); }
main { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1.25rem; }
.card { grid-column: 1 / -1; padding: 1.4rem 1.5rem 1.1rem; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; min-width: 0; }
h2 { margin: 0 0 .5rem; font-size: 1.05rem; font-weight: 600; line-height: 1.35; }
.number { margin-right: .35em; color: var(--quiet); font-weight: 400; }
figure { margin: 0; }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1rem 2rem; }
.panel { min-width: 0; }
.panel h3 { margin: .6rem 0 .1rem; font-size: .875rem; font-weight: 600; }
.panel svg { display: block; width: 100%; height: auto; overflow: visible; }
.empty { margin: 0; padding: 3rem 1rem; color: var(--quiet); text-align: center; border: 1px dashed var(--line); border-radius: .4rem; }
figcaption { margin-top: .8rem; max-width: 46rem; font-size: .9rem; }
figcaption p { margin: 0 0 .45rem; }
.note { color: var(--quiet); font-size: .82rem; }
.legend { display: flex; flex-wrap: wrap; gap: .15rem 1.2rem; margin: 0 0 .3rem; padding: 0; list-style: none; font-size: .875rem; }
.swatch { width: 1.9em; height: .8em; margin-right: .45em; vertical-align: -.04em; overflow: visible; }
.legend .status { color: var(--quiet); }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .925rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--quiet); font-size: .875rem; padding-bottom: .5rem; }
th, td { padding: .42rem 0 .42rem 1.25rem; text-align: right; vertical-align: baseline; font-weight: 400; }
thead th { font-weight: 600; border-bottom: 2px solid var(--line); vertical-align: bottom; }
tbody tr + tr > * { border-top: 1px solid var(--line); }
th:first-child { padding-left: 0; text-align: left; }
tbody th { color: var(--quiet); }
td[title] { text-decoration: underline dotted; text-decoration-color: var(--quiet); text-underline-offset: .25em; text-decoration-thickness: 1px; cursor: help; }
.numbers > * + .scroll, .numbers > * + details { margin-top: 1.2rem; }
.numbers h2 + .scroll, .numbers h2 + details { margin-top: 0; }
.numbers td { white-space: nowrap; }
.half.numbers table { font-size: .86rem; }
.half.numbers :is(th, td):not(:first-child) { padding-left: .75rem; }
.numbers tbody th { min-width: 5rem; overflow-wrap: anywhere; }
summary { color: var(--quiet); font-size: .875rem; cursor: pointer; }
details caption { display: none; }
footer { margin-top: 1.75rem; color: var(--quiet); font-size: .85rem; }
code { font: .95em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; color: var(--ink); overflow-wrap: anywhere; }
@media (max-width: 52rem) {
  body { padding: 1.5rem .75rem; }
  .card { padding: 1.1rem .9rem .8rem; }
  .panels { grid-template-columns: minmax(0, 1fr); }
  .numbers :is(th, td):not(:first-child) { padding-left: .8rem; }
}
@media (min-width: 52.01rem) { .half { grid-column: auto; align-content: start; } figure:has(.panel:nth-child(3):last-child) { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem 2rem; } figure:has(.panel:nth-child(3):last-child) .panels { display: contents; } }
@media print { body { background: none; } .card { break-inside: avoid; } }
`;
