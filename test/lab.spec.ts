/**
 * @file The built lab as a visitor meets it: served by its own command, driven in headless Chromium. Without a Chromium
 * the tests of the page are skipped; the name of their group says so.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import axe from "axe-core";
import { type Browser, chromium, type Download, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { decodeNpy } from "../src/dataset/npy.js";
import {
  accuracy,
  createKernels,
  csvDataset,
  deriveKey,
  keyFromSeed,
  levyNoise,
  networkFromOnnx,
  networkLogits,
} from "../src/index.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const site = join(root, "dist/lab");
const browserPath = [
  ...[process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"],
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
].find((path) => path !== undefined && existsSync(path));

/** For what the page does in its own time; a busy machine may take long. */
const patience = { timeout: 30_000 };
let command: ChildProcess;
let url: string;

beforeAll(async () => {
  if (!existsSync(join(site, "index.html"))) throw new Error("dist/lab is not built: npm run build");
  const program = `import("./dist/cli/lab.js").then(({ labCommand }) => labCommand().parseAsync(["--port", "0", "--json"], { from: "user" }))`;
  command = spawn(process.execPath, ["-e", program], { cwd: root });
  let said = "";
  url = await new Promise<string>((resolve, reject) => {
    command.stdout!.on("data", (chunk) => {
      said += chunk;
      if (said.includes("\n")) resolve(JSON.parse(said).url);
    });
    command.on("exit", (code) => reject(new Error(`heavytail lab ended with ${code}: ${said}`)));
  });
});
afterAll(() => {
  command.kill();
});

test("the command serves on 127.0.0.1 alone, isolated, without outside addresses", async () => {
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  const { status, headers } = await fetch(url);
  expect(status).toBe(200);
  expect(headers.get("Cross-Origin-Opener-Policy")).toBe("same-origin");
  expect(headers.get("Cross-Origin-Embedder-Policy")).toBe("require-corp");
  const policy = headers.get("Content-Security-Policy")!;
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/https?:|\*|'unsafe-inline'|'unsafe-eval'/);
});

test("no address leads out of the site", async () => {
  const paths = [
    "../cli/main.js",
    "..%2fcli/main.js",
    "%2e%2e/cli/main.js",
    "assets/../../cli/main.js",
    "..\\cli\\main.js",
  ];
  for (const path of [...paths, "assets", "assets/", "nothing.html"]) {
    // The built-in fetch would resolve the dots itself, so they go out on a bare connection.
    expect(await statusOf(`/${path}`), path).toBeGreaterThanOrEqual(400);
  }
});

async function statusOf(path: string): Promise<number> {
  const { request } = await import("node:http");
  return await new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    request({ hostname, port, path }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    })
      .on("error", reject)
      .end();
  });
}

test("the page without the runtime is less than 250 KB, compressed", () => {
  const files = readdirSync(site, { recursive: true, encoding: "utf8" });
  const sizes = files
    .filter((file) => [".html", ".js", ".css", ".svg"].includes(extname(file)) && !/ort[.-]/.test(file))
    .map((file) => [file, gzipSync(readFileSync(join(site, file))).length] as const);
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  console.log(`lab: ${(total / 1000).toFixed(1)} KB gzipped without the runtime`, Object.fromEntries(sizes));
  expect(total).toBeLessThan(250_000);
});

