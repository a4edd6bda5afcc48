import { Ajv2020 } from 'ajv/dist/2020.js';
import { PROGRAMS } from './index.js';
import { type ParameterDefinition } from './parameters.js';

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
interface FormSchema {
  readonly properties: Readonly<Record<string, { readonly description?: string; readonly default?: unknown }>>;
}

/** Values that a parameter takes, and some that it does not. */
function samplesOf(parameter: ParameterDefinition): { readonly good: readonly unknown[]; readonly bad: readonly unknown[] } {
  switch (parameter.kind) {
    case 'column': case 'text': return { good: ['age'], bad: ['', 7, 'x'.repeat(65)] };
    case 'columns': return { good: ['age, income', ['age', 'income']], bad: ['', 7] };
    case 'conditions': return { good: ['age >= 7', ['age >= 7']], bad: ['', 7] };
    case 'choice': return { good: parameter.of, bad: ['none of these', 7] };
    case 'number': return { good: [parameter.least ?? parameter.most ?? '1.5'], bad: [1.5, true] };
    case 'numbers': return { good: [parameter.least ?? '1', [parameter.least ?? '1']], bad: ['', 7] };
    case 'integer': return { good: [parameter.least, parameter.most, String(parameter.least)], bad: [1.5, 'seven', parameter.least - 1, parameter.most + 1] };
  }
}

describe.each(PROGRAMS.map((program) => [program.name, program] as const))('the form of %s', (_, { parameters, parametersJsonSchema, parametersSchema }) => {
  const { properties } = parametersJsonSchema as unknown as FormSchema;
  const required = parameters.filter((parameter) => parameter.default === undefined);
  const least = Object.fromEntries(required.map((parameter) => [parameter.name, samplesOf(parameter).good[0]]));

  it('is a valid JSON Schema 2020-12', () => {
    expect(ajv.validateSchema(parametersJsonSchema)).toBe(true);
    ajv.compile(parametersJsonSchema);
  });
  it('has every parameter with what it means and what it is if left out, and no other', () => {
    expect(Object.keys(properties)).toEqual(parameters.map(({ name }) => name));
    for (const parameter of parameters) {
      expect(properties[parameter.name]!.description).toBe(parameter.meaning);
      expect(properties[parameter.name]!.default).toEqual(parameter.default);
    }
    expect(new Set((parametersJsonSchema.required as readonly string[] | undefined) ?? [])).toEqual(new Set(required.map(({ name }) => name)));
    expect(parametersJsonSchema).toMatchObject({ type: 'object', additionalProperties: false });
  });
  it('takes what the program takes', () => {
    const takes = ajv.compile(parametersJsonSchema);
    const expectTaken = (values: Readonly<Record<string, unknown>>, taken: boolean): void =>
      expect([values, takes(values), parametersSchema.safeParse(values).success]).toEqual([values, taken, taken]);
    expectTaken(least, true);
    expectTaken({ ...least, unknown: 'x' }, false);
    for (const { name } of required) expectTaken(Object.fromEntries(Object.entries(least).filter(([each]) => each !== name)), false);
    for (const parameter of parameters) {
      const { good, bad } = samplesOf(parameter);
      for (const value of [...good, ...(parameter.default === undefined ? [] : [parameter.default])]) if (!(Array.isArray(value) && value.length === 0)) expectTaken({ ...least, [parameter.name]: value }, true);
      for (const value of bad) expectTaken({ ...least, [parameter.name]: value }, false);
    }
  });
});
