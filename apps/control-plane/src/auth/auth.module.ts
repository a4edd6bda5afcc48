import { Global, Module } from '@nestjs/common';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeys } from './api-keys.service.js';
import { NodeRequests } from './node-requests.service.js';

@Global()
@Module({ controllers: [ApiKeysController], providers: [ApiKeys, NodeRequests], exports: [ApiKeys, NodeRequests] })
export class AuthModule {}