describe.skipIf(!browserPath)(
  browserPath ? "in Chromium" : "skipped: no Chromium found (set CHROMIUM to its path)",
  () => {
    let browser: Browser;
    const complaints: string[] = [];

    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: browserPath!, args: ["--no-sandbox"] });
    });
    afterAll(() => browser?.close());
    afterEach(async () => {
      for (const context of browser.contexts()) await context.close();
      expect(complaints.splice(0)).toEqual([]);
    });

    async function visit(hash = "", options: Parameters<Browser["newPage"]>[0] = {}, base = url): Promise<Page> {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, ...options });
      page.setDefaultTimeout(60_000);
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) complaints.push(message.text());
      });
      page.on("pageerror", ({ message }) => complaints.push(message));
      page.on("request", (request) => {
        const { host, protocol } = new URL(request.url());
        if (protocol !== "blob:" && host !== new URL(base).host) complaints.push(`asked ${request.url()}`);
      });
      await page.goto(base + hash);
      return page;
    }

    const accuracyOf = async (page: Page, run: "heavy" | "plain"): Promise<number> =>
      Number.parseFloat((await page.textContent(`#accuracy-${run}`))!) / 100;
    const waitForStep = (page: Page, least: number): Promise<unknown> =>
      page.waitForFunction(
        (least) => Number(document.getElementById("step")!.textContent!.replace(",", "")) >= least,
        least,
      );
    const waitForPause = (page: Page): Promise<unknown> => page.getByRole("button", { name: "Play" }).waitFor();
    const save = async (page: Page, name: string | RegExp): Promise<Buffer> => {
      const coming = page.waitForEvent("download");
      await page.getByRole("button", { name }).click();
      return await content(await coming);
    };
    const content = async (download: Download): Promise<Buffer> => readFileSync(await download.path());
    /** The cut's numbers, once they are those of the slider and of the step shown. */
    const cutTable = async (page: Page): Promise<string> => {
      await page.locator("#cut-table[aria-busy=false]").waitFor();
      return (await page.innerText("#cut-table")).replace(/\s+/g, " ");
    };

    test("trains, is cut, gives the compact file away, and comes back from its address", async () => {
      const started = performance.now();
      const page = await visit("#data=moons&seed=3");
      await waitForStep(page, 1);
      console.log(`lab: ${Math.round(performance.now() - started)} ms from navigation to the first curve`);
      const frames = await frameTimes(page);
      console.log(
        `lab: frames while training, median ${frames.median.toFixed(1)} ms, 95 % within ${frames.most.toFixed(1)} ms`,
      );

      await page.getByLabel("Full speed").check();
      await page.waitForFunction(() =>
        ["heavy", "plain"].every(
          (run) => Number.parseFloat(document.getElementById(`accuracy-${run}`)!.textContent!) >= 95,
        ),
      );
      await page.getByRole("button", { name: "Pause" }).click();
      await waitForPause(page);
      const slider = page.getByLabel(/^Keep/);
      await slider.focus();
      for (let i = 0; i < 8; i++) await page.keyboard.press("ArrowRight");
      expect(await slider.inputValue()).toBe("40");
      const table = await cutTable(page);

      const bytes = await save(page, "Compact model (.onnx)");
      const csv = await save(page, "Data (.csv)");
      const config = JSON.parse((await save(page, "Configuration (.json)")).toString());
      const dataset = csvDataset({
        ...{
          name: "moons",
          file: { where: "moons.csv", bytes: csv },
          key: deriveKey(keyFromSeed(config.train.seed), "split"),
        },
      });
      const { network, metadata } = networkFromOnnx(bytes, "the download");
      expect(network.layers[0]!.outputs).toBe(40);
      expect(metadata["heavytail.noise"]).toBe("isotropic");
      const logits = await networkLogits(network, dataset.test.features, { threads: 1 });
      // The page measured the file in its own runtime: as many of the 160 answers are right here.
      const here = `${(100 * accuracy(logits, dataset.test.labels, dataset.classes)).toFixed(1)} %`;
      expect(table).toContain(`cut, refitted ${here}`);
      expect(table).toContain(`file after ${(bytes.length / 1000).toFixed(1)} kB`);

      const address = page.url();
      const shown = [
        await page.textContent("#step"),
        await page.innerText("main .run.heavy"),
        await page.innerText("main .run.plain"),
      ];
      expect(address).toContain("units=40");
      expect(address).toContain("seed=3");
      const again = await visit(new URL(address).hash);
      await waitForPause(again);
      expect(await cutTable(again)).toBe(table);
      expect([
        await again.textContent("#step"),
        await again.innerText("main .run.heavy"),
        await again.innerText("main .run.plain"),
      ]).toEqual(shown);
      expect(await again.getByLabel("Seed").inputValue()).toBe("3");
      expect(again.url()).toBe(address);
    });

    test("the same seed gives the same noise: 10,000 values equal those of Node bit for bit", async () => {
      const page = await visit("#data=moons&noise=coordinate&alpha=1.35&seed=11");
      const bytes = await save(page, "Save the draws (.npy)");
      const { data, shape } = decodeNpy({ where: "the download", bytes });
      expect(shape).toEqual([5000, 2]);
      const kernels = createKernels({ bytes: 64 });
      const weight = kernels.allocate(2);
      const levy = levyNoise({ kind: "coordinate", alpha: 1.35, sigma: 0.01, convention: "unit" });
      const here = new Float32Array(10_000);
      for (let k = 1; k <= 5000; k++) {
        weight.fill(0);
        const noise = levy.increment(0.1, deriveKey(keyFromSeed(11), "noise", k, "hidden1.weight"));
        kernels.update(weight, null, { rows: 1, learningRate: 0, noise });
        here.set(weight, 2 * k - 2);
      }
      expect(Buffer.from(Float32Array.from(data as ArrayLike<number>).buffer).equals(Buffer.from(here.buffer))).toBe(
        true,
      );
    });

    test("digits: both networks answer, with their milliseconds", async () => {
      const page = await visit("#data=digits&step=101&units=200");
      await waitForPause(page);
      expect(await accuracyOf(page, "plain")).toBeGreaterThan(0.7);
      await page.getByRole("button", { name: "Test digit" }).click();
      for (const network of ["dense", "compact"]) {
        const answer = page.getByRole("region", { name: `${network} network` });
        await expect.poll(() => answer.innerText(), patience).toMatch(/\d at \d+\.\d %, \d+\.\d+ ms/);
      }
      await page.getByRole("button", { name: "Clear" }).click();
      const box = (await page.locator(".pad").boundingBox())!;
      await page.mouse.move(box.x + 70, box.y + 20);
      await page.mouse.down();
      await page.mouse.move(box.x + 64, box.y + 110, { steps: 8 });
      await page.mouse.up();
      await expect
        .poll(() => page.getByRole("region", { name: "dense network" }).innerText(), patience)
        .toMatch(/\d at \d/);
    });

    test("a heavy-tailed start: its run is ahead after the cut, and the command line says how it began", async () => {
      const page = await visit("#data=digits&noise=none&initTail=1&units=32&step=301");
      await waitForPause(page);
      await page.getByRole("heading", { name: "Heavy-tailed start" }).waitFor();
      const table = await cutTable(page);
      const [, heavy, plain] = / cut (\d+\.\d) % (\d+\.\d) %/.exec(table)!;
      // Of 1,000 test digits; as cut to 32 of 400 units the start keeps half as much again.
      expect(Number(heavy)).toBeGreaterThan(Number(plain) + 10);
      const commands = page.getByRole("figure").filter({ hasText: "Command line" });
      expect(await commands.innerText()).toContain("--init-tail 1 --init-units 16");
      await page.locator("main .home select").selectOption("plain");
      expect(await commands.innerText()).not.toContain("--init-tail");
      expect(await page.innerText("main .planner")).toContain("a law of its own");
    });

    test("a table dropped on the page trains, and a bad one is refused in words", async () => {
      const page = await visit("#data=circles");
      const rows = Array.from(
        { length: 120 },
        (_, i) => `${i % 3},${100 + ((i * 7) % 11)},${(i % 3) * 5},${"abc"[i % 3]}`,
      );
      const give = (name: string, text: string): Promise<void> =>
        page.evaluate(
          ([name, text]) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([text!], name!, { type: "text/csv" }));
            document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
          },
          [name, text],
        );
      await give("broken.csv", "a,b,label\n1,x,0\n".repeat(30));
      await page.getByRole("alert").filter({ hasText: "expected a number" }).waitFor();
      await give("mine.csv", `one,two,three,label\n${rows.join("\n")}\n`);
      await page.waitForFunction(() => Number.parseFloat(document.getElementById("accuracy-plain")!.textContent!) > 95);
      expect(page.url()).toContain("data=file");
    });

    test("no serious finding of an accessibility audit, light and dark, and nothing wider than a phone", async () => {
      const page = await visit("#data=blobs&step=21", { colorScheme: "light", viewport: { width: 390, height: 844 } });
      await waitForPause(page);
      await cutTable(page);
      expect(await page.evaluate(() => document.scrollingElement!.scrollWidth)).toBeLessThanOrEqual(390);
      expect(await findings(page)).toEqual([]);
      await page.setViewportSize({ width: 1440, height: 900 });
      expect(await findings(page)).toEqual([]);
      await page.getByRole("button", { name: "Switch to the dark scheme" }).click();
      expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(18, 21, 24)");
      expect(await findings(page)).toEqual([]);
    });

    test("less motion where the visitor asks for it: nothing runs by itself", async () => {
      const page = await visit("", { reducedMotion: "reduce" });
      await waitForPause(page);
      expect(await page.textContent("#step")).toBe("1");
    });

    test("works on any host under any path, on one thread, and says so", async () => {
      const plain = await plainHost();
      try {
        const { port } = plain.address() as AddressInfo;
        const page = await visit("some/where/#data=moons&step=21", {}, `http://127.0.0.1:${port}/`);
        await waitForPause(page);
        expect(await page.innerText(".machine")).toContain("1 thread");
        expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
      } finally {
        plain.close();
      }
    });
  },
);

