import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';
import { Places, Refusals } from './diagnostics.js';
import { ruleOf } from './forms/forms.js';
import { groupOf } from './forms/group.js';
import { Groups } from './meaning/groups.js';
import { Resolver } from './meaning/resolver.js';
import { explainUnreadable, type Reading } from './misreadings.js';
import { type Masked } from './masked.js';
import { NameTable } from './names.js';
import { MAX_NESTING, nestingOf, parseSentence, type Parsed } from './parse.js';
import { type CompiledPolicy, type Group, type Rule, type RuleSource, type WrittenRule } from './rules.js';
import { MAX_SENTENCE_CHARACTERS, MAX_SOURCE_BYTES, scan, type ScannedSentence } from './scan.js';
import { type Sentence } from './syntax.js';
import { type Diagnostic, type PolicyRegistry } from './types.js';

export const LANGUAGE_VERSION = 1;
const DIGEST_LABEL = 'countersign/policy/1\0';

export type Compilation =
  | { readonly ok: true; readonly policy: CompiledPolicy; readonly warnings: Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: Diagnostic[] };

/** SHA-256 over the label and the RFC 8785 form of what the rules mean; where and how they were written does not count. */
function digestOfRules(rules: readonly Rule[]): string {
  const text = canonicalize({ v: 1, language: LANGUAGE_VERSION, rules });
  if (text === undefined) throw new Error('rules have no canonical form');
  return bytesToHex(sha256(utf8ToBytes(DIGEST_LABEL + text)));
}

/**
 * The rules that a policy's sentences mean, or everything that is wrong with it, in the order of the text. Pure: the same source and registry give
 * the same digest anywhere. Where `today` (`YYYY-MM-DD`) is given, as by those who publish, sentences that are over are refused.
 */
export function compile(source: string, registry: PolicyRegistry, file = 'policy', { today }: { readonly today?: string } = {}): Compilation {
  const refusals = new Refusals(new Places(file, source));
  if (source.length > MAX_SOURCE_BYTES || utf8ToBytes(source).length > MAX_SOURCE_BYTES) {
    refusals.add('CS0201', { start: 0, end: 0 }, `this policy is longer than ${MAX_SOURCE_BYTES} bytes`, { help: ['split it into several policies'] });
    return { ok: false, diagnostics: refusals.list('error') };
  }
  const rules = new Compiler(source, registry, refusals, today).rules();
  if (refusals.count > 0) return { ok: false, diagnostics: refusals.list('error') };
  const policy: CompiledPolicy = { v: 1, language: LANGUAGE_VERSION, file, rules, digest: digestOfRules(rules.map(({ rule }) => rule)) };
  return { ok: true, policy, warnings: refusals.list('warning') };
}

/** The sentences of a text that compiles, before they are read, with the names that they may use. */
export function sentencesOf(source: string, registry: PolicyRegistry): { readonly sentences: readonly ScannedSentence[]; readonly names: NameTable } {
  const compiler = new Compiler(source, registry, new Refusals(new Places('policy', source)), undefined);
  return { sentences: compiler.sentences(), names: compiler.names };
}

const MAX_KEPT_TREES = 1024;

class Compiler {
  readonly names: NameTable;
  private readonly groups: Groups;
  private readonly trees = new Map<string, Parsed>();

  constructor(
    private readonly source: string,
    private readonly registry: PolicyRegistry,
    private readonly refusals: Refusals,
    private readonly today: string | undefined,
  ) {
    this.names = new NameTable(registry);
    this.groups = new Groups(this.names, refusals);
  }

  rules(): WrittenRule[] {
    const written: WrittenRule[] = [];
    for (const sentence of this.sentences()) {
      if (this.refusals.isFull) {
        this.refusals.addLast('CS0204', sentence.readings[0].whole, 'there may be more mistakes from here on', { help: ['mend those above first'] });
        break;
      }
      const rule = this.read(sentence);
      if (rule !== undefined) written.push({ rule, source: this.sourceOf(sentence) });
      else if (this.refusals.count === 0) throw new Error(`neither a rule nor a refusal: ${sentence.readings[0].mask}`);
    }
    return written;
  }

