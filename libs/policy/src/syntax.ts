/** The syntax tree of one sentence: what grammar.peggy builds. Offsets are relative to the sentence and may include trailing spaces. */

export interface Range {
  readonly start: number;
  readonly end: number;
}
export type Node<Kind extends string, Fields = unknown> = Range & { readonly kind: Kind } & Fields;

/** `joins[i]` stands between `items[i]` and `items[i + 1]`. */
export interface List<T> {
  readonly items: readonly T[];
  readonly joins: readonly ('and' | 'or' | ',')[];
}
export type Ref = Node<'ref', { readonly parts: readonly Node<'name' | 'quoted' | 'word'>[] }>;
export type Refs = Node<'refs', { readonly list: List<Ref> }>;
export type Who = Node<'anyone'> | Node<'agents', { readonly of: Refs | null }> | Refs;
export type Things = Node<'anything'> | Refs;
export type Act = Node<'act', { readonly programs: Things | null }> | Node<'unknownVerb'>;

export type DataItem = Node<'anything'> | Node<'tag', { readonly tag: Node<'name' | 'quoted' | 'word'> }> | Ref;
export type Purposes = Node<'anything'> | Node<'purposeList', List<Node<'name' | 'quoted' | 'words'>>>;
export type Limit =
  | Node<'on', { readonly data: Node<'data', List<DataItem>> }>
  | Node<'with', { readonly list: List<Ref>; /** "both", "all of". */ readonly together: boolean }>
  | Node<'for', { readonly purposes: Purposes }>
  | Node<'by', { readonly who: Who }>
  | Node<'dates', { readonly from: Range | null; readonly until: Range | null; readonly zone: Range | null }>;

export type Pool = Node<'owners', { readonly other: boolean }> | Node<'people', { readonly role: Ref }> | Node<'roleAt', { readonly role: Ref; readonly at: Ref }> | Refs;
export type Need = Node<'count'> | Node<'every'> | Node<'majority'> | Node<'one'> | Node<'unsaid'>;
export type Clause =
  | Node<'clauses' | 'either' | 'both', List<Clause>>
  | Node<'quorum', { readonly need: Need; readonly of: Pool }>
  | Node<'notSigns'>
  | Node<'uncheckable'>;
export type ConditionNode = Node<'condition', { readonly how: 'if' | 'only if' | 'unless'; readonly body: Clause }>;

export type GrantNode = Node<'grant', ActionNode & { readonly only: boolean }>;
export type ProhibitNode = Node<'prohibit', ActionNode>;
export type ReceiveNode = Node<'receive', ResultsNode & { readonly to: Refs | Node<'requester'> }>;
export type CoverNode = Node<'cover', ResultsNode & { readonly count: Node<'count'> }>;
export type DefineNode = Node<'define', { readonly name: Ref; readonly members: List<Ref> }>;
export type RequirementNode = PurposeNode | SecurityNode | PrivacyNode | PartiesNode | RegionsNode | WindowNode | RoundTripNode | ProgramNode;
export type PrivacyNode = Node<'privacy', { readonly epsilon: BoundNode | null; readonly delta: BoundNode | null }>;
export type BoundNode = Node<'bound', { readonly most: Range | null }> | Node<'unbounded'>;
export type RoundTripNode = Node<'roundTrip', { readonly count: Range | null; readonly unit: string | null }>;
export type ProgramNode = Node<'approvedProgram', { readonly by: Clause }>;
export type PartiesNode = Node<'parties', { readonly count: Node<'count'> | null; readonly majority: Range | null }>;
export type RegionsNode = Node<'regions', { readonly regions: List<Node<'name' | 'quoted' | 'words'>> }>;
export type WindowNode = Node<'window', { readonly days: Days | null; readonly times: readonly [Range, Range] | null; readonly zone: Range | null }>;
export type Days = Node<'weekdays'> | Node<'weekends'> | Node<'dayRange', { readonly first: Range; readonly last: Range }> | Node<'dayList', List<Range>>;
export type PauseNode = Node<'pause', ResultsNode & { readonly until: Clause | null }>;
export type VetoNode = Node<'veto', { readonly by: Pool; readonly limits: readonly Limit[] }>;
export type ValidityNode = Node<'validity', { readonly things: List<Ref> | null; readonly about: ResultsNode | null; readonly duration: DurationNode }>;
export type DurationNode = Node<'duration', { readonly count: Node<'count'>; readonly unit: Range }>;
/** `each` and `together` say whether each asker has its own or all share one. */
export type BudgetNode = Node<'budget', BudgetFields>;
interface BudgetFields extends ResultsNode {
  readonly who: BudgetWho | null;
  /** "… to 10 computations each". */
  readonly each: boolean;
  readonly amount: Node<'computations' | 'epsilon', { readonly most: Range | null }>;
  readonly per: Range | null;
  readonly zone: Range | null;
}
export type BudgetWho = Node<'budgetWho', { readonly how: 'each' | 'together' | 'both' | 'unsaid'; readonly who: Who }>;
export type NoticeNode = Node<'notice', ResultsNode & { readonly notify: List<Pool>; readonly duration: DurationNode | null }>;
export type DeletionNode = Node<'deletion', ResultsNode & { readonly duration: DurationNode | null }>;
export type PolicyChangeNode = Node<'policyChange', { readonly needs: Clause | null }>;
export type RequireNode = Node<'require', ResultsNode & { readonly requirements: readonly (RequirementNode | Node<'unknownRequirement'>)[] }>;
export type PurposeNode = Node<'purposes', { readonly purposes: Purposes }>;
export type SecurityNode = Node<'malicious'>;
export type AssumptionsNode = Node<'assumptions', { readonly profile: 'no-lpn' | 'module-lwe-only' }>;

/** Sentences that the grammar knows only to say why they are refused. */
export type RefusedNode =
  | Node<'onlyMay', ActionNode>
  | Node<'wrongModal', { readonly modal: Range }>
  | Node<'doubleNegation', { readonly twice: Range }>
  | Node<'mayReceive', { readonly what: Range }>
  | Node<'unknownDemand', { readonly what: Range }>;

/** Who does what, on which data, with whom and for what, and when. */
export interface ActionNode {
  readonly who: Who;
  readonly act: Act | null;
  readonly limits: readonly Limit[];
  readonly when: ConditionNode | null;
}

/** What a sentence about results or computations may say of them. */
export interface ResultsNode {
  readonly programs: Things | null;
  readonly limits: readonly Limit[];
}

/** A sentence that means something, and those that are refused for what they are. */
export type FormNode = GrantNode | ProhibitNode | PauseNode | VetoNode | ValidityNode | ReceiveNode | CoverNode | RequireNode | BudgetNode | NoticeNode | DeletionNode | PolicyChangeNode | Node<'noSelfSigning'> | DefineNode;
export type Form = FormNode | RefusedNode;

export interface Sentence {
  readonly form: Form;
  /** What is left over after the form. */
  readonly rest: Range | null;
}
