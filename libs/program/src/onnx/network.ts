/**
 * A network without its weights: what of an ONNX model is public. It is plain data, so that it can be registered, signed and hashed: reals are
 * decimal text, and everything that the weights' owner can compute alone (batch normalisation, factors, transposed weights) is done already.
 */
export interface Network {
  readonly v: 1;
  readonly inputs: readonly NetworkInput[];
  readonly weights: readonly Weight[];
  /** In an order in which each comes after what it reads. */
  readonly layers: readonly Layer[];
  readonly outputs: readonly NetworkOutput[];
}

/** `rows` is the number of rows of a batch, which may come first. */
export type Size = number | 'rows';

export interface NetworkInput {
  readonly name: string;
  /** As the file names it. */
  readonly label: string;
  readonly shape: readonly Size[];
}

/** A tensor of the model's owner. Its elements are secret. */
export interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  /** The least e with |element| < 2^e for every element; −40 where all are smaller than that. Public, so that scales can be chosen. */
  readonly exponent: number;
  /**
   * Of what a product of matrices or a convolution multiplies by: the least e with Σ |element| < 2^e for the elements of every single result, so that one is below
   * 2^e times the greatest factor. Public too: it tells how much of a word a result needs.
   */
  readonly gain?: number;
}

export interface NetworkOutput {
  readonly name: string;
  /** What of the layers, inputs or weights it is. */
  readonly value: string;
}

/** Of the last axes of a value [rows, channels, ...]. */
export interface Windows {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding:
    /** In front of every axis, then behind every axis. */
    | { readonly before: readonly number[]; readonly after: readonly number[] }
    /** So much that there are ⌈size / stride⌉ windows; what is odd of it comes behind (`upper`) or in front (`lower`). */
    | { readonly same: 'upper' | 'lower' };
  /** Whether a window that begins within the value, or its padding in front, may end outside. */
  readonly ceil: boolean;
}

/** `node` is the operator and the name that the file has for it, for messages. */
interface LayerBase {
  readonly node: string;
  readonly out: string;
}

export type Layer = LayerBase & LayerOperation;

export type LayerOperation =
  /** Products of the last two axes; those before are broadcast. */
  | { readonly op: 'matmul'; readonly left: string; readonly right: string }
  /** Value [rows, channels, ...], filters [maps, channels / groups, ...kernel], bias [maps]. */
  | { readonly op: 'conv'; readonly value: string; readonly filters: string; readonly bias?: string; readonly windows: Windows; readonly groups: number }
  /** Element by element, broadcast as in numpy. */
  | { readonly op: 'add' | 'subtract' | 'multiply' | 'divide'; readonly left: string; readonly right: string }
  /** By a public number. */
  | { readonly op: 'scale'; readonly value: string; readonly factor: string }
  | { readonly op: 'relu' | 'sigmoid' | 'tanh'; readonly value: string }
  | { readonly op: 'leakyRelu'; readonly value: string; readonly slope: string }
  | { readonly op: 'clip'; readonly value: string; readonly min?: string; readonly max?: string }
  | { readonly op: 'maxPool'; readonly value: string; readonly windows: Windows }
  /** The mean of what of a window lies in the value, or in its padding too. */
  | { readonly op: 'averagePool'; readonly value: string; readonly windows: Windows; readonly countPadding: boolean }
  | { readonly op: 'sum' | 'mean'; readonly value: string; readonly axes: readonly number[] | 'all' | 'spatial'; readonly keep: boolean }
  /** −1 is what is left, 0 the size that is there, or none (`zero`). */
  | { readonly op: 'reshape'; readonly value: string; readonly shape: readonly number[]; readonly zero: 'kept' | 'none' }
  /** To two axes, of which the second begins with `axis`. */
  | { readonly op: 'flatten'; readonly value: string; readonly axis: number }
  /** Absent: the axes in reverse. */
  | { readonly op: 'transpose'; readonly value: string; readonly axes?: readonly number[] }
  | { readonly op: 'concat'; readonly values: readonly string[]; readonly axis: number }
  /** Along one axis, or along this axis and all after it together. */
  | { readonly op: 'softmax'; readonly value: string; readonly axis: number; readonly through: boolean }
  /** The first index of the greatest. */
  | { readonly op: 'argmax'; readonly value: string; readonly axis: number; readonly keep: boolean }
  | { readonly op: 'pad'; readonly value: string; readonly before: readonly number[]; readonly after: readonly number[]; readonly fill: string };

/** What a layer reads. */
export function operandsOf(layer: LayerOperation): readonly string[] {
  switch (layer.op) {
    case 'matmul': case 'add': case 'subtract': case 'multiply': case 'divide': return [layer.left, layer.right];
    case 'conv': return [layer.value, layer.filters, ...(layer.bias === undefined ? [] : [layer.bias])];
    case 'concat': return layer.values;
    default: return [layer.value];
  }
}
