import { compile } from '../compile.js';
import { policyOf, registry } from '../testing/consortium.js';
import { eachRefusal, refused } from '../testing/refusals.js';

eachRefusal('limits that cannot be read in one way only are refused', [
  ['Limit Node A to computations per day.', 'CS0220', 'computations', 'does not say how many computations', 'write a number, for example `10 computations per day`'],
  ['Limit Node A to 0 computations per day.', 'CS0220', '0', '`0` is no number of computations', 'write a whole number of at least 1'],
  ['Limit Node A to 50% computations per day.', 'CS0220', '50%', '`50%` is no number of computations', 'write a whole number of at least 1'],
  ['Limit Node A to -3 computations per day.', 'CS0220', '-3', '`-3` is no number of computations', 'write a whole number of at least 1'],
  ['Limit Node A to 1.5 computations per day.', 'CS0220', '1.5', '`1.5` is no number of computations', 'write a whole number of at least 1'],
  ['Limit Node A to 1,000 computations per day.', 'CS0220', '1,000', '`1,000` is no number of computations', 'write it without commas'],
  ['Limit Node A to 10 computations.', 'CS0243', 'Limit Node A to 10 computations', 'does not say in which time', 'write `per day`, `per week`, `per month`, `per quarter` or `'],
  ['Limit Node A to 10 computations on Payroll.', 'CS0243', 'Limit Node A to 10 computations on Payroll', 'does not say in which time', 'write `per day`, `per week`, `per month`, `per quarter` or `'],
  ['Limit Node A to 10 computations per fortnight.', 'CS0243', 'fortnight', 'limits are not counted per `fortnight`', 'write `per day`, `per week`, `per month`, `per quarter` or `'],
  ['Limit Node A to 10 computations per hour.', 'CS0243', 'hour', 'limits are not counted per `hour`', 'write `per day`, `per week`, `per month`, `per quarter` or `'],
  ['Limit Node A to 10 computations per dya.', 'CS0243', 'dya', 'limits are not counted per `dya`', 'did you mean `day`?'],
  ['Limit Node A to 10 computations a fortnight.', 'CS0243', 'fortnight', 'limits are not counted per `fortnight`', 'write `per day`, `per week`, `per month`, `per quarter` or `'],
  ['Limit Node A to 10 per day.', 'CS0208', 'per', 'I do not understand this sentence from here on', 'write it like `Limit Node A to 10 computations per day on Pa'],
  ['Limit Node A to 10 runs per day.', 'CS0208', 'runs', 'I do not understand this sentence from here on', 'write it like `Limit Node A to 10 computations per day on Pa'],
  ['Limit Node A to 10 computations daily.', 'CS0243', 'Limit Node A to 10 computations', 'does not say in which time', 'write `per day`, `per week`, `per month`, `per quarter` or `'],
  ['Limit Node A to 10.', 'CS0208', '10', 'I do not understand this sentence from here on', 'write it like `Limit Node A to 10 computations per day on Pa'],
  ['Limit Node A.', 'CS0208', 'Node A', 'I do not understand this sentence from here on', 'write it like `Limit Node A to 10 computations per day on Pa'],
  ['Limit to 10 computations per day.', 'CS0208', 'to', 'I do not understand this sentence from here on', 'write it like `Limit Node A to 10 computations per day on Pa'],
  ['Limit Nodee A to 10 computations per day.', 'CS0214', 'Nodee A', 'I do not know a node or group called `Nodee A`', 'did you mean `Node A`?'],
  ['Limit 5 to 10 computations per day.', 'CS0217', '5', '`5` is a number, where the name of a node or group belongs', 'put a name that consists of digits in quotes'],
  ['Limit Compliance to 10 computations per day.', 'CS0216', 'Compliance', '`Compliance` is a role, where a node or group belongs', 'known here: `Node A`, `Node B`, `Node C`, `Northwind Bank`, '],
  ['Limit Node A to 10 computations per day on Payrol.', 'CS0214', 'Payrol', 'I do not know a dataset called `Payrol`', 'did you mean `Payroll`?'],
  ['Limit Node A to 10 computations per day Europe/Londn time.', 'CS0236', 'Europe/Londn time', 'I do not know the time zone `Europe/Londn`', 'did you mean `Europe/London`?'],
  ['Limit Hospitals to 10 computations per day.', 'CS0244', 'Hospitals', '`Hospitals` could mean each of them or all together', 'write `each of` before it, or `together` after it'],
  ['Limit all nodes to 10 computations per day.', 'CS0244', 'all nodes', '`all nodes` could mean each of them or all together', 'write `each node`, or `everyone` for all together'],
  ['Limit anyone to 10 computations per day.', 'CS0244', 'anyone', '`anyone` could mean each of them or all together', 'write `each node`, or `everyone` for all together'],
  ['Limit AI agents to 10 computations per day.', 'CS0244', 'AI agents', '`AI agents` could mean each of them or all together', 'write `AI agents together`'],
  ['Limit each AI agent to 10 computations per day.', 'CS0244', 'each AI agent', 'AI agents are not told apart, so they have no limits of their own', 'write `AI agents of Node A`, or `AI agents together`'],
  ['Limit each of Node A and Node B together to 10 computations per day.', 'CS0244', 'each of Node A and Node B together', 'says both `each` and `together`', 'leave one of them out'],
  ['Limit Node A or Node B to 10 computations per day.', 'CS0244', 'Node A or Node B', '`Node A or Node B` could mean each of them or all together', 'write `each of` before it, or `together` after it'],
  ['Limit everyone to a total epsilon per quarter.', 'CS0242', 'a total epsilon', 'does not say how much epsilon', 'write a number, for example `0.5`'],
  ['Limit everyone to a total epsilon of 0 per quarter.', 'CS0242', '0', '`0` is no epsilon', 'write a number greater than 0, for example `0.5`'],
  ['Limit everyone to a total epsilon of -1 per quarter.', 'CS0242', '-1', '`-1` is no epsilon', 'write a number greater than 0, for example `0.5`'],
  ['Limit everyone to a total epsilon of 50% per quarter.', 'CS0242', '50%', '`50%` is no epsilon', 'write a number greater than 0, for example `0.5`'],
  ['Limit everyone to a total epsilon of 1e-3 per quarter.', 'CS0242', '1e-3', '`1e-3` is no epsilon', 'write it out, for example `0.5`'],
  ['Limit everyone to a total epsilon of 4 on Admissions.', 'CS0243', 'Limit everyone to a total epsilon of 4 on Admissions', 'does not say in which time', 'write `per day`, `per week`, `per month`, `per quarter` or `'],
  ['Limit everyone to a total epsilon of four point five per quarter.', 'CS0243', 'Limit everyone to a total epsilon of four', 'does not say in which time', 'write `per day`, `per week`, `per month`, `per quarter` or `'],
  ['Limit everyone to at least 10 computations per day.', 'CS0208', 'least', 'I do not understand this sentence from here on', 'write it like `Limit Node A to 10 computations per day on Pa'],
  ['Do not limit Node A to 10 computations per day.', 'CS0208', 'limit', 'I do not understand this sentence from here on', 'leave the sentence out: nothing is limited, owed or paused u'],
  ['Never limit Node A to 10 computations per day.', 'CS0208', 'limit', 'I do not understand this sentence from here on', 'leave the sentence out: nothing is limited, owed or paused u'],
  ['Limit Node A to 10 computations per day if Node B signs.', 'CS0228', 'if Node B signs', 'I do not understand `if Node B signs` here', 'leave it out, or end the sentence before it with a full stop'],
  ['Limit Node A to 10 computations per day unless Node B signs.', 'CS0228', 'unless Node B signs', 'I do not understand `unless Node B signs` here', 'leave it out, or end the sentence before it with a full stop'],
  ['Limit Node A to 10 computations per day until 31 February 2026.', 'CS0237', '31 February 2026', '`31 February 2026` is no date', 'write it like `1 October 2026`'],
  ['Limit Node A to 10 computations per day per week.', 'CS0228', 'per week', 'I do not understand `per week` here', 'leave it out, or end the sentence before it with a full stop'],
  ['Node A may run at most 10 computations per day.', 'CS0228', 'at most 10 computations per day', 'I do not understand `at most 10 computations per day` here', 'leave it out, or end the sentence before it with a full stop'],
  ['Node A may compute at most 10 times per day.', 'CS0228', 'at most 10 times per day', 'I do not understand `at most 10 times per day` here', 'leave it out, or end the sentence before it with a full stop'],
]);

