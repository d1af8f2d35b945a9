/** @file Draws paths of two weights, each jump a line, the larger the brighter. */

import type { Palette } from "../state/theme.js";
import { fade } from "./colour.js";

/**
 * Draws both paths on one scale that holds what is shown of them.
 * @param context of a canvas
 * @param size of the canvas in CSS pixels
 * @param paths increments, [steps, 2], and how many steps to show
 */
export function drawFlight(
  context: CanvasRenderingContext2D,
  [width, height]: readonly [width: number, height: number],
  { heavy, gaussian, shown, palette }: { heavy: Float32Array; gaussian: Float32Array; shown: number; palette: Palette },
): void {
  const paths = [pathOf(heavy, shown), pathOf(gaussian, shown)] as const;
  const box = boxOf(paths);
  const scale = 0.9 * Math.min(width / box.width, height / box.height);
  const place = (path: Float32Array, k: number): [x: number, y: number] => [
    width / 2 + scale * (path[2 * k]! - box.x),
    height / 2 - scale * (path[2 * k + 1]! - box.y),
  ];
  const draw = (path: Float32Array, colour: string): void => {
    context.lineWidth = 1.1;
    context.lineJoin = "round";
    context.strokeStyle = fade(colour, 0.75);
    context.beginPath();
    for (let k = 0; k < path.length / 2; k++) {
      const [x, y] = place(path, k);
      if (k === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
    context.stroke();
    const [x, y] = place(path, path.length / 2 - 1);
    context.fillStyle = colour;
    context.beginPath();
    context.arc(x, y, 3.5, 0, 2 * Math.PI);
    context.fill();
  };
  draw(paths[0], palette.heavy);
  draw(paths[1], palette.plain);
}

/** Sums of increments, [shown + 1, 2], from the origin. */
function pathOf(increments: Float32Array, shown: number): Float32Array {
  const path = new Float32Array(2 * shown + 2);
  for (let i = 2; i < path.length; i++) path[i] = path[i - 2]! + increments[i - 2]!;
  return path;
}

function boxOf(paths: readonly Float32Array[]): { x: number; y: number; width: number; height: number } {
  let [left, right, low, high] = [0, 1e-9, 0, 1e-9];
  for (const path of paths) {
    for (let i = 0; i < path.length; i += 2) {
      left = Math.min(left, path[i]!);
      right = Math.max(right, path[i]!);
      low = Math.min(low, path[i + 1]!);
      high = Math.max(high, path[i + 1]!);
    }
  }
  return { x: (left + right) / 2, y: (low + high) / 2, width: right - left, height: high - low };
}
