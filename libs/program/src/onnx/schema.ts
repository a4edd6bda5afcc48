import { z } from 'zod';
import { type Layer, type Network } from './network.js';

/** A network as it is registered: strict, and bounded in size before anything is computed from it. */

const Reference = z.string().regex(/^[vwx][0-9]{1,5}$/);
const Label = z.string().min(1).max(200).regex(/^[\x20-\x7e]*$/);
/** A real number that `Number` reads exactly. */
const Real = z.string().max(40).regex(/^-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]{1,3})?$/);
const Count = z.int().min(0).max(2 ** 24);
const Sizes = z.array(Count).max(8);
const Axis = z.int().min(-8).max(8);
const Exponent = z.int().min(-64).max(64);

const Windows = z.strictObject({
  kernel: Sizes, strides: Sizes, dilations: Sizes,
  padding: z.union([z.strictObject({ before: Sizes, after: Sizes }), z.strictObject({ same: z.enum(['upper', 'lower']) })]),
  ceil: z.boolean(),
});

const layer = { node: Label, out: Reference };
const unary = { ...layer, value: Reference };
const binary = { ...layer, left: Reference, right: Reference };

const LayerSchema = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('conv'), ...unary, filters: Reference, bias: Reference.optional(), windows: Windows, groups: z.int().min(1).max(2 ** 16) }),
  ...(['matmul', 'add', 'subtract', 'multiply', 'divide'] as const).map((op) => z.strictObject({ op: z.literal(op), ...binary })),
  ...(['relu', 'sigmoid', 'tanh'] as const).map((op) => z.strictObject({ op: z.literal(op), ...unary })),
  z.strictObject({ op: z.literal('scale'), ...unary, factor: Real }),
  z.strictObject({ op: z.literal('leakyRelu'), ...unary, slope: Real }),
  z.strictObject({ op: z.literal('clip'), ...unary, min: Real.optional(), max: Real.optional() }),
  z.strictObject({ op: z.literal('maxPool'), ...unary, windows: Windows }),
  z.strictObject({ op: z.literal('averagePool'), ...unary, windows: Windows, countPadding: z.boolean() }),
  ...(['sum', 'mean'] as const).map((op) => z.strictObject({ op: z.literal(op), ...unary, axes: z.union([z.array(Axis).max(8), z.enum(['all', 'spatial'])]), keep: z.boolean() })),
  z.strictObject({ op: z.literal('reshape'), ...unary, shape: z.array(z.int().min(-1).max(2 ** 24)).max(8), zero: z.enum(['kept', 'none']) }),
  z.strictObject({ op: z.literal('flatten'), ...unary, axis: Axis }),
  z.strictObject({ op: z.literal('transpose'), ...unary, axes: Sizes.optional() }),
  z.strictObject({ op: z.literal('concat'), ...layer, values: z.array(Reference).min(1).max(256), axis: Axis }),
  z.strictObject({ op: z.literal('softmax'), ...unary, axis: Axis, through: z.boolean() }),
  z.strictObject({ op: z.literal('argmax'), ...unary, axis: Axis, keep: z.boolean() }),
  z.strictObject({ op: z.literal('pad'), ...unary, before: Sizes, after: Sizes, fill: Real }),
]);

/** What a model's owner registers of it. */
export const NetworkSchema: z.ZodType<Network> = z.strictObject({
  v: z.literal(1),
  inputs: z.array(z.strictObject({ name: Reference, label: Label, shape: z.array(z.union([Count, z.literal('rows')])).max(8) })).min(1).max(16),
  weights: z.array(z.strictObject({ name: Reference, shape: Sizes, exponent: Exponent, gain: Exponent.optional() })).max(4096),
  layers: z.array(LayerSchema as z.ZodType<Layer>).max(4096),
  outputs: z.array(z.strictObject({ name: Label, value: Reference })).min(1).max(16),
});
