import { type Model, type Plan, type RealTensor, type SuiteName, TensorBuilder, checkPlan, evaluateLocal, writeNetwork } from '#program';

export interface NetworkPlanOptions {
  readonly suite: SuiteName;
  readonly parties: number;
  /** By the names of the network. */
  readonly inputs: ReadonlyMap<string, RealTensor>;
  readonly fractionBits?: number;
  readonly weightBits?: number;
}

export interface NetworkPlan {
  readonly plan: Plan;
  /** The elements that each party shares, by input. */
  readonly elements: ReadonlyMap<string, readonly bigint[]>;
}

/** The plan of a network whose input party 0 holds, and whose weights party 1, which opens all outputs to party 0. All of it is computed on shares. */
export function networkPlan({ network, weights }: Model, { suite, parties, inputs, fractionBits = 16, weightBits = 16 }: NetworkPlanOptions): NetworkPlan {
  const builder = new TensorBuilder({ fractionBits });
  const rows = network.inputs.map(({ name, shape }) => (shape[0] === 'rows' ? inputs.get(name)!.shape[0]! : 1)).reduce((a, b) => Math.max(a, b), 1);
  const outputs = writeNetwork(builder, network, {
    rows, fractionBits, weightBits,
    input: ({ name }, shape) => {
      const { elements } = inputs.get(name)!;
      return builder.input({ name, shape, party: 0, dataset: 'Rows', onShares: true, source: { of: 'weight', column: name }, fractionBits, least: elements.reduce((a, b) => Math.min(a, b)), most: elements.reduce((a, b) => Math.max(a, b)) });
    },
    weight: ({ name, shape, exponent }, bits) =>
      builder.input({ name: `${name}.${bits}`, shape: shape.length === 0 ? [1] : shape, party: 1, dataset: 'Model', onShares: true, source: { of: 'weight', column: name }, fractionBits: bits, least: -(2 ** exponent), most: 2 ** exponent }),
  });
  for (const [name, tensor] of outputs) builder.output(name, tensor);
  const plan: Plan = { v: 1, program: { name: 'Spec', digest: '' }, suite, parties: Array.from({ length: parties }, (_, i) => `Bank ${i}`), receivers: ['Bank 0'], ...builder.body() };
  checkPlan(plan);
  const columns = Object.fromEntries([...weights, ...inputs].map(([name, { elements }]) => [name, elements]));
  const shared = (name: string): readonly bigint[] => {
    const input = plan.inputs.find((each) => each.name === name)!;
    return 'dataset' in input ? Array.from(evaluateLocal(input, { rows: 1, columns }), (word) => BigInt.asIntN(64, word)) : [];
  };
  return { plan, elements: new Map(plan.inputs.map(({ name }) => [name, shared(name)])) };
}