eachRefusal('privacy that cannot be read in one way only are refused', [
  ['Every computation must use differential privacy.', 'CS0242', 'use differential privacy', 'does not say how much epsilon at most', 'write `epsilon at most 0.5`'],
  ['Every computation must use differential privacy with epsilon.', 'CS0242', 'with epsilon', 'does not say how much epsilon at most', 'write `epsilon at most 0.5`'],
  ['Every computation must use differential privacy with epsilon 0.5.', 'CS0242', 'with epsilon', 'does not say how much epsilon at most', 'write `epsilon at most 0.5`'],
  ['Every computation must use differential privacy with epsilon at most.', 'CS0242', 'at most', 'does not say how much epsilon', 'write a number, for example `0.5`'],
  ['Every computation must use differential privacy with epsilon at most 0.', 'CS0242', '0', '`0` is no epsilon', 'write a number greater than 0, for example `0.5`'],
  ['Every computation must use differential privacy with epsilon at most -0.5.', 'CS0242', '-0.5', '`-0.5` is no epsilon', 'write a number greater than 0, for example `0.5`'],
  ['Every computation must use differential privacy with epsilon at most 50%.', 'CS0242', '50%', '`50%` is no epsilon', 'write a number greater than 0, for example `0.5`'],
  ['Every computation must use differential privacy with epsilon at most 1e-3.', 'CS0242', '1e-3', '`1e-3` is no epsilon', 'write it out, for example `0.5`'],
  ['Every computation must use differential privacy with epsilon at most Node A.', 'CS0242', 'at most', 'does not say how much epsilon', 'write a number, for example `0.5`'],
  ['Every computation must use differential privacy with epsilon at least 0.5.', 'CS0242', 'with epsilon', 'does not say how much epsilon at most', 'write `epsilon at most 0.5`'],
  ['Every computation must use differential privacy with epsilon at most 0.5 and delta at most 1.', 'CS0242', '1', '`1` is no delta', 'write a number between 0 and 1, or leave `delta` out for pur'],
  ['Every computation must use differential privacy with epsilon at most 0.5 and delta at most 0.', 'CS0242', '0', '`0` is no delta', 'write a number between 0 and 1, or leave `delta` out for pur'],
  ['Every computation must use differential privacy with epsilon at most 0.5 and delta at most 1e-6.', 'CS0242', '1e-6', '`1e-6` is no delta', 'write it out, for example `0.000001`'],
  ['Every computation must use differential privacy with epsilon at most 0.5 and delta.', 'CS0242', 'and delta', 'does not say how much delta at most', 'write `delta at most 0.000001`'],
  ['Every computation must not use differential privacy with epsilon at most 0.5.', 'CS0232', 'not use differential privacy with epsilon at most 0.5', 'I do not know the requirement `not use differential privacy with epsilon at most 0.5`', 'known: `use a malicious-secure protocol`, `be for research`,'],
  ['Every computation should use differential privacy with epsilon at most 0.5.', 'CS0211', 'should', '`should` does not say whether this is allowed or required', 'write `may` or `must`'],
]);

