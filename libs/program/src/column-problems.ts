import { type ProgramDefinition } from './definition.js';
import { PlanError } from './errors.js';
import { type ParameterValue } from './parameters.js';
import { columnOf } from './request.js';
import { datasetOf, type NamedRequest, type RequestProblem } from './request-problems.js';

/** Columns that a request names and that its data lacks, or has with a type that the program cannot use (CS0612, CS0613): those of conditions and of models aside, which its plan looks at. */
export function* columnProblems(program: ProgramDefinition, { parameters, inputs, datasets }: NamedRequest): Generator<RequestProblem> {
  for (const { name: role, columns } of program.roles) {
    for (const [index, input] of inputs.entries()) {
      if (input.role !== role) continue;
      const descriptor = datasetOf(datasets, input.node, input.dataset);
      for (const need of columns) {
        if ('each' in need) continue;
        const named = 'name' in need ? [need.name] : namesOf(program, need.namedBy, parameters);
        for (const column of named) {
          try {
            columnOf({ role, party: index, descriptor }, column, need.types);
          } catch (error) {
            if (!(error instanceof PlanError)) throw error;
            yield { at: 'name' in need ? ['inputs', index, 'dataset'] : ['parameters', need.namedBy], error };
          }
        }
      }
    }
  }
}

/** The columns that a parameter names, where it is given and is of its form. */
function namesOf(program: ProgramDefinition, parameter: string, given: Readonly<Record<string, ParameterValue>>): readonly string[] {
  if (!Object.hasOwn(given, parameter)) return [];
  const value = program.parametersSchema.safeParse(given).data?.[parameter];
  return typeof value === 'string' ? [value] : Array.isArray(value) ? (value as readonly string[]) : [];
}
