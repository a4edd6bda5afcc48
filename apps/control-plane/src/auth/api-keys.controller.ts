import { Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { ApiKeyCreated, ApiKeyView, CreateApiKey, PageQuery, pageOf } from '#contract';
import { AskedBy, ParsedBody, ParsedQuery, Route } from '../http/operation.js';
import { pageOfList } from '../http/page.js';
import { ApiKeys } from './api-keys.service.js';
import { type Caller } from './caller.js';

@Controller('v1/api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeys) {}

  @Post()
  @Route({ summary: 'Make an API key for an operator', access: { node: false, scopes: [] }, body: CreateApiKey, reply: ApiKeyCreated, status: 201, secretReply: true })
  create(@ParsedBody() body: z.infer<typeof CreateApiKey>, @AskedBy() caller: Caller) {
    return this.keys.create(body, caller);
  }

  @Get()
  @Route({ summary: 'List API keys, without their secrets', access: { node: false, scopes: [] }, query: PageQuery, reply: pageOf(ApiKeyView) })
  async list(@ParsedQuery() query: z.infer<typeof PageQuery>) {
    return pageOfList(await this.keys.list(), query, ({ id }) => id);
  }

  @Delete(':id')
  @Route({ summary: 'Revoke an API key', access: { node: false, scopes: [] }, reply: ApiKeyView })
  revoke(@Param('id') id: string, @AskedBy() caller: Caller) {
    return this.keys.revoke(id, caller);
  }
}
