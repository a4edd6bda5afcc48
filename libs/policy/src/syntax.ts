/** The syntax tree of one sentence: what grammar.peggy builds. Offsets are relative to the sentence and may include trailing spaces. */

export interface Range {
  readonly start: number;
  readonly end: number;
}
type Node<Kind extends string, Fields = unknown> = Range & { readonly kind: Kind } & Fields;

/** `joins[i]` stands between `items[i]` and `items[i + 1]`. */
export interface List<T> {
  readonly items: readonly T[];
  readonly joins: readonly ('and' | 'or' | ',')[];
}
export type Ref = Node<'ref', { readonly parts: readonly Node<'name' | 'quoted' | 'word'>[] }>;
export type Refs = Node<'refs', { readonly list: List<Ref> }>;
export type Who = Node<'anyone'> | Refs;
export type Things = Node<'anything'> | Refs;
export type Act = Node<'act', { readonly programs: Things | null }> | Node<'unknownVerb'>;

export type DataItem = Node<'anything'> | Node<'tag', { readonly tag: Range }> | Ref;
export type Purposes = Node<'anything'> | Node<'purposeList', List<Node<'name' | 'quoted' | 'words'>>>;
export type Limit =
  | Node<'on', { readonly data: Node<'data', List<DataItem>> }>
  | Node<'with', { readonly list: List<Ref> }>
  | Node<'for', { readonly purposes: Purposes }>
  | Node<'by', { readonly who: Who }>;

export type Pool = Node<'owners', { readonly other: boolean }> | Node<'people', { readonly role: Ref }> | Node<'roleAt', { readonly role: Ref; readonly at: Ref }> | Refs;
export type Need = Node<'count'> | Node<'every'> | Node<'majority'> | Node<'one'> | Node<'unsaid'>;
export type Clause =
  | Node<'clauses' | 'either' | 'both', List<Clause>>
  | Node<'quorum', { readonly need: Need; readonly of: Pool }>
  | Node<'notSigns'>
  | Node<'uncheckable'>;
export type Condition = Node<'condition', { readonly how: 'if' | 'only if' | 'unless'; readonly body: Clause }>;

interface About {
  readonly limits: readonly Limit[];
}
interface Action extends About {
  readonly who: Who;
  readonly act: Act | null;
  readonly when: Condition | null;
}
interface Results extends About {
  readonly programs: Things | null;
}
export type RequirementNode = Node<'malicious'> | Node<'purposes', { readonly purposes: Purposes }> | Node<'unknownRequirement'>;

export type Form =
  | Node<'grant', Action & { readonly only: boolean }>
  | Node<'onlyMay', Action>
  | Node<'wrongModal', { readonly modal: Range }>
  | Node<'prohibit', Action>
  | Node<'doubleNegation', { readonly twice: Range }>
  | Node<'receive', Results & { readonly to: Refs | Node<'requester'> }>
  | Node<'cover', Results & { readonly count: Node<'count'> }>
  | Node<'require', Results & { readonly requirements: readonly RequirementNode[] }>
  | Node<'noSelfSigning'>
  | Node<'define', { readonly name: Ref; readonly members: List<Ref> }>;

export interface Sentence {
  readonly form: Form;
  /** What is left over after the form. */
  readonly rest: Range | null;
}
