import { Controller, Get, Param, Post } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import { z } from 'zod';
import { Challenge, ChallengeRequest, CreateEnrolmentToken, EnrolmentTokenCreated, NodeView, PageQuery, pageOf, RegisterRequest, RevokeRequest, RotateRequest } from '#contract';
import { type Caller } from '../auth/caller.js';
import { AskedBy, ParsedBody, ParsedQuery, Route } from '../http/operation.js';
import { Enrolment } from './enrolment.service.js';
import { NodeDirectory } from './node-directory.service.js';
import { Registrar } from './registrar.service.js';

/** Strangers may ask for these, and each costs a key operation and rows. */
const FOR_STRANGERS = { default: { ttl: 10_000, limit: 200 } };

@Controller('v1/enrolment-tokens')
export class EnrolmentTokensController {
  constructor(private readonly enrolment: Enrolment) {}

  @Post()
  @Route({ summary: 'Let a name register, once', access: { node: false, scopes: ['enrol'] }, body: CreateEnrolmentToken, reply: EnrolmentTokenCreated, status: 201, secretReply: true })
  create(@ParsedBody() body: z.infer<typeof CreateEnrolmentToken>, @AskedBy() caller: Caller) {
    return this.enrolment.createToken(body, caller);
  }
}

@Controller('v1/nodes')
export class NodesController {
  constructor(
    private readonly enrolment: Enrolment,
    private readonly registrar: Registrar,
    private readonly directory: NodeDirectory,
  ) {}

  @Throttle(FOR_STRANGERS)
  @Post('challenges')
  @Route({ summary: 'A challenge to prove possession of keys with', access: 'public', body: ChallengeRequest, reply: Challenge, status: 201 })
  challenge(@ParsedBody() body: z.infer<typeof ChallengeRequest>) {
    return this.enrolment.challenge(body);
  }

  @Throttle(FOR_STRANGERS)
  @Post()
  @Route({ summary: 'Register a node, or a new version of it', access: 'public', body: RegisterRequest, reply: NodeView, status: 201 })
  register(@ParsedBody() body: RegisterRequest) {
    return this.registrar.register(body);
  }

  @Get()
  @Route({ summary: 'List nodes', access: 'read', query: PageQuery, reply: pageOf(NodeView) })
  list(@ParsedQuery() query: z.infer<typeof PageQuery>) {
    return this.directory.list(query);
  }

  @Get(':id')
  @Route({ summary: 'Show a node', access: 'read', reply: NodeView })
  show(@Param('id') id: string) {
    return this.directory.view(id);
  }

  @Throttle(FOR_STRANGERS)
  @Post(':id/rotations')
  @Route({ summary: 'Replace all keys of a node', access: 'public', body: RotateRequest, reply: NodeView })
  rotate(@Param('id') id: string, @ParsedBody() body: RotateRequest) {
    return this.registrar.rotate(id, body);
  }

  @Post(':id/revocation')
  @Route({ summary: 'Revoke a node', access: { node: false, scopes: ['enrol'] }, body: RevokeRequest, reply: NodeView })
  revoke(@Param('id') id: string, @ParsedBody() body: z.infer<typeof RevokeRequest>, @AskedBy() caller: Caller) {
    return this.registrar.revoke(id, body.reason, caller);
  }
}
