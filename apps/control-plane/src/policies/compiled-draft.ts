import { compile, type CompiledPolicy, type PolicyRegistry } from '#policy';
import { Problem } from '../http/problem.js';

/** A policy that somebody sent. @throws Problem CS0425 with its diagnostics */
export function compiledDraft(source: string, registry: PolicyRegistry, file: string): CompiledPolicy {
  const result = compile(source, registry, file);
  if (result.ok) return result.policy;
  const errors = result.diagnostics.filter(({ severity }) => severity === 'error').length;
  throw new Problem(422, 'CS0425', `the policy \`${file}\` does not compile: ${errors} ${errors === 1 ? 'error' : 'errors'}`, { extras: { diagnostics: result.diagnostics } });
}
