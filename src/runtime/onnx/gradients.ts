/**
 * @file Reverse-mode differentiation over the tape of a graph.
 *
 * The nodes of the backward pass are appended to the same graph. Only what lies between the parameters and the loss is
 * computed: a value no parameter feeds (the data, the labels) gets no gradient.
 * Source: Griewank & Walther (2008), Evaluating Derivatives, section 3.2 (non-incremental reverse mode).
 */

import { ParameterError } from "../../errors.js";
import type { Graph, Value } from "./graph.js";

/**
 * Appends the gradient ∂loss/∂p of every parameter p to the graph.
 * @param loss  a scalar value that depends on the parameters through recorded operations
 * @param parameters  inputs or initializers of the graph
 * @returns the gradients, each of its parameter's shape, in the parameters' order
 * @throws ParameterError if the loss is not a scalar or does not depend on a parameter
 */
export function gradients(graph: Graph, loss: Value, parameters: readonly Value[]): Value[] {
  if (loss.shape.length !== 0) {
    throw new ParameterError({ where: `loss ${loss.name}`, expected: "a scalar", got: `shape [${loss.shape}]` });
  }
  const active = new Set<Value>(parameters);
  for (const op of graph.tape) if (op.inputs.some((input) => active.has(input))) active.add(op.output);

  const gradientOf = new Map<Value, Value>([[loss, graph.constant(1, loss.type)]]);
  for (const op of graph.tape.toReversed()) {
    const upstream = gradientOf.get(op.output);
    if (!upstream || !active.has(op.output)) continue;
    const contributions = op.vjp(
      upstream,
      op.inputs.map((input) => active.has(input)),
    );
    op.inputs.forEach((input, i) => {
      const contribution = contributions[i];
      if (!contribution) return;
      const sum = gradientOf.get(input);
      gradientOf.set(input, sum ? graph.node("Add", [sum, contribution], input) : contribution);
    });
  }
  return parameters.map((parameter) => {
    const gradient = gradientOf.get(parameter);
    if (gradient) return gradient;
    const expected = "a parameter the loss depends on";
    throw new ParameterError({ where: "gradients", expected, got: `${parameter.name}, which the loss does not use` });
  });
}