  /** Groups are announced from a first scan; the second one knows their names. */
  sentences(): readonly ScannedSentence[] {
    const definitions = scan(this.source, this.names, new Refusals(this.refusals.places)).filter(({ readings: [{ mask }] }) => mask.startsWith('define '));
    if (definitions.length === 0) return scan(this.source, this.names, this.refusals);
    const byStart = new Map<number, ScannedSentence>();
    for (const sentence of definitions) {
      const form = this.parsed(sentence)?.form;
      if (form?.kind !== 'define') continue;
      const [text] = sentence.readings;
      const names = this.resolver(text);
      this.groups.announce(names.unquoted(form.name), names.place(form.name), () => this.membersOf(byStart.get(text.whole.start)));
    }
    this.groups.addOtherNumbers();
    const sentences = scan(this.source, this.names, this.refusals);
    for (const sentence of sentences) byStart.set(sentence.readings[0].whole.start, sentence);
    return sentences;
  }

  private membersOf(definition: ScannedSentence | undefined): Group | undefined {
    const form = definition && this.parsed(definition)?.form;
    return definition && form?.kind === 'define' ? groupOf(this.resolver(definition.readings[0]), form) : undefined;
  }

  private parsed({ readings: [{ mask }], broken }: ScannedSentence): Sentence | undefined {
    if (broken || mask.length > MAX_SENTENCE_CHARACTERS || nestingOf(mask) > MAX_NESTING) return undefined;
    const parsed = this.parse(mask);
    return parsed.ok ? parsed.sentence : undefined;
  }

  /** The tree of a mask. Sentences that differ in their names alone have one mask, so most are parsed once. */
  private parse(mask: string): Parsed {
    let parsed = this.trees.get(mask);
    if (parsed === undefined) {
      parsed = parseSentence(mask);
      if (this.trees.size < MAX_KEPT_TREES) this.trees.set(mask, parsed);
    }
    return parsed;
  }

  private resolver(text: Masked, refusals = this.refusals): Resolver {
    return new Resolver(refusals, this.registry, text, this.names, this.groups, this.today);
  }

  private read({ readings, broken }: ScannedSentence): Rule | undefined {
    const [text] = readings;
    const { mask, whole } = text;
    if (broken) return undefined;
    if (mask.length > MAX_SENTENCE_CHARACTERS) {
      this.refusals.add('CS0202', { start: whole.start, end: whole.start + 40 }, `this sentence has ${mask.length} characters; at most ${MAX_SENTENCE_CHARACTERS} are read`, { help: ['is a full stop missing? otherwise define a group'] });
      return undefined;
    }
    if (nestingOf(mask) > MAX_NESTING) {
      this.refusals.add('CS0203', whole, `this sentence nests more than ${MAX_NESTING} \`either\` and \`both\``, { help: ['say it in several sentences'] });
      return undefined;
    }
    const tried = readings.map((one) => this.reading(one));
    const good = tried.filter(({ rule }) => rule !== undefined);
    if (new Set(good.map(({ rule }) => JSON.stringify(rule))).size > 1) {
      this.refusals.add('CS0224', whole, 'a name in this sentence is also a word of the language, and both make sense', { help: ['put the name in quotes'] });
      return undefined;
    }
    if (good.length === 0) explainUnreadable(this.resolver(text), tried[0], (part) => this.reading(part));
    else this.refusals.absorb(good[0].refusals);
    return good[0]?.rule;
  }

  private reading(text: Masked): Reading {
    const refusals = new Refusals(this.refusals.places);
    const parsed = this.parse(text.mask);
    if (!parsed.ok) return { refusals, failedAt: parsed.at };
    return { rule: ruleOf(this.resolver(text, refusals), parsed.sentence), refusals };
  }

  private sourceOf({ readings: [text] }: ScannedSentence): RuleSource {
    const { line, column } = this.refusals.places.position(text.whole.start);
    return { line, column, sentence: `${text.text({ start: 0, end: text.mask.length })}.` };
  }
}
