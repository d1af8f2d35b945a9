/**
 * @file From a drawing to a digit as MNIST has them: scaled so that its longer side is 10 of 14 pixels, its centre of mass
 * in the middle.
 */

const side = 14;
const longest = 10;

/**
 * Reads a drawing.
 * @param pad white on black, any size
 * @returns [14 × 14] in [0, 1]; null where nothing is drawn
 */
export function digitOf(pad: HTMLCanvasElement): Float32Array | null {
  const { width, height } = pad;
  const { data } = pad.getContext("2d")!.getImageData(0, 0, width, height);
  let [left, right, top, bottom, mass, x, y] = [width, -1, height, -1, 0, 0, 0];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const value = data[4 * (row * width + column)]!;
      if (value === 0) continue;
      [left, right] = [Math.min(left, column), Math.max(right, column)];
      [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
      mass += value;
      x += value * (column + 0.5);
      y += value * (row + 0.5);
    }
  }
  if (mass === 0) return null;
  const scale = longest / Math.max(right - left + 1, bottom - top + 1);
  const small = new OffscreenCanvas(side, side).getContext("2d")!;
  small.imageSmoothingQuality = "high";
  small.drawImage(pad, side / 2 - (scale * x) / mass, side / 2 - (scale * y) / mass, scale * width, scale * height);
  const pixels = small.getImageData(0, 0, side, side).data;
  return Float32Array.from({ length: side * side }, (_, i) => pixels[4 * i]! / 255);
}

/** Draws a digit of the data set into the pad. */
export function showDigit(pad: HTMLCanvasElement, values: Float32Array): void {
  const small = new OffscreenCanvas(side, side);
  const context = small.getContext("2d")!;
  const image = context.createImageData(side, side);
  for (const [i, value] of values.entries()) image.data.set([255 * value, 255 * value, 255 * value, 255], 4 * i);
  context.putImageData(image, 0, 0);
  pad.getContext("2d")!.drawImage(small, 0, 0, pad.width, pad.height);
}