eachRefusal('links and programs that cannot be read in one way only are refused', [
  ['Every computation must use links with a round trip of at most 0 ms.', 'CS0220', '0', '`0` is no number of milliseconds', 'write a whole number of at least 1'],
  ['Every computation must use links with a round trip of at most 80.', 'CS0220', 'use links with a round trip of at most', 'does not say how many milliseconds', 'write a number, for example `at most 80 ms`'],
  ['Every computation must use links with a round trip of at most 80 hours.', 'CS0220', 'use links with a round trip of at most', 'does not say how many milliseconds', 'write a number, for example `at most 80 ms`'],
  ['Every computation must use links with a round trip of at most.', 'CS0220', 'use links with a round trip of at most', 'does not say how many milliseconds', 'write a number, for example `at most 80 ms`'],
  ['Every computation must use links with a round trip of at most 1.5 ms.', 'CS0220', '1.5', '`1.5` is no number of milliseconds', 'write a whole number of at least 1'],
  ['Every computation must use links with a round trip of at least 80 ms.', 'CS0232', 'use links with a round trip of at least 80 ms', 'I do not know the requirement `use links with a round trip of at least 80 ms`', 'known: `use a malicious-secure protocol`, `be for research`,'],
  ['Every computation must use links with a round trip under 80 ms.', 'CS0232', 'use links with a round trip under 80 ms', 'I do not know the requirement `use links with a round trip under 80 ms`', 'known: `use a malicious-secure protocol`, `be for research`,'],
  ['Every computation must use a program approved by Compliannce.', 'CS0214', 'Compliannce', 'I do not know a node, group or role called `Compliannce`', 'did you mean `Compliance`?'],
  ['Every computation must use a program approved by Payroll.', 'CS0216', 'Payroll', '`Payroll` is a dataset, where a node, group or role belongs', 'known here: `Node A`, `Node B`, `Node C`, `Northwind Bank`, '],
  ['Every computation must use a program approved by at least 4 of Node A, Node B and Node C.', 'CS0219', 'at least 4 of Node A, Node B and Node C', 'asks for 4 signatures but names only 3 possible signers, so it can never be met', 'ask for at most 3, or name more signers'],
  ['Every computation must use a program approved by Hospitals.', 'CS0231', 'Hospitals', 'does not say how many of `Hospitals`', 'write `every`, `any`, `at least 2 of` or `a majority of` bef'],
  ['Every computation must use a program approved by 7.', 'CS0217', '7', '`7` is a number, where the name of a node, group or role belongs', 'put a name that consists of digits in quotes'],
  ['Every computation must not rest on LPN and be for research.', 'CS0232', 'not rest on LPN', 'I do not know the requirement `not rest on LPN`', 'known: `use a malicious-secure protocol`, `be for research`,'],
  ['Every computation must not rest on Module-LWE.', 'CS0232', 'not rest on Module-LWE', 'I do not know the requirement `not rest on Module-LWE`', 'known: `use a malicious-secure protocol`, `be for research`,'],
  ['Every computation must rest on Module-LWE.', 'CS0232', 'rest on Module-LWE', 'I do not know the requirement `rest on Module-LWE`', 'known: `use a malicious-secure protocol`, `be for research`,'],
  ['Every computation must rest on LPN only.', 'CS0232', 'rest on LPN only', 'I do not know the requirement `rest on LPN only`', 'known: `use a malicious-secure protocol`, `be for research`,'],
  ['Every computation must use an approved program.', 'CS0232', 'use an approved program', 'I do not know the requirement `use an approved program`', 'known: `use a malicious-secure protocol`, `be for research`,'],
  ['Every computation must use a program approved by.', 'CS0232', 'use a program approved by', 'I do not know the requirement `use a program approved by`', 'known: `use a malicious-secure protocol`, `be for research`,'],
]);

