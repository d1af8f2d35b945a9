/**
 * @file MLflow over its REST interface, version 2.0, which version 3 servers keep: an experiment, a run in it, batches of metrics.
 * Source: https://mlflow.org/docs/latest/api_reference/rest-api.html.
 */

import { hostname } from "node:os";
import * as z from "zod";
import { HeavytailError, ParameterError } from "../../errors.js";
import { maskUrl } from "../maskUrl.js";
import type { TrackedRun, Tracker } from "./tracker.js";

/** Tries of one request: a server that restarts loses nothing. */
const tries = 4;
/** Milliseconds before the second try; doubled at each further one. */
const pause = 500;
/** Milliseconds a request may take. */
const patience = 15_000;
/** What one log-batch request may hold, by the interface's own limits. */
const limits = { metrics: 1000, params: 100, paramLength: 500 };

const experimentAnswer = z.object({ experiment: z.object({ experiment_id: z.string() }) });
const createdAnswer = z.object({ experiment_id: z.string() });
const runAnswer = z.object({ run: z.object({ info: z.object({ run_id: z.string() }) }) });

/**
 * Opens a run on an MLflow server.
 * @param url the server's address; a user and password in it are sent as Basic authentication. A token in the environment
 *   variable MLFLOW_TRACKING_TOKEN is sent as a bearer token.
 * @param run its name and parameters
 * @param experiment the experiment's name; made if it is not there
 * @throws ParameterError if the address is none; HeavytailError, code `connection`, if the server does not answer or refuses
 */
export async function openMlflow(url: string, run: TrackedRun, experiment = "heavytail"): Promise<Tracker> {
  const call = client(url);
  const experimentId = await findExperiment(call, experiment);
  const created = await call("runs/create", {
    experiment_id: experimentId,
    run_name: run.name,
    start_time: Date.now(),
    tags: [{ key: "mlflow.user", value: hostname() }],
  });
  const { run_id } = parse(runAnswer, created, url).run.info;
  const params = Object.entries(run.params).map(([key, value]) => ({
    key,
    value: `${value}`.slice(0, limits.paramLength),
  }));
  for (let from = 0; from < params.length; from += limits.params) {
    await call("runs/log-batch", { run_id, params: params.slice(from, from + limits.params) });
  }
  return {
    async log(step, values) {
      const timestamp = Date.now();
      // JSON has no NaN; protobuf's JSON form writes it and the infinities as strings, by the names JavaScript has too.
      const metrics = Object.entries(values).map(([key, value]) => ({
        ...{ key, value: Number.isFinite(value) ? value : String(value), timestamp, step },
      }));
      for (let from = 0; from < metrics.length; from += limits.metrics) {
        await call("runs/log-batch", { run_id, metrics: metrics.slice(from, from + limits.metrics) });
      }
    },
    async close(status) {
      await call("runs/update", { run_id, status: status.toUpperCase(), end_time: Date.now() });
    },
  };
}

/** Asks for a path with a body (POST) or without (GET); gives the answer's JSON. */
type Call = (path: string, body?: Record<string, unknown>) => Promise<unknown>;

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

async function findExperiment(call: Call, name: string): Promise<string> {
  const find = async (): Promise<string> => {
    const path = `experiments/get-by-name?experiment_name=${encodeURIComponent(name)}`;
    return parse(experimentAnswer, await call(path), name).experiment.experiment_id;
  };
  try {
    return await find();
  } catch (error) {
    if (refusalCode(error) !== "RESOURCE_DOES_NOT_EXIST") throw error;
  }
  try {
    return parse(createdAnswer, await call("experiments/create", { name }), name).experiment_id;
  } catch (error) {
    // Another run of the same moment made it.
    if (refusalCode(error) === "RESOURCE_ALREADY_EXISTS") return await find();
    throw error;
  }
}

function refusalCode(error: unknown): string | undefined {
  const cause = error instanceof HeavytailError ? error.cause : error;
  return cause instanceof Refusal ? cause.code : undefined;
}

function client(url: string): Call {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (!address || !/^https?:$/.test(address.protocol)) {
    throw new ParameterError({
      where: "mlflow",
      expected: "an address such as http://127.0.0.1:5000",
      got: maskUrl(url),
    });
  }
  const { username, password } = address;
  const token = process.env.MLFLOW_TRACKING_TOKEN;
  const basic = `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64")}`;
  const authorization = username !== "" ? basic : token && `Bearer ${token}`;
  const headers = { "content-type": "application/json", ...(authorization && { authorization }) };
  address.username = address.password = "";
  const base = `${address.href.replace(/\/$/, "")}/api/2.0/mlflow/`;
  return async (path, body) => {
    for (let attempt = 1; ; attempt++) {
      try {
        const request = body ? { method: "POST", body: JSON.stringify(body) } : {};
        const answer = await fetch(base + path, { ...request, headers, signal: AbortSignal.timeout(patience) });
        const content = await answer.json().catch(() => ({}));
        if (answer.ok) return content;
        throw new Refusal(answer.status, content.error_code ?? "", content.message ?? answer.statusText);
      } catch (cause) {
        const lasting = cause instanceof Refusal && cause.status < 500;
        if (lasting || attempt === tries) throw unreachable(address.host, cause as Error);
      }
      await new Promise((resolve) => setTimeout(resolve, pause * 2 ** (attempt - 1)));
    }
  };
}

function unreachable(host: string, cause: Error): HeavytailError {
  const got = cause instanceof Refusal ? `${cause.status} ${cause.message}` : reason(cause);
  const remedy = "Check that the server runs, or leave out --mlflow.";
  return new HeavytailError("connection", { where: `MLflow at ${host}`, expected: "an answer", got, remedy, cause });
}

/** `fetch` says "fetch failed" and hides why in the cause. */
function reason(error: Error): string {
  return error.cause instanceof Error ? error.cause.message || String(error.cause) : error.message;
}

function parse<T>(schema: z.ZodType<T>, answer: unknown, where: string): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const got = JSON.stringify(answer)?.slice(0, 200) ?? "nothing";
  throw new HeavytailError("connection", { where: `MLflow (${where})`, expected: "an answer of MLflow's form", got });
}
