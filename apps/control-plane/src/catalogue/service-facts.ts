import { Inject, Injectable } from '@nestjs/common';
import { type ServiceInfo } from '#contract';
import { toBase64Url } from '#pqc';
import { LogSigner } from '../audit/log-signer.js';
import { ServiceKeys } from '../auth/service-keys.js';
import { Listeners } from '../http/listeners.js';
import { CONFIG, type DatabaseConfig } from '../tokens.js';

export const VERSION = '0.1.0';

@Injectable()
export class ServiceFacts {
  constructor(
    @Inject(CONFIG) private readonly config: DatabaseConfig,
    private readonly keys: ServiceKeys,
    private readonly signer: LogSigner,
    private readonly listeners: Listeners,
  ) {}

  info(): ServiceInfo {
    const { gateway, origin } = this.config;
    return {
      version: VERSION,
      origin,
      logVkey: this.signer.vkey,
      gateway: { host: gateway.publicHost, port: gateway.publicPort ?? this.listeners.gatewayPort, linkKey: toBase64Url(this.keys.link.publicKey) },
    };
  }
}
