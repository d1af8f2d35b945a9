/** @file What the page has to say when something is missing or went wrong. */

import { state } from "../state/state.js";
import { useStore } from "../state/store.js";

/** A line above the cards, or nothing. */
export function Message() {
  const message = useStore(state, ({ message }) => message);
  const failed = useStore(state, ({ phase }) => phase === "failed");
  if (!message) return null;
  return (
    <p class={failed ? "message problem" : "message"} role="alert">
      {message}
    </p>
  );
}
