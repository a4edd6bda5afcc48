import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type z } from 'zod';
import { signerOf, type DryRun } from '#contract';
import { decide, limitsOn, type Decision, type PolicyJob } from '#policy';
import { programNamed, programNames } from '../catalogue/program-book.js';
import { wordsThatCount } from '../catalogue/program-words.js';
import { securityOf, signersIn } from '#verify';
import { databaseNow } from '../database/data-source.js';
import { unknownName } from '../http/unknown-name.js';
import { usesOf } from '../ledger/limit-counters.js';
import { NodeDirectory, type KnownNode } from '../nodes/node-directory.service.js';
import { PolicyBook } from './policy-book.service.js';

/** Decisions on jobs that nobody has asked for. */
@Injectable()
export class Rehearsal {
  constructor(
    private readonly dataSource: DataSource,
    private readonly book: PolicyBook,
    private readonly directory: NodeDirectory,
  ) {}

  /** What the policy in force says, with `signers` assumed to have signed. */
  async decide(body: z.infer<typeof DryRun>): Promise<Decision> {
    const { manager } = this.dataSource;
    const nodes = await this.directory.registered(manager);
    const nodeOf = (name: string): KnownNode => {
      const node = nodes.find((known) => known.name === name);
      if (!node) throw unknownName('node', name, nodes.map((known) => known.name));
      return node;
    };
    const program = await programNamed(manager, body.program);
    if (!program) throw unknownName('program', body.program, await programNames(manager));
    const inputs = body.inputs.map(({ node, dataset }) => {
      const declared = nodeOf(node).registration.datasets;
      const found = declared.find(({ name }) => name === dataset);
      if (!found) throw unknownName(`dataset of \`${node}\``, dataset, declared.map(({ name }) => name));
      return { node, dataset, tags: found.tags };
    });
    const asker = nodeOf(body.as);
    const owners = [...new Set(inputs.map(({ node }) => node))];
    const signers = signersIn(nodes);
    const known = (name: string): (typeof signers)[number] => {
      const signer = signers.find((each) => each.name === name);
      if (!signer) throw unknownName('node or person', name, signers.map((each) => each.name));
      return signer;
    };
    const policy = this.book.compile(await this.book.inForce(manager));
    const now = (await databaseNow(manager)).toISOString();
    const parties = body.parties?.map((name) => nodeOf(name).name) ?? (owners.length > 1 || owners.includes(asker.name) ? owners : [...owners, asker.name]);
    const job: PolicyJob = {
      requester: { node: asker.name, keyId: asker.approvalKid, agent: body.agent },
      program: { name: program.name, digest: program.digest },
      inputs,
      parties,
      receivers: body.receivers.map((name) => nodeOf(name).name),
      ...(body.purpose === undefined ? {} : { purpose: body.purpose }),
      security: securityOf({ suite: body.suite ?? 'auto', security: body.security ?? { model: 'semi-honest', majority: 'dishonest' }, parties }),
      ...(body.privacy && { privacy: { epsilon: body.privacy.epsilon, ...('delta' in body.privacy && { delta: body.privacy.delta }) } }),
    };
    return decide(
      policy,
      job,
      {
        now,
        signatures: body.signers.map(known).map(({ name, keyId, roles }) => ({ signer: name, keyId, roles, signedAt: now })),
        signers,
        regions: nodes.map(({ name, registration }) => ({ node: name, region: registration.region })),
        vetoes: [],
        links: 'measured at start',
        programApprovals: (await wordsThatCount(manager, this.directory, program.digest)).map(({ word }) => ({ program: word.program.digest, signer: signerOf(word), keyId: word.kid })),
        uses: await usesOf(manager, limitsOn(policy, job, { now })),
      },
    );
  }
}
