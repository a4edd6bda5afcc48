import { ProtocolAbort } from '../../channel/index.js';

export const inconsistent = (step: string): ProtocolAbort => new ProtocolAbort('CS0709', 'shares that do not lie on one polynomial', { step });

export const noElement = (step: string, blame: number): ProtocolAbort => new ProtocolAbort('CS0703', 'a word that is no element of the field', { step, blame });

export const tooFew = (step: string, left: 'products' | 'openings', cause?: ProtocolAbort): ProtocolAbort =>
  new ProtocolAbort('CS0702', `too few parties are left for ${left}`, { step, cause, blame: cause?.blame });

export const disagreement = (blame?: number): ProtocolAbort => new ProtocolAbort('CS0702', 'the parties lost different parties', { step: 'lost', blame });
