/** @file A canvas that is sharp on any screen, redrawn at most once a frame, with words for those who do not see it. */

import { useEffect, useRef } from "preact/hooks";
import { useSight } from "./useSight.js";

/** A picture. */
export interface PictureProps {
  /** What it shows now, in a sentence. */
  readonly label: string;
  /** Height over width. */
  readonly ratio: number;
  /** Draws in CSS pixels. */
  readonly draw: (context: CanvasRenderingContext2D, width: number, height: number) => void;
}

/** Draws whenever it is rendered, its box changes or it comes into sight. */
export function Picture({ label, ratio, draw }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(draw);
  const pending = useRef(0);
  latest.current = draw;

  function redraw(): void {
    if (pending.current || !inSight()) return;
    pending.current = requestAnimationFrame(() => {
      pending.current = 0;
      const element = canvas.current;
      if (!element || element.clientWidth === 0) return;
      const scale = Math.min(2, devicePixelRatio);
      const [width, height] = [element.clientWidth, element.clientHeight];
      const [across, down] = [Math.round(width * scale), Math.round(height * scale)];
      if (element.width !== across || element.height !== down) Object.assign(element, { width: across, height: down });
      const context = element.getContext("2d")!;
      context.setTransform(scale, 0, 0, scale, 0, 0);
      latest.current(context, width, height);
    });
  }
  const inSight = useSight(canvas, redraw);
  useEffect(redraw);
  useEffect(() => {
    const observer = new ResizeObserver(redraw);
    observer.observe(canvas.current!);
    return () => {
      observer.disconnect();
      cancelAnimationFrame(pending.current);
    };
  }, []);
  return <canvas ref={canvas} role="img" aria-label={label} style={{ aspectRatio: `1 / ${ratio}` }} />;
}
