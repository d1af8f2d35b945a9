/**
 * @file Small random networks for the property tests of prune and compact: every activation, with and without biases,
 * one to three hidden layers, mean-field scale, with and without a short cut.
 */

import fc from "fast-check";
import type { Activation, DenseLayer, Network } from "../model/network.js";
import { networkInputs } from "../model/network.js";
import type { PruneMask } from "./mask.js";
import { cutCurves } from "./prune.js";

/** What a property test needs: a network, any mask of it and some inputs. */
export interface PruneCase {
  readonly network: Network;
  readonly mask: PruneMask;
  /** [4, inputs]. */
  readonly features: Float32Array;
}

const activations: Activation[] = ["relu", "tanh", "sigmoid"];

/** `count` float32 numbers in [−limit, limit]. */
function floats(count: number, limit: number): fc.Arbitrary<Float32Array> {
  return fc.float32Array({ min: -limit, max: limit, noNaN: true, minLength: count, maxLength: count });
}

function layer(name: string, inputs: number, outputs: number, hidden: boolean): fc.Arbitrary<DenseLayer> {
  return fc.record({
    name: fc.constant(name),
    inputs: fc.constant(inputs),
    outputs: fc.constant(outputs),
    weight: floats(inputs * outputs, 2),
    bias: fc.option(floats(outputs, 2)),
    activation: hidden ? fc.constantFrom(...activations) : fc.constant<Activation>("identity"),
    scale: hidden ? fc.constant(1) : fc.constantFrom(1, 1 / inputs),
  });
}

/** Random networks of 1 to 4 inputs, 1 to 3 hidden layers of 1 to 6 units and 2 or 3 classes, masked anyhow. */
export const arbitraryPruneCase: fc.Arbitrary<PruneCase> = fc
  .record({
    widths: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 4 }),
    classes: fc.integer({ min: 2, max: 3 }),
  })
  .chain(({ widths, classes }) => {
    const sizes = [...widths, classes];
    const layers = widths.map((width, l) => layer(`layer${l}`, width, sizes[l + 1]!, l + 1 < widths.length));
    return fc.record({
      layers: fc.tuple(...layers),
      skip: fc.option(floats(widths[0]! * classes, 2)),
      orders: fc.tuple(
        ...widths.slice(1).map((width) => fc.shuffledSubarray([...Array(width).keys()], { minLength: width })),
      ),
      keptFraction: fc.double({ min: 0.01, max: 1, noNaN: true }),
      features: floats(4 * widths[0]!, 3),
    });
  })
  .map(({ layers, skip, orders, keptFraction, features }) => {
    const network: Network = { layers, skip };
    const curves = orders.map((order, l) => ({
      name: layers[l]!.name,
      order: Int32Array.from(order),
      squaredNorm: 1,
      relativeSquaredError: new Float64Array(order.length + 1),
    }));
    return {
      network,
      mask: cutCurves(curves, { keptFraction }),
      features: features.slice(0, 4 * networkInputs(network)),
    };
  });
