/** @file How the lab becomes a static site: relative addresses, so that it works under any base path. */

import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  base: "./",
  publicDir: here("../build/lab"),
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  resolve: {
    alias: [
      { find: "heavytail", replacement: here("../src/index.ts") },
      { find: "#session", replacement: here("../src/runtime/engine/session.web.ts") },
      // The lab runs on the processor; this leaves the second, larger runtime out of the site.
      { find: "onnxruntime-web/webgpu", replacement: "onnxruntime-web/wasm" },
    ],
  },
  worker: { format: "es" },
  build: {
    outDir: here("../dist/lab"),
    emptyOutDir: true,
    target: "es2022",
    // The first that know light-dark(), which follows the visitor's choice of a scheme.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
    rolldownOptions: { checks: { pluginTimings: false } },
  },
});
