import { type Deciding } from '../decide/deciding.js';
import { type Resolver } from '../meaning/resolver.js';
import { type Range } from '../syntax.js';

/**
 * One form of sentence, from what the grammar builds to what it does in a decision. A form is added by a production of grammar.peggy, a file in
 * this folder, and its line in forms.ts.
 */
export interface SentenceForm<Node extends Range & { readonly kind: string }, Rule extends { readonly kind: string }> {
  /** The kind of node of the grammar. */
  readonly node: Node['kind'];
  readonly rule: Rule['kind'];
  /** The rule that the sentence means, or undefined after refusing it. */
  meaning(names: Resolver, node: Node): Rule | undefined;
  /** The canonical sentence: compiling it gives the same rule. */
  render(rule: Rule): string;
  /** What the rule does, where the canonical sentence does not say it all. */
  explain?(rule: Rule): string;
  /** Applied before the rules of other forms, because it changes what they find. */
  readonly comesFirst?: true;
  /** Applies a rule that may concern this job. What it throws counts as `deciding.fails`. */
  apply(rule: Rule, deciding: Deciding): void;
}

/** One thing that "Every computation … must …" can ask for. Added like a sentence form. */
export interface RequirementForm<Node extends Range & { readonly kind: string }, Requirement extends { readonly kind: string }> {
  readonly node: Node['kind'];
  readonly requirement: Requirement['kind'];
  meaning(names: Resolver, node: Node): Requirement | undefined;
  /** What follows "must". */
  render(requirement: Requirement): string;
  /** Why the job does not meet it; undefined when it does. */
  failure(requirement: Requirement, deciding: Deciding): string | undefined;
}