eachRefusal('duties that cannot be read in one way only are refused', [
  ['After every computation on Payroll, notify Data Protection.', 'CS0245', 'After every computation on Payroll, notify Data Protection', 'does not say by when', 'write a time at its end, for example `within 1 hour` or `aft'],
  ['After every computation on Payroll, notify Data Protection within 0 hours.', 'CS0220', '0', '`0` is no number of hours', 'write a whole number of at least 1'],
  ['After every computation on Payroll, notify Data Protection within 1 fortnight.', 'CS0245', 'After every computation on Payroll, notify Data Protection', 'does not say by when', 'write a time at its end, for example `within 1 hour` or `aft'],
  ['After every computation on Payroll, notify Data Protektion within 1 hour.', 'CS0214', 'Data Protektion', 'I do not know a node, group or role called `Data Protektion`', 'did you mean `Data Protection`?'],
  ['After every computation on Payroll, notify nobody within 1 hour.', 'CS0214', 'nobody', 'I do not know a node, group or role called `nobody`', 'known here: `Node A`, `Node B`, `Node C`, `Northwind Bank`, '],
  ['After every computation on Payroll, notify 5 within 1 hour.', 'CS0217', '5', '`5` is a number, where the name of a node, group or role belongs', 'put a name that consists of digits in quotes'],
  ['After every computation on Payroll, notify Node B or Compliance within 1 hour.', 'CS0246', 'After every computation on Payroll, notify Node B or Compliance within 1 hour', 'does not say who of them is told', 'write `and` if all are told; a role is told when any one who'],
  ['After every computation on Payroll, notify at least 2 people from Compliance within 1 hour.', 'CS0208', 'at', 'I do not understand this sentence from here on', 'write it like `After every computation on Payroll, notify Co'],
  ['After every computation on Payroll, delete it.', 'CS0208', 'it', 'I do not understand this sentence from here on', 'write it like `After every computation on Payroll, notify Co'],
  ['After every computation on Payrol, notify Data Protection within 1 hour.', 'CS0214', 'Payrol', 'I do not know a dataset called `Payrol`', 'did you mean `Payroll`?'],
  ['After every computation on Payroll, never notify Data Protection within 1 hour.', 'CS0208', 'never', 'I do not understand this sentence from here on', 'write it like `After every computation on Payroll, notify Co'],
  ['Do not notify Data Protection within 1 hour of every computation.', 'CS0208', 'notify', 'I do not understand this sentence from here on', 'leave the sentence out: nothing is limited, owed or paused u'],
  ['Results of Mean must be deleted.', 'CS0245', 'Results of Mean must be deleted', 'does not say by when', 'write a time at its end, for example `within 1 hour` or `aft'],
  ['Results of Mean must be deleted after days.', 'CS0245', 'Results of Mean must be deleted', 'does not say by when', 'write a time at its end, for example `within 1 hour` or `aft'],
  ['Results of Mean must be deleted after 0 days.', 'CS0220', '0', '`0` is no number of days', 'write a whole number of at least 1'],
  ['Results of Mean must be deleted after 30 moons.', 'CS0245', 'Results of Mean must be deleted', 'does not say by when', 'write a time at its end, for example `within 1 hour` or `aft'],
  ['Results of Mean must be deleted on 1 October 2020.', 'CS0245', 'Results of Mean must be deleted', 'does not say by when', 'write a time at its end, for example `within 1 hour` or `aft'],
  ['Results of Mean must not be deleted after 30 days.', 'CS0232', 'not be deleted after 30 days', 'I do not know the requirement `not be deleted after 30 days`', 'known for results: `cover at least 25 records`, `be deleted '],
  ['Results of Mean must be kept for 30 days.', 'CS0232', 'be kept for 30 days', 'I do not know the requirement `be kept for 30 days`', 'known for results: `cover at least 25 records`, `be deleted '],
  ['Results of Meen must be deleted after 30 days.', 'CS0214', 'Meen', 'I do not know a program called `Meen`', 'did you mean `Mean`?'],
  ['Results of Mean should be deleted after 30 days.', 'CS0208', 'should', 'I do not understand this sentence from here on', 'write it like `Results of Mean must be deleted after 30 days'],
]);

