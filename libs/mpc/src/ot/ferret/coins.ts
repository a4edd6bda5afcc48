import { type Binding, boundHash } from '../../channel/index.js';
import { protocol } from './flow.js';

/** H(x_S): hides the opening, which has 256 bits, and binds the sender to it. */
export const commitmentTo = (binding: Binding, opening: Uint8Array): Uint8Array => boundHash(protocol, 'commitment', binding, opening);

/** H(x_S, x_R): no party alone chooses it. Public. */
export const matrixSeedOf = (binding: Binding, opening: Uint8Array, coins: Uint8Array): Uint8Array => boundHash(protocol, 'matrix seed', binding, opening, coins);
