/** @file What the two colours mean. */

import { useRunLabel } from "../state/names.js";

/** The legend; `more` names further marks. */
export function Legend({ more = [] }: { more?: readonly { readonly kind: string; readonly text: string }[] }) {
  const heavy = useRunLabel("heavy");
  return (
    <ul class="legend" aria-hidden="true">
      <li>
        <i class="swatch heavy" /> {heavy}
      </li>
      <li>
        <i class="swatch plain" /> plain
      </li>
      {more.map(({ kind, text }) => (
        <li key={text}>
          <i class={`swatch ${kind}`} /> {text}
        </li>
      ))}
    </ul>
  );
}