eachRefusal('policy changes that cannot be read in one way only are refused', [
  ['Policy changes need.', 'CS0231', 'Policy changes need', 'does not say whose signatures', 'write, for example, `Policy changes need at least 2 of Node '],
  ['Policy changes need nobody.', 'CS0214', 'nobody', 'I do not know a node, group or role called `nobody`', 'known here: `Node A`, `Node B`, `Node C`, `Northwind Bank`, '],
  ['Policy changes need at least 4 of Node A, Node B and Node C.', 'CS0219', 'at least 4 of Node A, Node B and Node C', 'asks for 4 signatures but names only 3 possible signers, so it can never be met', 'ask for at most 3, or name more signers'],
  ['Policy changes need every data owner to sign.', 'CS0247', 'every data owner', 'a policy has no data owners, only a computation has', 'name the nodes or roles that must sign'],
  ['Policy changes need Hospitals to sign.', 'CS0231', 'Hospitals', 'does not say how many of `Hospitals`', 'write `every`, `any`, `at least 2 of` or `a majority of` bef'],
  ['Policy changes need Nodee B to sign.', 'CS0214', 'Nodee B', 'I do not know a node, group or role called `Nodee B`', 'did you mean `Node B`?'],
  ['Policy changes need Node A and Node B or Node C to sign.', 'CS0218', 'Node A and Node B or Node C', 'mixes `and` with `or`, which can be read in two ways', 'group one side with either/or or both/and, for example: both'],
  ['Policy changes need Node A if Node B signs.', 'CS0228', 'if Node B signs', 'I do not understand `if Node B signs` here', 'leave it out, or end the sentence before it with a full stop'],
  ['Policy changes need 0 of Node A and Node B.', 'CS0220', '0', '`0` is no number of signatures', 'write a whole number of at least 1'],
  ['Policy changes should need Node A to sign.', 'CS0211', 'should', '`should` does not say whether this is allowed or required', 'write `may` or `must`'],
  ['Policy changes need both Node A and either Node B or both Node C and St Mary to sign.', 'CS0203', 'both Node A and either Node B or both Node C and St Mary', 'nests `either` and `both` too deeply', 'say it in several sentences'],
  ['Policy changes do not need Node A to sign.', 'CS0208', 'do', 'I do not understand this sentence from here on', 'write it like `Policy changes need at least 2 of Node A, Nod'],
]);

