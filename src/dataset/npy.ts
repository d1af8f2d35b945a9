/**
 * @file NumPy's npy format, read and written with npyjs, whose reader checks neither lengths nor shapes; that is done
 * here.
 */

import { dump, parse } from "npyjs";
import { FormatError, ShapeError } from "../errors.js";
import { assembleDataset, type LabelledRows } from "./assembleDataset.js";
import type { Dataset, SourceFile } from "./dataset.js";
import { finiteFeatures } from "./finiteFeatures.js";

/** An array of numbers and its shape, last index fastest. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/**
 * Reads an npy file of booleans, integers, float16, float32 or float64, little-endian and in C order.
 * @throws FormatError for anything else, and if the length is not what the header says; integers beyond ±2^53 are
 *   rounded.
 */
export function decodeNpy({ where, bytes }: SourceFile): NpyArray {
  const { data, shape, fortranOrder, dtype } = parsed({ where, bytes });
  const count = shape.reduce((product, size) => product * size, 1);
  if (!/^(b1|[iu][1248]|f[248])$/.test(dtype)) {
    throw new FormatError({ where, expected: "an array of real numbers", got: `dtype ${dtype}` });
  }
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0) || data.length !== count) {
    throw new FormatError({
      where,
      expected: `${count} numbers for shape (${shape.join(", ")})`,
      got: `${data.length}`,
      remedy: "Save it again: it is cut or damaged.",
    });
  }
  if (fortranOrder && shape.length > 1) {
    const remedy = "Save numpy.ascontiguousarray(array).";
    throw new FormatError({ where, expected: "C order", got: "Fortran order", remedy });
  }
  return { shape, data: typeof data[0] === "number" ? (data as ArrayLike<number>) : Float64Array.from(data, Number) };
}

function parsed({ where, bytes }: SourceFile) {
  // npyjs reads a whole ArrayBuffer; `bytes.slice()` would not do, since that of a Node Buffer is a view.
  const whole = bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer;
  try {
    const { data, ...header } = parse(whole ? (bytes.buffer as ArrayBuffer) : new Uint8Array(bytes).buffer);
    return { data: data as unknown as ArrayLike<number | bigint | boolean>, ...header };
  } catch (cause) {
    throw new FormatError({
      where,
      expected: "an npy file of little-endian numbers",
      got: `one that does not parse (${(cause as Error).message})`,
      remedy: "Write it with numpy.save and a plain dtype such as float32.",
      cause,
    });
  }
}

/**
 * Makes a data set of four arrays, the values as they are.
 * @param name short name of the data set
 * @param xTrain shape [rows, …], finite in float32
 * @param yTrain shape [rows] or [rows, 1], integers of any dtype
 * @param xTest as `xTrain`
 * @param yTest as `yTrain`
 * @throws FormatError naming the file and what is wrong with it.
 */
export function npyDataset({
  name,
  xTrain,
  yTrain,
  xTest,
  yTest,
}: {
  name: string;
  xTrain: SourceFile;
  yTrain: SourceFile;
  xTest: SourceFile;
  yTest: SourceFile;
}): Dataset {
  const train = decodeNpy(xTrain);
  const test = decodeNpy(xTest);
  const shape = train.shape.slice(1);
  if (shape.length === 0 || shape.join() !== test.shape.slice(1).join()) {
    throw new FormatError({
      where: shape.length === 0 ? xTrain.where : xTest.where,
      expected: shape.length === 0 ? "shape (rows, features)" : `rows of shape (${shape.join(", ")}) as for training`,
      got: `shape (${(shape.length === 0 ? train : test).shape.join(", ")})`,
    });
  }
  return assembleDataset({
    name,
    shape,
    standardisation: null,
    train: labelled(xTrain, train, yTrain),
    test: labelled(xTest, test, yTest),
  });
}

function labelled(x: SourceFile, { shape, data }: NpyArray, y: SourceFile): LabelledRows {
  const labels = decodeNpy(y);
  if (labels.shape.length === 0 || labels.shape.slice(1).some((size) => size !== 1)) {
    throw new FormatError({
      where: y.where,
      expected: "labels of shape (rows,)",
      got: `(${labels.shape.join(", ")})`,
      remedy: "Save class indices, such as onehot.argmax(1).",
    });
  }
  const width = shape.slice(1).reduce((product, size) => product * size, 1);
  return {
    where: y.where,
    features: finiteFeatures(data, width, x.where),
    labels: labels.data,
    place: (row) => `${y.where}, row ${row + 1}`,
  };
}

/**
 * Writes an npy file that `numpy.load` reads.
 * @param data the numbers, last index fastest
 * @param shape the dimensions; their product is the length of `data`
 * @throws ShapeError if it is not.
 */
export function encodeNpy(data: Float32Array | Float64Array, shape: readonly number[]): Uint8Array {
  if (shape.reduce((product, size) => product * size, 1) !== data.length) {
    throw new ShapeError({ where: "npy", expected: `shape [${shape.join(", ")}]`, got: `${data.length} numbers` });
  }
  return new Uint8Array(dump(data, [...shape]));
}
