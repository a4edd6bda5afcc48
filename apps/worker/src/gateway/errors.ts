/** CS0721: no link; CS0722: not the pinned control plane; CS0723: the gateway refuses this node. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  constructor(readonly code: 'CS0721' | 'CS0722' | 'CS0723', message: string, options?: ErrorOptions) {
    super(message, options);
  }
}
