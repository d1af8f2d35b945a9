/** @file Colours as numbers, for pictures made pixel by pixel. */

/** Red, green and blue, 0 … 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** The numbers of a resolved CSS colour, `rgb(…)`. */
export function rgb(colour: string): Rgb {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
}

/** The colour a share of the way from one to another. */
export function mix(from: Rgb, to: Rgb, share: number): Rgb {
  return [0, 1, 2].map((i) => from[i]! + share * (to[i]! - from[i]!)) as unknown as Rgb;
}

/** The same colour, partly transparent. */
export function fade(colour: string, alpha: number): string {
  return `rgba(${rgb(colour).join(", ")}, ${alpha})`;
}

const scratch = new Map<
  string,
  { canvas: OffscreenCanvas; context: OffscreenCanvasRenderingContext2D; image: ImageData }
>();

/**
 * Pixels to be drawn scaled.
 * @param paint gets the pixels of the last picture of this size
 * @returns a canvas that is good until the next call with the same size
 */
export function pixelCanvas(width: number, height: number, paint: (data: Uint8ClampedArray) => void): OffscreenCanvas {
  const name = `${width} × ${height}`;
  let kept = scratch.get(name);
  if (!kept) {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d", { willReadFrequently: true })!;
    scratch.set(name, (kept = { canvas, context, image: context.createImageData(width, height) }));
  }
  paint(kept.image.data);
  kept.context.putImageData(kept.image, 0, 0);
  return kept.canvas;
}
