/** @file Draws all hidden units as tiles, by falling norm; those that the slider cuts are greyed. */

import type { Palette } from "../state/theme.js";
import type { Tiles } from "../work/protocol.js";
import { mix, pixelCanvas, type Rgb, rgb } from "./colour.js";

/**
 * Draws the tiles in rows.
 * @param context of a canvas
 * @param size of the canvas in CSS pixels
 * @param kept tiles from this rank on are greyed
 */
export function drawMosaic(
  context: CanvasRenderingContext2D,
  [width, height]: readonly [width: number, height: number],
  { tiles, kept, palette }: { tiles: Tiles; kept: number; palette: Palette },
): void {
  const columns = mosaicColumns(tiles.count, width / height);
  const rows = Math.ceil(tiles.count / columns);
  const canvas = mosaicPixels(tiles, { columns, rows, kept, palette });
  context.clearRect(0, 0, width, height);
  const cell = Math.min(width / columns, height / rows);
  // Whole pixels stay sharp; smaller tiles than that are averaged.
  context.imageSmoothingEnabled = cell < tiles.width * 2;
  context.imageSmoothingQuality = "high";
  context.drawImage(canvas, 0, 0, columns * cell, rows * cell);
}

/** Columns that make square cells fill a canvas of this ratio of width to height. */
function mosaicColumns(count: number, ratio: number): number {
  return Math.max(1, Math.ceil(Math.sqrt(count * ratio)));
}

function mosaicPixels(
  { count, width, height, pixels }: Tiles,
  { columns, rows, kept, palette }: { columns: number; rows: number; kept: number; palette: Palette },
): OffscreenCanvas {
  const stride = columns * (width + 1);
  const paper = rgb(palette.card);
  const ink = rgb(palette.quiet);
  const ramp = (low: Rgb, high: Rgb): Rgb[] =>
    Array.from({ length: 255 }, (_, i) => (i < 127 ? mix(paper, low, 1 - i / 127) : mix(paper, high, (i - 127) / 127)));
  const lively = ramp(rgb(palette.plain), rgb(palette.heavy));
  const grey = ramp(mix(paper, ink, 0.4), mix(paper, ink, 0.4));
  return pixelCanvas(stride, rows * (height + 1), (data) => {
    data.fill(0);
    for (let tile = 0; tile < count; tile++) {
      const colours = tile < kept ? lively : grey;
      const left = (tile % columns) * (width + 1);
      const top = Math.floor(tile / columns) * (height + 1);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const [red, green, blue] = colours[pixels[(tile * height + y) * width + x]! + 127]!;
          const at = 4 * ((top + y) * stride + left + x);
          data[at] = red;
          data[at + 1] = green;
          data[at + 2] = blue;
          data[at + 3] = 255;
        }
      }
    }
  });
}
