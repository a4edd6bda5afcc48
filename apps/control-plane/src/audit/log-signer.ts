import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ServiceKeys } from '../auth/service-keys.js';
import { CONFIG, type DatabaseConfig } from '../tokens.js';

/** C2SP tlog-cosignature, ML-DSA-44. */
const ML_DSA_44 = 0x06;

/** The log's name and key. */
@Injectable()
export class LogSigner {
  readonly vkey: string;

  constructor(@Inject(CONFIG) config: DatabaseConfig, keys: ServiceKeys) {
    const key = Buffer.concat([Buffer.of(ML_DSA_44), keys.log.publicKey]);
    const keyId = createHash('sha256').update(`${config.origin}\n`).update(key).digest('hex').slice(0, 8);
    this.vkey = `${config.origin}+${keyId}+${key.toString('base64')}`;
  }
}
