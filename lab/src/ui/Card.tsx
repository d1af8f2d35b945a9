/** @file The frame around one thing to look at. */

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** A titled region. */
export function Card({ title, note, area, children }: CardProps) {
  const id = useId();
  return (
    <section class={`card ${area}`} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {note !== undefined && <p class="note">{note}</p>}
      {children}
    </section>
  );
}

interface CardProps {
  readonly title: ComponentChildren;
  /** One sentence below the title. */
  readonly note?: ComponentChildren;
  /** Its place in the grid, a class. */
  readonly area: string;
  readonly children: ComponentChildren;
}
