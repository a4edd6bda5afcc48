import type { Against, SecurityModel } from '../channel/index.js';
import type { Correlations } from '../correlations/index.js';
import { type BaseTransfers, type ReceivingTransfers, type SendingTransfers, kPkeTransfers, kemTransfers, nativeKem } from '../ot/index.js';
import type { AdditiveSuite, Suite } from '../sharing/index.js';

/** What is held here is that this file compiles: every `@ts-expect-error` below it is an error without the mistake. */

/** A protocol of each model, as far as what it is built on goes. */
interface Parts<M extends SecurityModel> {
  readonly base: BaseTransfers<M>;
  readonly sending: SendingTransfers<M>;
  readonly receiving: ReceivingTransfers<M>;
  readonly correlations: Correlations & Against<M>;
}
const built = <M extends SecurityModel>(..._: readonly (Partial<Parts<M>> | Suite<M>)[]): void => undefined;

declare const semiHonest: Parts<SecurityModel>;
declare const malicious: Omit<Parts<'malicious'>, 'correlations'>;

function compiles(suite: AdditiveSuite, maliciousSuite: Suite<'malicious'>): void {
  built<SecurityModel>({ base: kPkeTransfers }, { base: kemTransfers(nativeKem) }, semiHonest, suite);
  // What holds against more serves as well.
  built<SecurityModel>(malicious, maliciousSuite);
  built<'malicious'>(malicious, maliciousSuite);
  // @ts-expect-error base transfers that a receiver can cheat in
  built<'malicious'>({ base: kPkeTransfers });
  // @ts-expect-error the same on a KEM as it comes
  built<'malicious'>({ base: kemTransfers(nativeKem) });
  // @ts-expect-error extension without a consistency check
  built<'malicious'>({ sending: semiHonest.sending });
  // @ts-expect-error the same at the other end
  built<'malicious'>({ receiving: semiHonest.receiving });
  // @ts-expect-error correlations that nobody has sacrificed any of
  built<'malicious'>({ correlations: semiHonest.correlations });
  // @ts-expect-error shares without authentication
  built<'malicious'>(suite);
}

/** A malicious suite says so, or is none. */
abstract class Mistaken implements Pick<Suite<'malicious'>, 'security'> {
  // @ts-expect-error it claims what it has not
  readonly security = 'semi-honest';
}

test('a semi-honest part in a malicious protocol does not compile', () => {
  expect([compiles, Mistaken]).toEqual([expect.any(Function), expect.any(Function)]);
  expect([kPkeTransfers.security, kemTransfers(nativeKem).security]).toEqual(['semi-honest', 'semi-honest']);
});
