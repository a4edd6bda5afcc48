import { type KernelMemory, addInto } from '#kernels';
import { type ReceivingTransfers, type SendingTransfers } from '../../ot/index.js';
import { gilboa, receiveProducts, sendProducts } from '../products/index.js';

/** Adds the sender's part of the cross terms with one peer to c, for the words a: at most `maxBatchSquares`. Throws `ProtocolAbort`. */
export async function sendSquares(transfers: SendingTransfers, memory: KernelMemory, a: BigUint64Array, c: BigUint64Array): Promise<void> {
  addTwice(c, await sendProducts(gilboa, transfers, memory, a));
}

/** The receiver's part. Throws `ProtocolAbort`. */
export async function receiveSquares(transfers: ReceivingTransfers, memory: KernelMemory, a: BigUint64Array, c: BigUint64Array): Promise<void> {
  addTwice(c, await receiveProducts(gilboa, transfers, memory, a));
}

function addTwice(c: BigUint64Array, share: BigUint64Array): void {
  addInto(c, share);
  addInto(c, share);
  share.fill(0n);
}
