import { createServer } from "node:http";
import { afterEach, expect, test } from "vitest";
import { openMlflow } from "./mlflow.js";

interface Request {
  path: string;
  authorization: string | undefined;
  body: Record<string, never>;
}
type Answer = [status: number, body: unknown];

let close = (): unknown => undefined;
afterEach(() => close());

/** A server that answers as `answer` says and keeps what it was asked. */
async function server(answer: (path: string, nth: number) => Answer): Promise<{ url: string; requests: Request[] }> {
  const requests: Request[] = [];
  const http = createServer((request, response) => {
    let text = "";
    request.on("data", (part) => (text += part));
    request.on("end", () => {
      const path = request.url!.replace("/api/2.0/mlflow/", "");
      const body = text === "" ? {} : JSON.parse(text);
      const nth = requests.filter((earlier) => earlier.path === path).length;
      requests.push({ path, authorization: request.headers.authorization, body });
      const [status, content] = answer(path, nth);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(content));
    });
  });
  close = () => http.close();
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return { url: `127.0.0.1:${(http.address() as { port: number }).port}`, requests };
}

const missing: Answer = [404, { error_code: "RESOURCE_DOES_NOT_EXIST", message: "no such experiment" }];
const answers = (path: string): Answer => {
  if (path.startsWith("experiments/get-by-name")) return missing;
  if (path === "experiments/create") return [200, { experiment_id: "7" }];
  if (path === "runs/create") return [200, { run: { info: { run_id: "abc" } } }];
  return [200, {}];
};
const run = { name: "first", params: { alpha: 1.7, noise: "isotropic", bias: false } };

test("a run is made in its experiment, told its parameters and values in order, and ended", async () => {
  const { url, requests } = await server(answers);
  const tracker = await openMlflow(`http://me:se%40cret@${url}/`, run);
  await tracker.log(10, { trainLoss: 0.5, testLoss: Number.NaN });
  await tracker.log(20, { trainLoss: Number.POSITIVE_INFINITY });
  await tracker.close("failed");
  expect(requests.map(({ path }) => path)).toEqual([
    "experiments/get-by-name?experiment_name=heavytail",
    "experiments/create",
    "runs/create",
    "runs/log-batch",
    "runs/log-batch",
    "runs/log-batch",
    "runs/update",
  ]);
  const [, , created, params, first, second, end] = requests.map(({ body }) => body);
  expect(created).toMatchObject({ experiment_id: "7", run_name: "first" });
  expect(params).toEqual({
    run_id: "abc",
    params: [
      { key: "alpha", value: "1.7" },
      { key: "noise", value: "isotropic" },
      { key: "bias", value: "false" },
    ],
  });
  expect(first).toMatchObject({
    run_id: "abc",
    metrics: [
      { key: "trainLoss", value: 0.5, step: 10 },
      { key: "testLoss", value: "NaN", step: 10 },
    ],
  });
  expect(second).toMatchObject({ metrics: [{ key: "trainLoss", value: "Infinity", step: 20 }] });
  expect(end).toMatchObject({ run_id: "abc", status: "FAILED" });
  const basic = `Basic ${Buffer.from("me:se@cret").toString("base64")}`;
  expect(new Set(requests.map(({ authorization }) => authorization))).toEqual(new Set([basic]));
});

test("a server that is out of order for a moment loses nothing", async () => {
  const { url, requests } = await server((path, nth) =>
    path === "runs/log-batch" && nth === 1 ? [503, { message: "starting" }] : answers(path),
  );
  const tracker = await openMlflow(`http://${url}`, run);
  await tracker.log(1, { trainLoss: 1 });
  const batches = requests.filter(({ path }) => path === "runs/log-batch").map(({ body }) => body);
  expect(batches).toHaveLength(3);
  expect(batches[2]).toEqual(batches[1]);
});

test("a refusal is told with the server's words and without the password", async () => {
  const { url } = await server(() => [403, { error_code: "PERMISSION_DENIED", message: "not yours" }]);
  const opening = openMlflow(`http://me:secret@${url}`, run);
  await expect(opening).rejects.toThrow(/expected an answer, got 403 not yours/);
  await expect(opening).rejects.not.toThrow(/secret/);
});

test("an address that is none is refused, and the password in it is not shown", async () => {
  await expect(openMlflow("me:secret@host", run)).rejects.toThrow(/expected an address such as/);
  await expect(openMlflow("me:secret@host", run)).rejects.not.toThrow(/secret/);
});
