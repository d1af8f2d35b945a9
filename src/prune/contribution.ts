/**
 * @file The criterion that looks at the function instead of the weights: units that move the next layer least go first.
 */

import type { Criterion } from "./criterion.js";

/**
 * Scores a unit by how much its removal moves the next layer: aᵢ·‖vᵢ‖, with aᵢ the unit's activity on data
 * (`unitActivity`: root mean square of what folding cannot stand in for) and vᵢ its outgoing weights. For one unit
 * this is the root mean square of the change of the next layer's pre-activations, up to that layer's scale.
 */
export const contribution: Criterion = {
  needsActivity: true,
  score: ({ layer, next, activity }) => {
    const squares = new Float64Array(layer.outputs);
    for (let o = 0, at = 0; o < next.outputs; o++) {
      for (let unit = 0; unit < layer.outputs; unit++, at++) squares[unit]! += next.weight[at]! ** 2;
    }
    return squares.map((square, unit) => activity![unit]! * Math.sqrt(square));
  },
};
