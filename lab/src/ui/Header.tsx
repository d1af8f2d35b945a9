/** @file The page's head: what this is, and light or dark. */

import { useStore } from "../state/store.js";
import { theme, toggleScheme } from "../state/theme.js";

/** The head. */
export function Header() {
  const scheme = useStore(theme, ({ scheme }) => scheme);
  const other = scheme === "dark" ? "light" : "dark";
  return (
    <header class="head">
      <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
        <path class="heavy" d="M4 5c2 12 7 19 24 21" />
        <path class="plain" d="M4 13c7 0 11 1 12 14" />
      </svg>
      <div>
        <h1>heavytail lab</h1>
        <p>
          One network, trained twice in this page: with a <b class="heavy">heavy tail</b> and{" "}
          <b class="plain">without</b>. Then cut, and the small one is yours.
        </p>
      </div>
      <button type="button" class="quiet scheme" onClick={toggleScheme} aria-label={`Switch to the ${other} scheme`}>
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <circle cx="10" cy="10" r="7.2" />
          <path d="M10 2.8a7.2 7.2 0 0 1 0 14.4z" />
        </svg>
      </button>
    </header>
  );
}
