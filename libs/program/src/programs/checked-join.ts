import { type BoundInput, type BoundRequest } from '../request.js';
import { type TensorBuilder } from '../tensor/builder.js';
import { type Tensor } from '../tensor/tensor.js';
import { type JoinLimb, columnOfLimb, limbBits, limbsOf, placesOf, sideOf, symmetricMatrix, tablesOf } from './join.js';
import { type CentredMoments, centred, sumBitsFor } from './moments.js';
import { ownEnd } from './quality.js';
import { type Feature, PRESENT } from './rows.js';

const OWN = 'left.present';

/**
 * The same as `joinedMoments`, of figures that are checked on shares: nothing that an owner adds up or multiplies is taken from it. Left figures are held against their range in
 * all left rows, right ones where rows match, which is all that there is of them on shares. Keys are not looked at: they are hashed where they are, and never shared.
 */
export function checkedMoments(builder: TensorBuilder, bound: BoundRequest, ofLeft: readonly Feature[], ofRight: readonly Feature[], integers: ReadonlySet<Feature>): CentredMoments {
  const { left, right, most } = tablesOf(bound);
  const key = bound.parameters.key!;
  const scale = sumBitsFor(most);
  const bits = limbBits(left);
  const fine = 2 * bits + 1;
  const limbs = { left: limbsOf('left', ofLeft, bits, integers), right: limbsOf('right', ofRight, bits, integers) };
  const asked = [{ name: OWN, side: 'left' as const, as: 'own' as const, column: PRESENT.column, fractionBits: 0, least: 0, most: 1 }, ...limbs.left.map(columnOfLimb), ...limbs.right.map(columnOfLimb)];
  const { match, columns: [own, ...columns] } = builder.join({ name: 'join', left: sideOf(left, key), right: sideOf(right, key), columns: asked.map((column) => ({ ...column, onShares: true as const })) });
  const ofSide = { left: columns.slice(0, limbs.left.length), right: columns.slice(limbs.left.length) };
  builder.requireWithin(own!, 0, 1, left.party);
  requireFigures(builder, left, own!, ofLeft, limbs.left, ofSide.left, fine);
  requireFigures(builder, right, match, ofRight, limbs.right, ofSide.right, fine);

  /** [limbs, bins] of integers, those of the left where rows match. */
  const integersOf = (side: 'left' | 'right'): Tensor => builder.concat(limbs[side].map(({ fractionBits }, i) => ofSide[side][i]!.shifted(-fractionBits).reshape([1, match.length])));
  const onLeft = integersOf('left');
  const rows = builder.concat([onLeft.times(match.reshape([1, match.length]).broadcast([...onLeft.shape]), { fractionBits: 0 }), integersOf('right')]);
  const products = rows.matmul(rows.transpose(), { fractionBits: 0 });
  const totals = rows.sum(1);
  const end = 1.01 * most;
  const added = (parts: readonly Tensor[]): Tensor => parts.slice(1).reduce((sum, part) => sum.plus(part), parts[0]!).within(-end, end);
  const places = [...ofLeft.map((_, f) => placesOf(limbs.left, f)), ...ofRight.map((_, f) => placesOf(limbs.right, f).map(([place, a]) => [limbs.left.length + place, a] as const))];
  const between = (f: number, g: number): Tensor => added(places[f]!.flatMap(([i, a]) => places[g]!.map(([j, b]) => products.slice(0, i, i + 1).slice(1, j, j + 1).reshape([1]).shifted(a + b).at(scale))));
  return centred({
    n: match.reshape([1, match.length]).sum(1).within(0, most), most, sums: builder.concat(places.map((of) => added(of.map(([i, a]) => totals.slice(0, i, i + 1).shifted(a).at(scale))))),
    // Half a unit of its last limb for either value of a product; then truncations.
    products: symmetricMatrix(builder, places.length, between), rounded: most * 2 ** -fine + 4 * 2 ** -scale,
  });
}

/**
 * Ends the session and names the owner unless figures lie in its ranges where `present` is 1, and are 0 where it is 0, and second limbs are what a first one leaves. Every limb
 * is held against its own ends as it was shared: what both are together is at a finer scale, where a first one that is not would wrap.
 */
function requireFigures(builder: TensorBuilder, input: BoundInput, present: Tensor, features: readonly Feature[], limbs: readonly JoinLimb[], columns: readonly Tensor[], fine: number): void {
  const rests = columns.filter((_, i) => limbs[i]!.limb?.index === 1);
  if (rests.length > 0) {
    const { most } = limbs.find(({ limb }) => limb?.index === 1)!;
    builder.requireWithin(builder.concat(rests), -most, most, input.party);
  }
  const apart = (values: Tensor, feature: Feature): Tensor[] => {
    const { fractionBits } = values;
    const at = (end: 'min' | 'max'): Tensor => present.times(builder.constant([ownEnd(input, feature, fractionBits, end)], { fractionBits }), { fractionBits });
    return [values.minus(at('min')), at('max').minus(values)];
  };
  const figures = features.map((feature, f) => ({ feature, own: placesOf(limbs, f).map(([place]) => columns[place]!) }));
  builder.requireWithin(builder.concat(figures.flatMap(({ feature, own: [first] }) => apart(first!, feature))), 0, 2, input.party);
  const whole = figures.flatMap(({ feature, own }) => (own.length === 1 ? [] : apart(own.map((limb) => limb.at(fine)).reduce((sum, limb) => sum.plus(limb)), feature)));
  if (whole.length > 0) builder.requireWithin(builder.concat(whole), 0, 2, input.party);
}
