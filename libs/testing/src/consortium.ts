import type { JobBundle, JobSpec, NodeRegistration, Person, PolicyBundle, SignedDataset } from '#contract';
import { compile, type PolicyRegistry } from '#policy';
import { digestOf, KemKey, signStatement, SigningKey, toBase64Url, type StatementPayload } from '#pqc';
import { PROGRAMS, programByName } from '#program';

/** Nodes with real keys that sign real statements, for specs of what is done with them. */
export interface TestNode {
  readonly name: string;
  readonly link: SigningKey;
  readonly approval: SigningKey;
  readonly witness: SigningKey;
  readonly sealing: KemKey;
}

/** Somebody who signs for a node. */
export interface TestPerson {
  readonly name: string;
  readonly node: string;
  readonly roles: readonly string[];
  readonly approval: SigningKey;
  readonly link: SigningKey;
}

const HOUR_MS = 3_600_000;

export const testPerson = (name: string, node: string, roles: readonly string[]): TestPerson =>
  ({ name, node, roles, approval: SigningKey.generate('ML-DSA-65'), link: SigningKey.generate('ML-DSA-65') });

export function testNode(name: string): TestNode {
  return {
    name, link: SigningKey.generate('ML-DSA-65'), approval: SigningKey.generate('ML-DSA-65'), witness: SigningKey.generate('ML-DSA-44'), sealing: KemKey.generate('ML-KEM-768'),
  };
}

export interface ConsortiumOptions {
  readonly nodes: readonly string[];
  readonly policy: string;
  readonly now: Date;
  /** What each node registers; loans with an income and a class when left out. */
  readonly datasets?: (node: string) => SignedDataset[];
  readonly people?: readonly TestPerson[];
}

const loans = (): SignedDataset[] => [
  {
    name: 'Loans', tags: ['credit'], maxRows: 16,
    columns: { income: { type: 'number', min: '0', max: '1000' }, class: { type: 'category', values: ['good', 'bad'] } },
  },
];

/** A few nodes under one policy, and everything they can say. */
export class Consortium {
  readonly nodes: ReadonlyMap<string, TestNode>;
  readonly now: Date;
  readonly people: readonly TestPerson[];
  readonly #datasets: (node: string) => SignedDataset[];
  readonly #source: string;

  constructor({ nodes, policy, now, datasets = loans, people = [] }: ConsortiumOptions) {
    this.nodes = new Map(nodes.map((name) => [name, testNode(name)]));
    this.now = now;
    this.people = people;
    this.#datasets = datasets;
    this.#source = policy;
  }

  node(name: string): TestNode {
    const node = this.nodes.get(name);
    if (!node) throw new Error(`no test node is called ${name}`);
    return node;
  }

  get pins(): Record<string, { approvalKid: string; linkKid: string }> {
    return Object.fromEntries([...this.nodes].map(([name, { approval, link }]) => [name, { approvalKid: approval.kid, linkKid: link.kid }]));
  }

  /** A statement of `issuer`, valid for an hour from `now`; `fields` override. */
  sign(issuer: string, fields: { readonly type: string; readonly [field: string]: unknown }, key = this.node(issuer).approval): string {
    const payload: StatementPayload = {
      v: 1, issuer, kid: key.kid, issuedAt: this.now.toISOString(), expiresAt: new Date(this.now.getTime() + HOUR_MS).toISOString(), ...fields,
    };
    return signStatement(key, payload);
  }

  registration(name: string, fields: Partial<NodeRegistration> = {}, node = this.node(name)): string {
    const { link, approval, witness, sealing } = node;
    const keys = { link: toBase64Url(link.publicKey), approval: toBase64Url(approval.publicKey), witness: toBase64Url(witness.publicKey), sealing: toBase64Url(sealing.publicKey) };
    return this.sign(name, { type: 'node-registration', name, region: 'EU', keys, version: 1, datasets: this.#datasets(name), ...this.#peopleOf(name), ...fields }, approval);
  }

  /** A statement that `person` signs, valid for an hour from `now`; `fields` override. */
  signAs({ name, node, approval }: TestPerson, fields: { readonly type: string; readonly [field: string]: unknown }, key = approval): string {
    return this.sign(name, { person: { node, key: toBase64Url(key.publicKey) }, ...fields }, key);
  }

  #peopleOf(node: string): { people?: Person[] } {
    const people = this.people.filter((person) => person.node === node).map(({ name, roles, approval, link }) => ({ name, roles: [...roles], approvalKid: approval.kid, linkKid: link.kid }));
    return people.length === 0 ? {} : { people };
  }

  get registry(): PolicyRegistry {
    const roles = new Set(this.people.flatMap((person) => person.roles));
    return {
      nodes: [...this.nodes.keys()],
      datasets: [...this.nodes.keys()].flatMap((node) => this.#datasets(node).map(({ name, tags }) => ({ name, node, tags }))),
      programs: PROGRAMS.map(({ name }) => name),
      roles: [...roles].map((role) => ({ name: role, nodes: [...new Set(this.people.filter((person) => person.roles.includes(role)).map(({ node }) => node))] })),
    };
  }

  get policy(): PolicyBundle {
    const compiled = compile(this.#source, this.registry, 'test.policy');
    if (!compiled.ok) throw new Error(compiled.diagnostics.map(({ message }) => message).join('; '));
    return structuredClone({ version: 1, file: 'test.policy', source: this.#source, registry: this.registry, digest: compiled.policy.digest }) as PolicyBundle;
  }

  /** A Mean of `Loans.income` over all nodes, to the requester; `fields` override. */
  job(requester: string, fields: Partial<JobSpec> = {}): string {
    const program = fields.program?.name ?? 'Mean';
    const names = [...this.nodes.keys()];
    return this.sign(requester, {
      type: 'job', nonce: toBase64Url(crypto.getRandomValues(new Uint8Array(16))),
      program: { name: program, digest: programByName(program)?.digest ?? '0'.repeat(64) },
      parameters: { column: 'income' },
      inputs: names.map((node) => ({ node, dataset: 'Loans', role: 'rows' })),
      parties: names, receivers: [requester], purpose: 'risk monitoring',
      security: { model: 'semi-honest', majority: 'dishonest' }, suite: 'auto', policy: this.policy.digest,
      ...fields,
    });
  }

  /** Says `type` (approval, veto, withdrawal) about a job. */
  about(type: string, signer: string, job: string, fields: Record<string, unknown> = {}): string {
    return this.sign(signer, { type, job: jobDigestIn(job), policy: this.policy.digest, ...fields });
  }

  /** The same of a person. */
  aboutAs(type: string, person: TestPerson, job: string, fields: Record<string, unknown> = {}): string {
    return this.signAs(person, { type, job: jobDigestIn(job), policy: this.policy.digest, ...fields });
  }

  bundle(job: string, fields: Partial<JobBundle> = {}): JobBundle {
    return {
      job, registrations: [...this.nodes.keys()].map((name) => this.registration(name)), rotations: [],
      approvals: [], withdrawals: [], vetoes: [], policy: this.policy, ...fields,
    };
  }
}

const payloadOf = (jws: string): unknown => JSON.parse(Buffer.from(jws.split('.')[1], 'base64url').toString());
export const jobDigestIn = (job: string): string => digestOf('countersign/job/1', payloadOf(job));
