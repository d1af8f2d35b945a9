/**
 * @file One instance of the WebAssembly kernels with a memory of its own, from which arrays are handed out. The memory never
 * grows, because growing would detach every view.
 */
import { EngineError } from "../../errors.js";
import { kernelBytes } from "./bytes.js";

/** An instance: the functions of assembly/index.ts, typed by who calls them, and its memory. */
export interface Instance {
  readonly exports: WebAssembly.Exports;
  /** A zeroed float32 array in the memory, on a 64-byte boundary. @throws EngineError if the memory is used up */
  allocate(length: number): Float32Array;
  /** The address of an array in the memory, in bytes. @throws EngineError if it lies elsewhere */
  address(where: string, view: Float32Array | Float64Array): number;
}

const PAGE = 65536;
const MOST_PAGES = 65536;
const ALIGNMENT = 64;
/** Three pages for the kernels' constants and the quantile table, one for rounding up to the alignment. */
const EXTRA_PAGES = 4;

let compiled: WebAssembly.Module | undefined;

/**
 * Opens an instance.
 *
 * @param bytes room for arrays, as for `createKernels`
 * @returns the instance; its memory goes when it and all arrays are out of reach
 * @throws EngineError if there is not that much memory
 */
export function openInstance(bytes: number): Instance {
  const memory = createMemory(bytes);
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(kernelBytes), (char) => char.charCodeAt(0)));
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  let next = (exports.heapBase as WebAssembly.Global<"i32">).value;
  return {
    exports,
    allocate(length) {
      const start = Math.ceil(next / ALIGNMENT) * ALIGNMENT;
      if (start + 4 * length > memory.buffer.byteLength) {
        throw new EngineError({
          where: "kernels.allocate",
          expected: `at most ${(memory.buffer.byteLength - start) / 4} more float32 values`,
          got: `${length}`,
          remedy: "Create the kernels with the bytes of all arrays.",
        });
      }
      next = start + 4 * length;
      return new Float32Array(memory.buffer, start, length);
    },
    address(where, view) {
      if (view.buffer === memory.buffer) return view.byteOffset;
      throw new EngineError({
        where: `kernels.${where}`,
        expected: "an array in the kernels' memory",
        got: "one outside it",
        remedy: "Take it from allocate and copy the values in.",
      });
    },
  };
}

function createMemory(bytes: number): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE) + EXTRA_PAGES;
  const remedy = "Train in tiles of the width, or with fewer units.";
  if (!(pages <= MOST_PAGES)) {
    const expected = `at most ${(MOST_PAGES - EXTRA_PAGES) * PAGE} bytes`;
    throw new EngineError({ where: "createKernels", expected, got: `${bytes}`, remedy });
  }
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch (cause) {
    throw new EngineError({ where: "createKernels", expected: `${bytes} free bytes`, got: "too few", remedy, cause });
  }
}
