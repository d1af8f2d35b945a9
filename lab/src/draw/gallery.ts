/** @file Draws test pictures in a square, those that a network gets wrong marked with its answer. */

import type { Palette } from "../state/theme.js";
import type { Ready } from "../work/protocol.js";
import { mix, pixelCanvas, rgb } from "./colour.js";

/**
 * Draws the pictures in rows, dark on light or light on dark as the page is.
 * @param context of a square canvas
 * @param side of the canvas in CSS pixels
 * @param answers class indices, one a picture; null before there are any
 */
export function drawGallery(
  context: CanvasRenderingContext2D,
  side: number,
  { ready, answers, palette }: { ready: Ready; answers: Uint8Array | null; palette: Palette },
): void {
  const { gallery, shape, labels, trainRows, classNames } = ready;
  if (!gallery) return;
  const [height, width] = [shape[1]!, shape[2]!];
  const count = gallery.length / (width * height);
  const columns = Math.ceil(Math.sqrt(count));
  const cell = side / columns;
  const pad = 1;
  const stride = columns * (width + 2 * pad);
  const right = shadesOf(palette.card, palette.ink);
  const wrong = shadesOf(palette.card, palette.bad);
  const isWrong = (row: number): boolean => answers !== null && answers[row] !== labels[trainRows + row];
  const canvas = pixelCanvas(stride, columns * (height + 2 * pad), (data) => {
    data.fill(0);
    for (let row = 0; row < count; row++) {
      const shades = isWrong(row) ? wrong : right;
      const left = (row % columns) * (width + 2 * pad) + pad;
      const top = Math.floor(row / columns) * (height + 2 * pad) + pad;
      for (let i = 0; i < width * height; i++) {
        const [red, green, blue] = shades[gallery[row * width * height + i]! >> 2]!;
        data.set([red, green, blue, 255], 4 * ((top + Math.floor(i / width)) * stride + left + (i % width)));
      }
    }
  });
  context.clearRect(0, 0, side, side);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "high";
  context.drawImage(canvas, 0, 0, side, side);
  context.font = `600 ${Math.round(0.36 * cell)}px system-ui, sans-serif`;
  context.textAlign = "right";
  context.textBaseline = "bottom";
  context.fillStyle = palette.bad;
  for (let row = 0; row < count; row++) {
    if (!isWrong(row)) continue;
    const x = ((row % columns) + 1) * cell;
    const y = (Math.floor(row / columns) + 1) * cell;
    context.fillText(classNames[answers![row]!]!.slice(0, 4), x - 1.5, y - 0.5);
  }
}

function shadesOf(paper: string, ink: string) {
  return Array.from({ length: 64 }, (_, i) => mix(rgb(paper), rgb(ink), i / 63));
}
