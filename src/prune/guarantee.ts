/**
 * @file Which predictions removal cannot have changed: a bound from weights and norms alone, against each margin.
 *
 * Removing unit i replaces its activation φ(s⟨wᵢ, h⟩ + bᵢ) by φ(bᵢ). With φ Lipschitz of constant L that moves it by at
 * most L·s·|⟨wᵢ, h⟩|; a kept unit moves by at most L·s·|⟨wᵢ, Δh⟩|, with Δh what the layer before has moved. The bound
 * follows both through the layers and compares the move of each pair of logits with the margin between them.
 */

import { ShapeError } from "../errors.js";
import type { Activation, DenseLayer, Network } from "../model/network.js";
import { networkInputs, networkOutputs } from "../model/network.js";
import { predictedClass } from "../model/score.js";
import { unitConstants } from "./activity.js";
import type { LayerMask, PruneMask } from "./mask.js";
import { checkMask, removedUnits } from "./mask.js";
import { squaredColumnNorms } from "./norm.js";
import { spectralNormBound } from "./spectralNorm.js";

const lipschitz: Record<Activation, number> = { relu: 1, tanh: 1, sigmoid: 0.25, identity: 1 };

/** The share of the logits' size set aside for their float32 rounding, which the bound itself does not see. */
const rounding = 1e-5;

/** How far one layer can move, per unit of the norm before it. */
interface LayerGain {
  /** ‖Δ of the removed units‖ ≤ removed · ‖h‖. */
  readonly removed: number;
  /** ‖Δ of the kept units‖ ≤ kept · ‖Δh‖. */
  readonly kept: number;
  /** ‖φ(b)‖: the layer's activation is at most this + √(removed² + kept²)·‖h‖. */
  readonly constant: number;
  /** A bound of the activation that holds for every input: √units for tanh and sigmoid. */
  readonly ceiling: number;
}

/** |Δ(f_y − f_c)| ≤ removed[y, c] · ‖h‖ + kept[y, c] · ‖Δh‖, with h the input of the last hidden layer. */
interface PairGain {
  readonly removed: Float64Array;
  readonly kept: Float64Array;
}

/**
 * Marks the points whose predicted class is certainly the same after pruning: every margin f_y − f_c of the network
 * before exceeds a bound of how far removal can move it. Points with equal logits are never marked.
 *
 * For one hidden layer the bound is ‖x‖ times the smaller of S·L·s·Σ |a_yi − a_ci|·‖wᵢ‖ over the removed units i and
 * S·L·s·‖a_y − a_c‖·‖W_removed‖₂, with a, S the output layer's rows and scale. It holds for any depth and for short
 * cuts, and for any input of that norm and margin; it does not hold for a refitted output layer, for which no useful
 * bound is known: report only the share that did not change.
 * @param network the network before pruning
 * @param mask what was removed, by `compactNetwork` or `maskNetwork`
 * @param features [rows, inputs]
 * @param logits [rows, classes] of the network before pruning; 10⁻⁵ of their size is allowed for rounding
 * @returns [rows], 1 where the prediction cannot have changed, else 0
 * @throws ShapeError where the arrays do not fit.
 */
export function guaranteedPoints(
  network: Network,
  mask: PruneMask,
  features: ArrayLike<number>,
  logits: ArrayLike<number>,
): Uint8Array {
  checkMask(network, mask);
  const inputs = networkInputs(network);
  const classes = networkOutputs(network);
  const rows = features.length / inputs;
  if (logits.length !== rows * classes) {
    throw new ShapeError({ where: "logits", expected: `[${rows}, ${classes}]`, got: `${logits.length} values` });
  }
  const hidden = network.layers.slice(0, -1);
  const gains = hidden.map((layer, l) => layerGain(layer, mask.layers[l]!, hidden.length === 1));
  const pairs = pairGain(hidden.at(-1)!, mask.layers.at(-1)!, network.layers.at(-1)!, gains.at(-1)!);
  const points = new Uint8Array(rows);
  for (let r = 0; r < rows; r++) {
    let squares = 0;
    for (let i = 0; i < inputs; i++) squares += features[r * inputs + i]! ** 2;
    let size = Math.sqrt(squares);
    let moved = 0;
    for (const { removed, kept, constant, ceiling } of gains.slice(0, -1)) {
      moved = Math.hypot(removed * size, kept * moved);
      size = Math.min(ceiling, constant + Math.hypot(removed, kept) * size);
    }
    points[r] = certain(logits, r, classes, pairs, size, moved) ? 1 : 0;
  }
  return points;
}

