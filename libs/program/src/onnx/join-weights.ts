import { broadcastShape, lengthOf } from '../tensor/operator.js';
import { type Layer, type LayerOperation, operandsOf } from './network.js';
import { type RealTensor, broadcastTo } from './tensor.js';

interface Parts {
  readonly layers: readonly Layer[];
  readonly weights: ReadonlyMap<string, RealTensor>;
  readonly outputs: readonly string[];
}

type Of<Op extends LayerOperation['op']> = Layer & Extract<LayerOperation, { op: Op }>;

/**
 * The same network with fewer layers: factors and offsets that meet a product of weights join its weights and its bias, which their owner computes. Layers
 * and weights that no output depends on are left out.
 */
export function joinWeights({ layers, weights, outputs }: Parts): { layers: Layer[]; weights: Map<string, RealTensor> } {
  const joining = new Joining(layers, weights, outputs);
  let joined = true;
  while (joined) joined = joining.step();
  return joining.used();
}

class Joining {
  #layers: Layer[];
  readonly #weights: Map<string, RealTensor>;

  constructor(layers: readonly Layer[], weights: ReadonlyMap<string, RealTensor>, readonly outputs: readonly string[]) {
    this.#layers = [...layers];
    this.#weights = new Map(weights);
  }

  /** Joins one pair of layers; false where there is none. */
  step(): boolean {
    return this.#layers.some((layer, at) => {
      if (layer.op !== 'add' && layer.op !== 'multiply') return false;
      const [value, weight] = this.#weights.has(layer.left) ? [layer.right, layer.left] : [layer.left, layer.right];
      const tensor = this.#weights.get(weight);
      const before = this.#layers.find(({ out }) => out === value);
      if (!tensor || !before || this.#uses(value) !== 1) return false;
      const joined = this.#joined(before, layer.op, layer.out, tensor);
      if (!joined) return false;
      this.#layers = this.#layers.flatMap((each, i) => (each === before ? [] : i === at ? joined.map((made) => ({ ...made, node: before.node })) : [each]));
      return true;
    });
  }

  #joined(before: Layer, op: 'add' | 'multiply', out: string, tensor: RealTensor): Layer[] | undefined {
    if (before.op === 'conv') return this.#joinedConv(before, op, out, tensor);
    if (before.op === 'matmul' && op === 'multiply') {
      const filters = this.#weights.get(before.right);
      const shape = filters && broadcastShape(filters.shape, tensor.shape);
      // Only along the columns, and not so that the product gets another shape.
      if (!filters || filters.shape.length !== 2 || shape?.join() !== filters.shape.join() || lengthOf(tensor.shape) !== (tensor.shape.at(-1) ?? 1)) return undefined;
      return [{ ...before, out, right: this.#combined(before.right, tensor, (x, y) => x * y, shape) }];
    }
    if (before.op !== 'add') return undefined;
    const [value, bias] = this.#weights.has(before.left) ? [before.right, before.left] : [before.left, before.right];
    const known = this.#weights.get(bias);
    const shape = known && broadcastShape(known.shape, tensor.shape);
    if (!known || !shape) return undefined;
    if (op === 'add') return [{ ...before, out, left: value, right: this.#combined(bias, tensor, (x, y) => x + y, shape) }];
    const weight = this.#named(tensor);
    return [
      { node: before.node, op: 'multiply', out: before.out, left: value, right: weight },
      { node: before.node, op: 'add', out, left: before.out, right: this.#combined(bias, tensor, (x, y) => x * y, shape) },
    ];
  }

  /** A factor or an offset for every map. */
  #joinedConv(before: Of<'conv'>, op: 'add' | 'multiply', out: string, tensor: RealTensor): Layer[] | undefined {
    const filters = this.#weights.get(before.filters);
    const bias = before.bias === undefined ? undefined : this.#weights.get(before.bias);
    if (!filters || (before.bias !== undefined && !bias)) return undefined;
    const maps = filters.shape[0]!;
    const places = filters.shape.length - 2;
    const perMap = [1, maps, ...Array.from({ length: places }, () => 1)];
    if (tensor.shape.length > perMap.length || broadcastShape(tensor.shape, perMap)?.join() !== perMap.join()) return undefined;
    const own = { shape: [maps], elements: broadcastTo(tensor, perMap).elements };
    const zeros = { shape: [maps], elements: new Float64Array(maps) };
    if (op === 'add') return [{ ...before, out, bias: this.#named(sumOf(bias ?? zeros, own)) }];
    const width = filters.elements.length / maps;
    const scaled = { shape: filters.shape, elements: filters.elements.map((x, i) => x * own.elements[Math.floor(i / width)]!) };
    return [{ ...before, out, filters: this.#named(scaled), ...(bias && { bias: this.#named({ shape: [maps], elements: bias.elements.map((x, i) => x * own.elements[i]!) }) }) }];
  }

  #combined(name: string, tensor: RealTensor, of: (x: number, y: number) => number, shape: readonly number[]): string {
    const [left, right] = [broadcastTo(this.#weights.get(name)!, shape).elements, broadcastTo(tensor, shape).elements];
    return this.#named({ shape, elements: left.map((x, i) => of(x, right[i]!)) });
  }

  #named(tensor: RealTensor): string {
    const name = `w${this.#weights.size}`;
    this.#weights.set(name, tensor);
    return name;
  }

  #uses(name: string): number {
    return this.#layers.reduce((sum, layer) => sum + operandsOf(layer).filter((each) => each === name).length, this.outputs.filter((each) => each === name).length);
  }

  used(): { layers: Layer[]; weights: Map<string, RealTensor> } {
    const wanted = new Set(this.outputs);
    const layers = this.#layers.toReversed().filter((layer) => {
      if (!wanted.has(layer.out)) return false;
      for (const operand of operandsOf(layer)) wanted.add(operand);
      return true;
    }).toReversed();
    return { layers, weights: new Map([...this.#weights].filter(([name]) => wanted.has(name))) };
  }
}

const sumOf = (left: RealTensor, right: RealTensor): RealTensor => ({ shape: left.shape, elements: left.elements.map((x, i) => x + right.elements[i]!) });
