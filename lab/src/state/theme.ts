/** @file Light or dark: as the system has it until the visitor chooses, then as chosen, also on the next visit. */

import { createStore, type Store } from "./store.js";

/** A scheme. */
export type Scheme = "light" | "dark";

/** Colours as the page has them now, for canvases; classes are coloured apart from the two runs. */
export interface Palette {
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  readonly card: string;
  readonly heavy: string;
  readonly plain: string;
  /** What is wrong. */
  readonly bad: string;
  readonly classes: readonly string[];
}

const systemDark = matchMedia("(prefers-color-scheme: dark)");
const storageKey = "heavytail-lab-scheme";

function remembered(): Scheme | null {
  try {
    const said = localStorage.getItem(storageKey);
    return said === "light" || said === "dark" ? said : null;
  } catch {
    // A browser may refuse to remember.
    return null;
  }
}

let chosen = remembered();

function apply(): { scheme: Scheme; palette: Palette } {
  const scheme = chosen ?? (systemDark.matches ? "dark" : "light");
  document.documentElement.style.colorScheme = scheme;
  return { scheme, palette: readPalette() };
}

/** Resolves the style sheet's variables. */
function readPalette(): Palette {
  const probe = document.createElement("i");
  document.documentElement.append(probe);
  const colour = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const palette = {
    ...{ ink: colour("ink"), quiet: colour("quiet"), line: colour("line"), card: colour("card") },
    ...{ heavy: colour("heavy"), plain: colour("plain"), bad: colour("bad") },
    classes: Array.from({ length: 6 }, (_, i) => colour(`class-${i + 1}`)),
  };
  probe.remove();
  return palette;
}

/** The scheme and its colours. */
export const theme: Store<{ scheme: Scheme; palette: Palette }> = createStore(apply());

systemDark.addEventListener("change", () => theme.set(apply()));

/** Takes the other scheme and remembers it. */
export function toggleScheme(): void {
  chosen = theme.get().scheme === "dark" ? "light" : "dark";
  try {
    localStorage.setItem(storageKey, chosen);
  } catch {
    // Then it is forgotten on the next visit.
  }
  theme.set(apply());
}
