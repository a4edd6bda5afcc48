import { Inject, Injectable } from '@nestjs/common';
import { formatVkey, signCheckpoint } from '#tlog';
import { ServiceKeys } from '../auth/service-keys.js';
import { CONFIG, type DatabaseConfig } from '../tokens.js';

/** The log's name and key. */
@Injectable()
export class LogSigner {
  /** What auditors and nodes pin. */
  readonly vkey: string;
  readonly origin: string;

  constructor(
    @Inject(CONFIG) config: DatabaseConfig,
    private readonly keys: ServiceKeys,
  ) {
    this.origin = config.origin;
    this.vkey = formatVkey(config.origin, keys.log.publicKey);
  }

  /** The signed note of a checkpoint of this log. */
  sign(size: number, root: Uint8Array, now: Date): string {
    return signCheckpoint(this.keys.log, { origin: this.origin, size, root }, now);
  }
}