describe('beside the sentence itself', () => {
  test('a role that nobody holds is refused wherever somebody is asked to act', () => {
    const nobody = { ...registry, roles: [{ name: 'Auditors', nodes: [] }] };
    const codesOf = (source: string) => {
      const compiled = compile(source, nobody);
      return compiled.ok ? [] : compiled.diagnostics.map(({ code }) => code);
    };
    for (const source of [
      'Policy changes need Auditors to sign.',
      'Policy changes need at least two different people from Auditors.',
      'Every computation must use a program approved by Auditors.',
      'After every computation, notify Auditors within 1 hour.',
      'After every computation, notify someone from Auditors within 1 hour.',
    ]) expect({ source, codes: codesOf(source) }).toEqual({ source, codes: ['CS0213'] });
  });

  test('a limit or a duty that is over is refused where today is known', () => {
    for (const sentence of ['Limit Node A to 10 computations per day until 31 December 2026.', 'After every computation until 31 December 2026, notify Compliance within 1 hour.', 'Results until 31 December 2026 must be deleted after 30 days.']) {
      const compiled = compile(sentence, registry, 'test.policy', { today: '2027-01-01' });
      expect({ sentence, codes: compiled.ok ? [] : compiled.diagnostics.map(({ code }) => code) }).toEqual({ sentence, codes: ['CS0239'] });
      expect(policyOf(sentence).rules).toHaveLength(1);
    }
  });

  test('every mistake is reported, in the order of the text', () => {
    const source = 'Limit Nodee A to 0 computations per fortnight.\nPolicy changes need nobody.\nResults of Mean must be deleted.\nEvery computation must use differential privacy and use a program approved by 7.';
    expect(refused(source).map(({ code, span }) => `${code} ${span.start.line}:${span.start.column}`)).toEqual(['CS0214 1:7', 'CS0220 1:18', 'CS0243 1:37', 'CS0214 2:21', 'CS0245 3:1', 'CS0242 4:24', 'CS0217 4:79']);
  });

  test('a full stop that is missing is pointed at', () => {
    expect(refused('Limit Node A to 10 computations per day\nPolicy changes need Node A\nResults of Mean must be deleted after 30 days Notify Compliance within 1 hour of every computation.').map(({ code, span }) => `${code} ${span.start.line}:${span.start.column}`))
      .toEqual(['CS0207 1:40', 'CS0207 2:27', 'CS0207 3:46']);
  });
});
