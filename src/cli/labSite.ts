/**
 * @file The lab as a web application: the files that the folder holds when it starts, each under its own address, and
 * nothing else. No address is ever turned into a path, so none can leave the folder.
 */

import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import { Hono } from "hono";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".gz": "application/gzip",
};

const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** On every answer: no outside address, and the isolation that threads need. */
const headers: Readonly<Record<string, string>> = {
  "Content-Security-Policy": policy,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/**
 * Makes the application.
 * @param folder the built site
 * @returns it answers GET of the folder's files, of `/` with `index.html`, and of anything else with 404
 */
export async function labSite(folder: string): Promise<Hono> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = new Map(paths.map((path) => [`/${relative(folder, path).replaceAll("\\", "/")}`, path]));
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(headers)) context.header(name, value);
  });
  app.get("*", async (context) => {
    const path = files.get(context.req.path === "/" ? "/index.html" : context.req.path);
    if (!path) return context.notFound();
    // Names under assets/ carry a hash of their content.
    const cache = context.req.path.startsWith("/assets/") ? "max-age=31536000, immutable" : "no-cache";
    return context.body(new Uint8Array(await readFile(path)), 200, {
      "Content-Type": types[extname(path)] ?? "application/octet-stream",
      "Cache-Control": cache,
    });
  });
  return app;
}
