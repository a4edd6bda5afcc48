import { ApiClient } from '#contract';
import { CliError } from './failure.js';
import { Homes } from './homes.js';
import { type NodeHome } from './node-home.js';
import { type SignerHome } from './signer-home.js';
import { type Terminal } from './terminal.js';
import { gatewayTransport } from './transport/gateway.js';
import { operatorTransport } from './transport/http.js';

/** What every command is given: where to write, the environment, the clock, and clients made on demand. */
export interface World {
  readonly terminal: Terminal;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: () => Date;
}

export interface CommonOptions {
  readonly home?: string;
  readonly as?: string;
  readonly url?: string;
  readonly yes?: boolean;
}

const DEFAULT_URL = 'http://127.0.0.1:7480';

/** One invocation of the command line. Clients that it made are closed by `close`. */
export class Cli {
  readonly homes: Homes;
  private readonly closers: (() => void)[] = [];

  constructor(readonly world: World, readonly options: CommonOptions) {
    this.homes = Homes.from(world.env, options.home);
  }

  get terminal(): Terminal {
    return this.world.terminal;
  }
  now(): Date {
    return this.world.clock();
  }

  get url(): string {
    return this.options.url ?? this.world.env.COUNTERSIGN_URL ?? this.homes.operatorUrl() ?? DEFAULT_URL;
  }

  /** The node that --as names, or the only one here. */
  node(): NodeHome {
    return this.homes.node(this.asName);
  }
  /** The node or person that --as names, or the only one here. */
  signer(): SignerHome {
    return this.homes.signer(this.asName);
  }
  get asName(): string | undefined {
    return this.options.as ?? (this.world.env.COUNTERSIGN_AS || undefined);
  }

  nodeClient(home: SignerHome): ApiClient {
    const gateway = gatewayTransport(home.controlPlane, home.signingKey('link'), this.world.clock);
    this.closers.push(gateway.close);
    return new ApiClient(gateway.send);
  }

  /** For operators' commands: with an API key from COUNTERSIGN_API_KEY or of the control plane that lives here. */
  operator(): ApiClient {
    const key = this.apiKey();
    if (key === undefined) {
      throw new CliError('CS0905', `there is no operator API key: neither COUNTERSIGN_API_KEY nor \`${this.homes.operatorKeyPath()}\``, { help: ['start a control plane here with `countersign up`, or ask its operator for a key'] });
    }
    return new ApiClient(operatorTransport(this.url, key));
  }

  /** For reading: as the node or person that --as names, else as operator, else as the only one here. */
  reader(): ApiClient {
    return this.asName === undefined && this.apiKey() !== undefined ? this.operator() : this.nodeClient(this.signer());
  }

  /** For questions about what --as names, which need not live here: as operator where there is a key, else as it. */
  asker(): ApiClient {
    return this.apiKey() !== undefined ? this.operator() : this.nodeClient(this.signer());
  }

  close(): void {
    for (const close of this.closers) close();
  }

  private apiKey(): string | undefined {
    return this.world.env.COUNTERSIGN_API_KEY || this.homes.operatorKey();
  }
}