/** The share of marked points, see `guaranteedPoints`, in [0, 1]. */
export function guaranteedShare(...args: Parameters<typeof guaranteedPoints>): number {
  const points = guaranteedPoints(...args);
  return points.reduce((sum, point) => sum + point, 0) / points.length;
}

/**
 * The share of points whose predicted class is the same before and after.
 * @param before [rows, classes], logits
 * @param after [rows, classes], logits
 * @param classes the number of classes
 * @returns a fraction in [0, 1]; of equal logits the first wins, as in the accuracy
 */
export function unchangedShare(before: ArrayLike<number>, after: ArrayLike<number>, classes: number): number {
  const rows = before.length / classes;
  let same = 0;
  for (let r = 0; r < rows; r++) {
    if (predictedClass(before, r, classes) === predictedClass(after, r, classes)) same++;
  }
  return same / rows;
}

function certain(
  logits: ArrayLike<number>,
  row: number,
  classes: number,
  { removed, kept }: PairGain,
  size: number,
  moved: number,
): boolean {
  const at = row * classes;
  const y = predictedClass(logits, row, classes);
  for (let c = 0; c < classes; c++) {
    if (c === y) continue;
    const bound = removed[y * classes + c]! * size + kept[y * classes + c]! * moved;
    const slack = rounding * (Math.abs(logits[at + y]!) + Math.abs(logits[at + c]!));
    // Written so that a logit that is not a number is never certain.
    if (!(logits[at + y]! - logits[at + c]! > bound + slack)) return false;
  }
  return true;
}

/** The kept units move only where a layer before has moved, so the only hidden layer needs no bound for them. */
function layerGain(layer: DenseLayer, mask: LayerMask, only: boolean): LayerGain {
  const gain = lipschitz[layer.activation] * Math.abs(layer.scale);
  const bounded = layer.activation === "tanh" || layer.activation === "sigmoid";
  return {
    removed: gain * spectralNormBound(layer.weight, layer.inputs, removedUnits(mask)),
    kept: only ? 0 : gain * spectralNormBound(layer.weight, layer.inputs, mask.kept),
    constant: Math.sqrt(unitConstants(layer).reduce((sum, value) => sum + value * value, 0)),
    ceiling: bounded ? Math.sqrt(layer.outputs) : Infinity,
  };
}

function pairGain(layer: DenseLayer, mask: LayerMask, output: DenseLayer, gain: LayerGain): PairGain {
  const unitGain = lipschitz[layer.activation] * Math.abs(layer.scale);
  const unitGains = squaredColumnNorms(layer).map((square) => unitGain * Math.sqrt(square));
  const bounds = (units: Int32Array, together: number): Float64Array => {
    const classes = output.outputs;
    const pairs = new Float64Array(classes * classes);
    for (let y = 0; y < classes; y++) {
      for (let c = 0; c < classes; c++) {
        let oneByOne = 0;
        let squares = 0;
        for (const unit of units) {
          const a = output.weight[y * output.inputs + unit]! - output.weight[c * output.inputs + unit]!;
          oneByOne += Math.abs(a) * unitGains[unit]!;
          squares += a * a;
        }
        pairs[y * classes + c] = Math.abs(output.scale) * Math.min(oneByOne, Math.sqrt(squares) * together);
      }
    }
    return pairs;
  };
  return { removed: bounds(removedUnits(mask), gain.removed), kept: bounds(mask.kept, gain.kept) };
}
