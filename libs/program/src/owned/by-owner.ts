import { PlanError } from '../errors.js';
import { type Plan, type PlanStep, isRequirement } from '../plan.js';
import { type TensorType, lengthOf } from '../tensor/operator.js';
import { isElementwise, onOthers, operandsOf } from '../tensor/operands.js';
import { type ValueStep, operatorOf } from '../tensor/operators/index.js';
import { sendsNothing } from './messages.js';
import { type Owner, firstOwners, together } from './owners.js';

/**
 * Steps on rows of several owners, done by owner. Most steps on tables that stand one below the other give the same, bit for bit, when they are taken on each table:
 * elementwise ones, those along another axis, and sums over the rows, those of products of matrices too, which are truncated once they are added up. A value keeps
 * its name: it is put together of its pieces where that saves messages, and made as before where it does not. What nobody reads in the end is left out later.
 */
export interface ByOwner {
  readonly steps: readonly PlanStep[];
  /** By name, those of pieces too. */
  readonly types: ReadonlyMap<string, TensorType>;
  readonly owners: ReadonlyMap<string, Owner>;
}

/** `types` are those of `checkPlan`. */
export function byOwner(plan: Plan, types: ReadonlyMap<string, TensorType>): ByOwner {
  const writer = new Writer(types, firstOwners(plan));
  for (const step of plan.steps) writer.write(step);
  return writer;
}

/** A value cut along one axis, each piece of one owner. */
interface Pieces {
  readonly axis: number;
  readonly names: readonly string[];
  /** Whether anything was done for them that takes a message on shares. */
  readonly saves: boolean;
}

type Step<Op extends ValueStep['op']> = Extract<ValueStep, { op: Op }>;
/** Of piece i of the result, from the step on the pieces of its operands; `size` is that of the operand's piece along its axis. */
type Change = (step: ValueStep, size: number) => ValueStep;

class Writer implements ByOwner {
  readonly steps: PlanStep[] = [];
  readonly types: Map<string, TensorType>;
  readonly #pieces = new Map<string, Pieces>();

  constructor(types: ReadonlyMap<string, TensorType>, readonly owners: Map<string, Owner>) {
    this.types = new Map(types);
  }

