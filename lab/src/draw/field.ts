/** @file Draws a decision surface with the data on it. */

import type { Palette } from "../state/theme.js";
import type { Field, Ready } from "../work/protocol.js";
import { fade, mix, pixelCanvas, type Rgb, rgb } from "./colour.js";

/** Half the side of the square that fields show; as in work/pictures.ts. */
const extent = 2.2;

/**
 * Draws the surface, smooth, then the points: training rows filled, test rows ringed.
 * @param context of a square canvas
 * @param side of the canvas in CSS pixels
 */
export function drawField(
  context: CanvasRenderingContext2D,
  side: number,
  { field, ready, palette }: { field: Field | null; ready: Ready | null; palette: Palette },
): void {
  context.clearRect(0, 0, side, side);
  if (field) {
    context.imageSmoothingEnabled = true;
    context.drawImage(fieldPixels(field, palette), 0, 0, side, side);
  }
  if (ready?.points) context.drawImage(pointLayer(ready, Math.round(side), palette), 0, 0, side, side);
}

const layers = new WeakMap<Ready, Map<string, OffscreenCanvas>>();

/** The points on nothing, drawn once for each size and palette. */
function pointLayer(ready: Ready, side: number, palette: Palette): OffscreenCanvas {
  const known = layers.get(ready) ?? new Map<string, OffscreenCanvas>();
  layers.set(ready, known);
  const name = `${side} ${palette.card}`;
  let layer = known.get(name);
  if (!layer) known.set(name, (layer = drawPoints(ready, side, palette)));
  return layer;
}

function drawPoints({ points, labels, trainRows }: Ready, side: number, palette: Palette): OffscreenCanvas {
  const scale = Math.min(2, devicePixelRatio);
  const canvas = new OffscreenCanvas(side * scale, side * scale);
  const context = canvas.getContext("2d")!;
  context.scale(scale, scale);
  const radius = Math.max(1.6, side / 170);
  const place = (value: number): number => ((value / extent + 1) / 2) * side;
  for (let row = 0; row < labels.length; row++) {
    const colour = palette.classes[labels[row]! % palette.classes.length]!;
    context.beginPath();
    context.arc(place(points![2 * row]!), side - place(points![2 * row + 1]!), radius, 0, 2 * Math.PI);
    context.fillStyle = row < trainRows ? colour : palette.card;
    context.fill();
    context.lineWidth = row < trainRows ? 0.7 : 1.2;
    context.strokeStyle = row < trainRows ? fade(palette.card, 0.85) : colour;
    context.stroke();
  }
  return canvas;
}

function fieldPixels({ side, classes, certainty }: Field, palette: Palette): OffscreenCanvas {
  const paper = rgb(palette.card);
  const colours = palette.classes.map(rgb);
  // A table of 64 shades a class: mixing anew for each pixel would make garbage.
  const shades = colours.map((colour) =>
    Array.from({ length: 64 }, (_, i): Rgb => mix(paper, colour, (0.62 * i) / 63)),
  );
  return pixelCanvas(side, side, (data) => {
    for (let i = 0; i < classes.length; i++) {
      const [red, green, blue] = shades[classes[i]! % shades.length]![certainty[i]! >> 2]!;
      data[4 * i] = red;
      data[4 * i + 1] = green;
      data[4 * i + 2] = blue;
      data[4 * i + 3] = 255;
    }
  });
}
