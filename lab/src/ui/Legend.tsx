/** @file What the two colours mean. */

/** The legend; `more` names further marks. */
export function Legend({ more = [] }: { more?: readonly { readonly kind: string; readonly text: string }[] }) {
  return (
    <ul class="legend" aria-hidden="true">
      <li>
        <i class="swatch heavy" /> with noise
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