async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run());
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return serious.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`),
  );
}

/** Times between frames over two seconds, in milliseconds. */
async function frameTimes(page: Page): Promise<{ median: number; most: number }> {
  const times = await page.evaluate(
    () =>
      new Promise<number[]>((resolve) => {
        const found: number[] = [];
        let last = performance.now();
        const next = (now: number): void => {
          found.push(now - last);
          last = now;
          if (found.reduce((sum, time) => sum + time, 0) < 2000) requestAnimationFrame(next);
          else resolve(found.sort((a, b) => a - b));
        };
        requestAnimationFrame(next);
      }),
  );
  return { median: times[Math.floor(times.length / 2)]!, most: times[Math.floor(0.95 * times.length)]! };
}

/** A host that knows nothing of isolation, with the site under /some/where/. */
async function plainHost(): Promise<Server> {
  const types: Record<string, string> = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".wasm": "application/wasm",
    ".svg": "image/svg+xml",
  };
  const server = createServer(({ url: address }, response) => {
    const path = join(site, address!.replace(/^\/some\/where\//, "").replace(/^$/, "index.html"));
    if (!path.startsWith(site) || !existsSync(path)) return response.writeHead(404).end();
    response
      .writeHead(200, { "Content-Type": types[extname(path)] ?? "application/octet-stream" })
      .end(readFileSync(path));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
