import { type Layer, operandsOf } from './network.js';

/** The same network with the greatest of a window taken before what lies below 0 is cut off, which then has fewer elements to do: relu does not change their order. */
export function reordered(layers: readonly Layer[], outputs: readonly string[]): Layer[] {
  const uses = (name: string): number => layers.reduce((sum, layer) => sum + operandsOf(layer).filter((each) => each === name).length, outputs.filter((each) => each === name).length);
  let result = [...layers];
  for (const layer of layers) {
    if (layer.op !== 'maxPool') continue;
    const before = result.find(({ out }) => out === layer.value);
    if (before?.op !== 'relu' || uses(before.out) !== 1) continue;
    const pooled: Layer = { ...layer, value: before.value, out: before.out };
    const cut: Layer = { ...before, value: before.out, out: layer.out };
    result = result.flatMap((each) => (each === before ? [] : each === layer ? [pooled, cut] : [each]));
  }
  return result;
}
