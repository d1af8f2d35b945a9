/** @file Whether an element is in sight, so that what nobody sees is not drawn. */

import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/**
 * Watches an element.
 * @param element the element
 * @param onSight called when it comes into sight
 * @returns tells whether it, or what is just beyond the edge, is in sight
 */
export function useSight(element: RefObject<Element | null>, onSight: () => void): () => boolean {
  const seen = useRef(false);
  const latest = useRef(onSight);
  latest.current = onSight;
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        seen.current = entries.at(-1)!.isIntersecting;
        if (seen.current) latest.current();
      },
      { rootMargin: "80px" },
    );
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);
  return () => seen.current;
}
