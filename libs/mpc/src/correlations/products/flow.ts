import { type Arrow, type Flow, defineFlow } from '../../channel/index.js';

/** The figure that both kinds of product share; the transfers' own arrow comes before it. */
export interface ProductFlow extends Flow {
  readonly roles: readonly ['sender', 'receiver'];
  readonly arrows: readonly [Arrow & { readonly from: 'sender'; readonly message: 'payload' }];
}

export const productFlow = (protocol: string): ProductFlow => defineFlow({
  protocol,
  roles: ['sender', 'receiver'],
  arrows: [{ from: 'sender', message: 'payload' }],
});

export { maxBatchProducts, transfersPerProduct } from '#program/plans';