  write(step: PlanStep): void {
    if (isRequirement(step)) return void this.steps.push(step);
    if (this.#ownerOf(step) !== 'secret') return void this.#add(step);
    if (step.op === 'sum' && this.#sum(step)) return;
    if (step.op === 'matmul' && this.#innerProduct(step)) return;
    if (step.op === 'slice' && this.#sliceOfOne(step)) return;
    const pieces = this.#piecesOf(step);
    if (pieces) this.#pieces.set(step.out, pieces);
    this.#add(pieces?.saves ? { op: 'concat', out: step.out, values: pieces.names, axis: pieces.axis } : step);
  }

  readonly #typeOf = (name: string): TensorType => this.types.get(name)!;
  readonly #shapeOf = (name: string): readonly number[] => this.#typeOf(name).shape;
  readonly #ownerOf = (step: ValueStep): Owner => together(operandsOf(step).map((name) => this.owners.get(name)!));

  #add(step: ValueStep): string {
    // What has a type already has it from all of its elements.
    if (!this.types.has(step.out)) this.types.set(step.out, operatorOf(step).infer(step, this.#typeOf));
    this.owners.set(step.out, this.#ownerOf(step));
    this.steps.push(step);
    return step.out;
  }

  #sizes({ names, axis }: Pieces): number[] {
    return names.map((name) => this.#shapeOf(name)[axis]!);
  }

  #piecesOf(step: ValueStep): Pieces | undefined {
    if (step.op === 'concat') return this.#concatenated(step);
    const lead = operandsOf(step).map((name) => this.#pieces.get(name)).find((each) => each !== undefined);
    if (!lead) return undefined;
    const { axis } = lead;
    const { length: rank } = this.#shapeOf(lead.names[0]!);
    switch (step.op) {
      case 'reshape': return this.#reshaped(step, lead);
      case 'transpose': return this.#each(step, lead, step.axes.indexOf(axis));
      case 'slice': return step.axis === axis ? undefined : this.#each(step, lead, axis);
      case 'broadcast': {
        const along = axis + step.shape.length - rank;
        return this.#each(step, lead, along, (each, size) => ({ ...(each as typeof step), shape: step.shape.with(along, size) }));
      }
      case 'windows': return axis < rank - step.axes.length ? this.#each(step, lead, axis) : undefined;
      case 'sum': case 'max': case 'min': case 'argmax': return step.axis === axis ? undefined : this.#each(step, lead, axis - (step.axis < axis ? 1 : 0));
      case 'sort': case 'softmax': case 'median': return axis === rank - 1 ? undefined : this.#each(step, lead, axis);
      case 'matmul': return this.#pieces.has(step.left) !== this.#pieces.has(step.right) && this.#pieces.has(step.left) === (axis === 0) ? this.#each(step, lead, axis) : undefined;
      default: return isElementwise(step) ? this.#each(step, lead, axis) : undefined;
    }
  }

  /** The step on each piece, cut along `axis`; nothing where operands are cut differently, or pieces that meet are not of one owner. */
  #each(step: ValueStep, lead: Pieces, axis: number, change: Change = (each) => each): Pieces | undefined {
    const sizes = this.#sizes(lead);
    const operands = new Map<string, readonly string[]>();
    for (const name of operandsOf(step)) {
      const parts = operands.get(name) ?? this.#partsOf(name, step, lead, sizes);
      if (!parts) return undefined;
      operands.set(name, parts);
    }
    const made = sizes.map((size, i) => change(onOthers(step, `${step.out}#${i}`, (name) => operands.get(name)![i]!), size));
    const [shapes, whole] = [made.map((each) => this.#shapeOfMade(each) ?? []), this.#shapeOf(step.out)];
    const fits = shapes.every((shape) => shape.length === whole.length && shape.every((size, along) => along === axis || size === whole[along]));
    if (!fits || shapes.reduce((sum, shape) => sum + shape[axis]!, 0) !== whole[axis] || made.some((each) => typeof this.#ownerOf(each) !== 'number')) return undefined;
    return { axis, names: made.map((each) => this.#add(each)), saves: lead.saves || made.some((each) => !sendsNothing(each, this.#typeOf)) };
  }

  /** Undefined where the step has no meaning on a piece: one may lie nowhere near what is stated of the whole. */
  #shapeOfMade(step: ValueStep): readonly number[] | undefined {
    try {
      return operatorOf(step).infer(step, this.#typeOf).shape;
    } catch (error) {
      if (error instanceof PlanError) return undefined;
      throw error;
    }
  }

  /** What stands for an operand in the step on each piece: its own pieces, or what everybody knows, as far as it meets them. */
  #partsOf(name: string, step: ValueStep, lead: Pieces, sizes: readonly number[]): readonly string[] | undefined {
    const own = this.#pieces.get(name);
    if (own) return own.axis === lead.axis && this.#sizes(own).join() === sizes.join() ? own.names : undefined;
    if (this.owners.get(name) !== 'public') return undefined;
    if (step.op === 'matmul' || lengthOf(this.#shapeOf(name)) === 1) return sizes.map(() => name);
    return sizes.map((size, i) => {
      const from = sizes.slice(0, i).reduce((sum, each) => sum + each, 0);
      return this.#add({ op: 'slice', out: `${step.out}#${i}.${name}`, value: name, axis: lead.axis, from, to: from + size });
    });
  }

  /** Tables one below the other; or, of columns that stand beside each other, piece by piece. */
  #concatenated(step: Step<'concat'>): Pieces | undefined {
    const all = step.values.map((name) => this.#pieces.get(name));
    const [lead] = all;
    if (lead && lead.axis !== step.axis) return this.#each(step, lead, lead.axis);
    const names = step.values.flatMap((name, i) => (all[i]?.axis === step.axis ? all[i].names : [name]));
    return names.every((name) => typeof this.owners.get(name) === 'number') ? { axis: step.axis, names, saves: all.some((each) => each?.saves) } : undefined;
  }

  /** Where pieces lie one after the other, before and after. */
  #reshaped(step: Step<'reshape'>, lead: Pieces): Pieces | undefined {
    const axis = step.shape.findIndex((size) => size !== 1);
    if (axis < 0 || lengthOf(this.#shapeOf(step.value).slice(0, lead.axis)) !== 1) return undefined;
    const width = lengthOf(step.shape.slice(axis + 1));
    const lengths = lead.names.map((name) => lengthOf(this.#shapeOf(name)) / width);
    if (!lengths.every(Number.isInteger)) return undefined;
    const shapes = lengths.values();
    return this.#each(step, lead, axis, (each) => ({ ...(each as typeof step), shape: step.shape.with(axis, shapes.next().value!) }));
  }

  /** Over the rows: owners add up their own. */
  #sum(step: Step<'sum'>): boolean {
    const pieces = this.#pieces.get(step.value);
    if (pieces?.axis !== step.axis) return false;
    this.#add({ op: 'add', out: step.out, terms: pieces.names.map((name, i) => this.#add({ ...step, out: `${step.out}#${i}`, value: name })) });
    return true;
  }

  /** Columns of the left by rows of the right, which one owner has both of: sums of products, and then truncated. */
  #innerProduct(step: Step<'matmul'>): boolean {
    const [left, right] = [this.#pieces.get(step.left), this.#pieces.get(step.right)];
    if (left?.axis !== 1 || right?.axis !== 0 || this.#sizes(left).join() !== this.#sizes(right).join() || step.bound || step.near) return false;
    if (left.names.some((name, i) => this.owners.get(name) !== this.owners.get(right.names[i]!))) return false;
    const fractionBits = this.#typeOf(step.left).fractionBits + this.#typeOf(step.right).fractionBits;
    const products = left.names.map((name, i) => this.#add({ op: 'matmul', out: `${step.out}#${i}`, left: name, right: right.names[i]!, fractionBits }));
    const total = this.#add({ op: 'add', out: `${step.out}#`, terms: products });
    this.#add({ op: 'rescale', out: step.out, value: total, fractionBits: step.fractionBits });
    return true;
  }

  /** Rows of one owner alone. */
  #sliceOfOne(step: Step<'slice'>): boolean {
    const pieces = this.#pieces.get(step.value);
    if (pieces?.axis !== step.axis) return false;
    let before = 0;
    for (const name of pieces.names) {
      const size = this.#shapeOf(name)[step.axis]!;
      if (step.from >= before && step.to <= before + size) {
        this.#add({ ...step, value: name, from: step.from - before, to: step.to - before });
        return true;
      }
      before += size;
    }
    return false;
  }
}
