import { type OnnxBackendTest, onnxBackendTests, withData } from '#testing';
import { importOnnx, ONNX_OPERATORS, PlanError, runNetwork } from '../index.js';

/** |computed − expected| at most 10^−7 + 10^−3 · |expected|, as in ONNX's own runner. */
const [ABSOLUTE, RELATIVE] = [1e-7, 1e-3];

/** Runs the test with its first input as the private one, and the others as weights. */
function run(test: OnnxBackendTest): void {
  const [first, ...others] = test.inputs();
  const { network, weights } = importOnnx(test.model, { given: new Map(others.map(({ name, elements }) => [name, elements])) });
  const outputs = runNetwork(network, weights, new Map([[network.inputs[0]!.name, first!.elements]]));
  const [computed, expected] = [[...outputs.values()][0]!, test.output()];
  expect(computed.shape).toEqual(expected.shape);
  expected.elements.forEach((x, i) => expect(Math.abs(computed.elements[i]! - x)).toBeLessThanOrEqual(ABSOLUTE + RELATIVE * Math.abs(x)));
}

/** Why a test is not run, in one line. */
function reasonOf(test: OnnxBackendTest): string | undefined {
  try {
    const [, ...others] = test.inputs();
    importOnnx(test.model, { given: new Map(others.map(({ name, elements }) => [name, elements])) });
    return undefined;
  } catch (error) {
    if (error instanceof PlanError) return `${error.code} ${error.message}`;
    throw error;
  }
}

const tests = onnxBackendTests();
const present = tests.length > 0;
(present ? describe : describe.skip)(withData('backend tests of ONNX, in the clear', 'onnx-backend-tests/SOURCE.md'), () => {
  const skipped = new Map(tests.map((test) => [test.name, reasonOf(test)] as const).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const ran = tests.filter(({ name }) => !skipped.has(name));

  it.each(ran.map((test) => [test.name, test] as const))('%s', (_, test) => run(test));

  it('are skipped for these reasons alone', () => {
    const ofOthers = (test: OnnxBackendTest): boolean => test.operators.some((op) => !ONNX_OPERATORS.includes(op));
    // Tests of operators that are not on the list are named by their operators; the rest in full.
    const others = tests.filter(({ name }) => skipped.has(name)).filter(ofOthers);
    for (const test of others) expect(skipped.get(test.name)).toMatch(/^CS065[25] /);
    expect([...new Set(others.flatMap(({ operators }) => operators.filter((op) => !ONNX_OPERATORS.includes(op))))].sort().join(' ')).toMatchInlineSnapshot(`"Abs Elu Exp Greater Less Log LogSoftmax Max Min Neg PRelu Pow ReduceSumSquare Softplus Sqrt Squeeze Unsqueeze Where"`);
    expect(Object.fromEntries([...skipped].filter(([name]) => !others.some((other) => other.name === name)))).toMatchInlineSnapshot(`
{
  "test_constant": "CS0657 output \`values\` does not depend on the input",
  "test_maxpool_2d_uint8": "CS0655 input_0.pb holds elements of type uint8",
  "test_reshape_allowzero_reordered": "CS0657 Reshape \`reshaped\`: shape [3,3,4] cannot become [3,4,0]",
}
`);
    expect(ran.length).toBeGreaterThan(160);
  });

  it('run every operator that is translated, but for two that are tested with models of our own', () => {
    const covered = new Set(ran.flatMap(({ operators }) => operators));
    expect(ONNX_OPERATORS.filter((op) => !covered.has(op))).toEqual(['Constant', 'Dropout']);
  });
});
