/** @file A value that components watch: each redraws when the part it looks at changes. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** A watched value. */
export interface Store<T> {
  get(): T;
  /** Replaces parts of the value and tells who watches. */
  set(change: Partial<T>): void;
  /** @returns ends the watching */
  watch(listener: () => void): () => void;
}

/** Makes a store. */
export function createStore<T extends object>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(change) {
      value = { ...value, ...change };
      for (const listener of listeners) listener();
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/**
 * A part of a store's value, as state of a component.
 * @param store the store
 * @param part picks it; the component redraws when the part is another by Object.is
 */
export function useStore<T extends object, Part>(store: Store<T>, part: (value: T) => Part): Part {
  const [, redraw] = useState(0);
  const now = part(store.get());
  const latest = useRef({ part, now });
  latest.current = { part, now };
  useLayoutEffect(() => {
    const check = (): void => {
      const { part, now } = latest.current;
      if (!Object.is(part(store.get()), now)) redraw((n) => n + 1);
    };
    // It may have changed since it was rendered.
    check();
    return store.watch(check);
  }, [store]);
  return now;
}
