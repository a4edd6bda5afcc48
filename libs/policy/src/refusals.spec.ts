import { compile } from './compile.js';
import { registry } from './testing/consortium.js';
import { eachRefusal, refused, type Refusal } from './testing/refusals.js';

const TABLE: readonly Refusal[] = [
  // Names.
  ['Allow Node A to compute if Nodee B signs.', 'CS0214', 'Nodee B', 'I do not know a node, group or role called `Nodee B`', 'did you mean `Node B`?'],
  ['Allow Node A to run Meen.', 'CS0214', 'Meen', 'I do not know a program called `Meen`', 'did you mean `Mean`?'],
  ['Allow Node A to compute on Payrol.', 'CS0214', 'Payrol', 'I do not know a dataset called `Payrol`', 'did you mean `Payroll`?'],
  ['Allow Node A to run Payrol.', 'CS0214', 'Payrol', 'I do not know a program called `Payrol`', 'did you mean `Payroll`? It is a dataset.'],
  ['Allow Zzz to compute.', 'CS0214', 'Zzz', 'I do not know a node or group called `Zzz`', 'known here: `Node A`, `Node B`'],
  ['Allow Compliance Team to compute.', 'CS0214', 'Compliance Team', 'I do not know a node or group called `Compliance Team`', ''],
  ['Allow any Hospitel to compute.', 'CS0214', 'Hospitel', 'I do not know a node or group called `Hospitel`', 'did you mean `Hospitals`?'],
  ['Allow Node A to run Payroll.', 'CS0216', 'Payroll', '`Payroll` is a dataset, where a program belongs', ''],
  ['Allow Compliance to compute.', 'CS0216', 'Compliance', '`Compliance` is a role, where a node or group belongs', ''],
  ['Allow Node A to compute on Node B.', 'CS0216', 'Node B', '`Node B` is a node, where a dataset belongs', ''],
  ['Allow Node A to compute if 2 people from Node B sign.', 'CS0216', 'Node B', '`Node B` is a node, where a role belongs', ''],
  ['Allow 5 to compute.', 'CS0217', '5', '`5` is a number, where the name of a node or group belongs', ''],
  ['Allow Node A to run 12.5.', 'CS0217', '12.5', '`12.5` is a number, where the name of a program belongs', ''],
  ['Allow Node A Node B to compute.', 'CS0226', 'Node A Node B', '`Node A` and `Node B` stand side by side', 'and'],
  ['Allow Node A to compute for Payroll.', 'CS0216', 'Payroll', '`Payroll` is a name, where a purpose belongs', 'quotes'],
  ['Allow Node A to compute if a data officer of Node B signs.', 'CS0213', 'data officer', 'nobody can give this signature', 'Node B has: `Compliance`, `Chief Privacy Officer`'],
  ['Allow Node A to compute only if a data offcer of Node A signs.', 'CS0213', 'data offcer', 'nobody can give this signature', 'did you mean `data officer`?'],
  ['Allow Node A to compute if a data officer of Nodee A signs.', 'CS0214', 'Nodee A', 'I do not know a node or group called `Nodee A`', 'did you mean `Node A`?'],
  ['Allow Node A to compute if Bank of Northwend signs.', 'CS0214', 'Northwend', 'I do not know a node or group called `Northwend`', ''],
  ['Node A must not compute for marketing two times.', 'CS0241', 'marketing two times', '`marketing two times` looks like more than a purpose', 'quotes'],
  ['Node A must not compute for any marketing.', 'CS0228', 'for any marketing', 'I do not understand `for any marketing` here', ''],
  ['Never allow anyone to compute on data tagged nobody.', 'CS0241', 'nobody', '`nobody` looks like more than a tag', 'quotes'],
  ['Every computation must run only on nodes in two.', 'CS0241', 'two', '`two` looks like more than a region', 'quotes'],
  ['Node A may run Mean only if a data officer of Hospitals signs.', 'CS0216', 'Hospitals', '`Hospitals` is a group, where one node belongs', 'people'],
  ['Node A must not compute for marketing 5 times.', 'CS0241', 'marketing 5 times', '`marketing 5 times` looks like more than a purpose', 'quotes'],
  ['Node A must not compute for marketing after lunch.', 'CS0228', 'after lunch', 'I do not understand `after lunch` here', ''],
  ['Every computation must be for research and start on Mondays.', 'CS0230', 'start on Mondays', 'does not say which time zone', ''],
  // Verbs and modals.
  ['Node A should compute on Payroll.', 'CS0211', 'should', '`should` does not say whether this is allowed or required', 'write `may` or `must`'],
  ['Node A must compute.', 'CS0211', 'must', 'a policy cannot make a node compute', 'write `may`'],
  ['Alow Node A to compute.', 'CS0210', 'Alow', 'I do not know the verb `Alow`', 'did you mean `allow`?'],
  ['Node A exports Payroll.', 'CS0210', 'exports', 'I do not know the verb `exports`', 'compute'],
  ['Allow Node A to export Payroll.', 'CS0210', 'export', 'I do not know the verb `export`', 'write `compute`, or `run`'],
  ['Forbid Node A from exporting.', 'CS0210', 'exporting', 'I do not know the verb `exporting`', ''],
  ['Allow Node A to compute if Node B signd.', 'CS0210', 'signd', 'I do not know the verb `signd`', 'did you mean `signs`?'],
  ['Allow Node A compute.', 'CS0228', 'compute', 'I do not understand `compute` here', 'write `to compute`'],
  ['Node A may receive the results of Mean.', 'CS0235', 'receive the results', 'who receives a result is said by exclusion', 'Only'],
  ['Only Node A may run Mean.', 'CS0229', 'Only Node A may run Mean', 'could also be meant to forbid it to all others', 'leave out `only`'],
  ['Only allow Node A to compute.', 'CS0229', 'Only allow Node A to compute', 'needs an `if`', ''],
  // Twice no.
  ['No Node B may sign their own jobs.', 'CS0208', '', 'I do not understand this sentence from here on', ''],
  ['Never forbid Node A from computing.', 'CS0212', 'Never forbid', 'says no twice', ''],
  ['No one must not run Mean.', 'CS0212', 'No one must not', 'says no twice', ''],
  ['Node A must not never compute.', 'CS0212', 'Node A must not never', 'says no twice', ''],
  ['Forbid Node A from not computing.', 'CS0212', 'Forbid Node A from not', 'says no twice', ''],
  ['Forbid Node A from computing only if Node B signs.', 'CS0212', 'only if Node B signs', 'says no twice', 'unless'],
  // Conditions.
  ['Allow Node A to compute if Node B signs and Node C signs or Compliance signs.', 'CS0218', 'Node B signs and Node C signs or Compliance signs', 'mixes `and` with `or`, which can be read in two ways', 'either/or or both/and'],
  ['Allow Node A to compute if Node B and Node C or Compliance sign.', 'CS0218', 'Node B and Node C or Compliance', 'mixes `and` with `or`', 'either/or'],
  ['Allow Node A, Node B to compute.', 'CS0218', 'Node A, Node B', 'does not say whether it means `and` or `or`', ''],
  ['Allow Node A to compute if at least 2 of Node A, Node B and Node C and Compliance sign.', 'CS0218', 'at least 2 of Node A, Node B and Node C and Compliance', 'it is not clear where this list ends', ''],
  ['Allow Node A to compute if at least 4 of Node A, Node B and Node C sign.', 'CS0219', 'at least 4 of Node A, Node B and Node C', 'asks for 4 signatures but names only 3 possible signers, so it can never be met', 'ask for at most 3'],
  ['Allow Node A to compute if at least 4 Hospitals sign.', 'CS0219', 'at least 4 Hospitals', 'names only 3 possible signers', ''],
  ['Allow Node A to compute if at least 2 of Node B and Node B sign.', 'CS0219', 'at least 2 of Node B and Node B', 'names only 1 possible signer', ''],
  ['Allow Node A to compute if at least 0 of Node B and Node C sign.', 'CS0220', '0', '`0` is no number of signatures', 'at least 1'],
  ['Allow Node A to compute if at least 1.5 of Node B and Node C sign.', 'CS0220', '1.5', '`1.5` is no number of signatures', 'whole number'],
  ['Allow Node A to compute if -1 people from Compliance sign.', 'CS0220', '-1', '`-1` is no number of signatures', ''],
  ['Every result must cover at least 50% records.', 'CS0220', '50%', '`50%` is no number of records', ''],
  ['Allow Node A to compute if appropriate.', 'CS0222', 'appropriate', '`appropriate` cannot be checked by a machine', 'say who must sign'],
  ['Allow Node A to compute if Node B signs and the data is clean.', 'CS0222', 'the data is clean', 'cannot be checked by a machine', ''],
  ['Allow Node A to compute unless Node B signs.', 'CS0223', 'unless Node B signs', 'a signature cannot take a permission away', ''],
  ['Forbid Node A from computing if Node B signs.', 'CS0223', 'if Node B signs', 'a signature cannot forbid', 'unless'],
  ['Allow Node A to compute if Node B does not sign.', 'CS0223', 'Node B does not sign', 'a permission cannot hang on a signature that is missing', ''],
  ['Allow Node A to compute if data owners sign.', 'CS0231', 'data owners', 'does not say how many data owners', 'every data owner'],
  ['Allow Node A to compute if Hospitals sign.', 'CS0231', 'Hospitals', 'does not say how many of `Hospitals`', 'every'],
  ['Allow Node A to compute if 2 people from Compliance or Data Protection sign.', 'CS0218', '2 people from Compliance', 'it is not clear where this list ends', 'say `sign` after it'],
  ['Allow Node A to compute if every person from Compliance and Data Protection signs.', 'CS0218', 'every person from Compliance', 'it is not clear where this list ends', ''],
  ['Node A must not compute with Node B and Node C.', 'CS0218', 'with Node B and Node C', 'could mean either of them, or only all together', 'with both'],
  ['Pause all computations with Node A, Node B and Node C.', 'CS0218', 'with Node A, Node B and Node C', 'could mean either of them, or only all together', 'with all of'],
  ['Allow Node A to compute on data tagged hr and health.', 'CS0218', 'data tagged hr and health', 'could mean data with all of these tags, or with any one of them', 'or'],
  // Limits, results and requirements.
  ['Allow Node A to compute on Payroll on Admissions.', 'CS0227', 'on Admissions', 'says `on` twice', ''],
  ['Allow Node A to compute if Node B signs on Payroll.', 'CS0228', 'on Payroll', 'I do not understand `on Payroll` here', ''],
  ['Every result must be nice.', 'CS0232', 'be nice', 'I do not know the requirement `be nice`', 'cover at least'],
  ['Every computation must be beautiful.', 'CS0232', 'be beautiful', 'I do not know the requirement `be beautiful`', 'malicious-secure'],
  ['Every computation must start on weekdays between 08:00 and 18:00.', 'CS0230', 'start on weekdays between 08:00 and 18:00', 'does not say which time zone', 'Europe/London'],
  ['Every computation must start on weekdays London time.', 'CS0236', 'London time', 'I do not know the time zone `London`', 'did you mean `Europe/London`?'],
  ['Every computation must start on weekdays Europe/Londn time.', 'CS0236', 'Europe/Londn time', 'I do not know the time zone `Europe/Londn`', 'did you mean `Europe/London`?'],
  ['Every computation must start between 25:00 and 06:00 UTC.', 'CS0240', '25:00', '`25:00` is no time of day', '08:00'],
  ['Every computation must start between 08:00 and 08:00 UTC.', 'CS0238', 'start between 08:00 and 08:00 UTC', 'never opens', ''],
  ['Every computation must start Europe/London time.', 'CS0232', 'start Europe/London time', 'does not say when', ''],
  ['Allow Node A to compute from 31 February 2026.', 'CS0237', '31 February 2026', '`31 February 2026` is no date', '1 October 2026'],
  ['Allow Node A to compute until tomorrow.', 'CS0237', 'tomorrow', '`tomorrow` is no date', '1 October 2026'],
  ['Allow Node A to compute from 1 May 2027 until 30 April 2027.', 'CS0238', 'from 1 May 2027 until 30 April 2027', 'ends before it begins', 'exchange'],
  ['Every computation must use at least 0 computing parties.', 'CS0220', '0', '`0` is no number of parties', ''],
  ['Limit any of Node A and Node B together to 100 computations per year.', 'CS0244', 'any of Node A and Node B together', 'says both `each` and `together`', 'leave one of them out'],
  ['Signatures for Payroll expire after 0 hours.', 'CS0220', '0', '`0` is no number of hours', ''],
  ['Signatures for Payroll and Mean expire after 4 hours.', 'CS0233', 'Signatures for Payroll and Mean expire after 4 hours', 'names datasets and programs in one list', 'one sentence for each'],
  ['Signatures for Payrol expire after 4 hours.', 'CS0214', 'Payrol', 'I do not know a dataset or program called `Payrol`', 'did you mean `Payroll`?'],
  ['Pause all computations until Node B signs and Node C signs or Compliance signs.', 'CS0218', 'Node B signs and Node C signs or Compliance signs', 'mixes', ''],
  ['Node Z may veto any computation.', 'CS0214', 'Node Z', 'I do not know a node, group or role called `Node Z`', ''],
  // Groups.
  ['Define Payroll as Node A.', 'CS0225', 'Payroll', 'the group `Payroll` is already the name of a dataset', ''],
  ['Define Data Owners as Node A.', 'CS0225', 'Data Owners', 'already has a meaning in this language', ''],
  ['Define Clinics as Riverside. Define clinics as St Mary.', 'CS0225', 'clinics', 'the group `clinics` is defined twice', ''],
  ['Define Things as Node A and Mean.', 'CS0233', 'Node A and Mean', 'a group holds names of one kind, not nodes and programs', ''],
  ['Define Ones as Twos. Define Twos as Ones.', 'CS0234', 'Ones', 'the group `Ones` is defined by itself', ''],
  // Characters and shape.
  ['Allow Nоde A to compute.', 'CS0205', 'о', 'the character `о` is U+043E, which only looks like `o`', 'type `o`'],
  ['Allow Node A to compute if Ｎode B signs.', 'CS0205', 'Ｎ', 'U+FF2E, which only looks like `N`', ''],
  ['Allow Node\u00a0A to compute.', 'CS0205', '\u00a0', 'U+00A0', ''],
  ['Allow Node A\u202e to compute.', 'CS0205', '\u202e', 'the character U+202E cannot be seen', 'remove it'],
  ['# a comment that turns \u2067round\nAllow Node A to compute.', 'CS0205', '\u2067', 'the character U+2067 cannot be seen', ''],
  ['Allow "Node\u200b A" to compute.', 'CS0205', '\u200b', 'U+200B', ''],
  ['Allow Node A to compute!', 'CS0205', '!', 'the character `!` has no meaning in a policy', 'full stop'],
  ['Allow Node A to compute; it is fine.', 'CS0205', ';', 'the character `;`', 'full stop'],
  ['Allow 北 to compute.', 'CS0205', '北', 'the character `北`, U+5317, is in no registered name', ''],
  ['Allow "Node A to compute.', 'CS0206', '"', 'this quotation mark is not closed on its line', ''],
  ['Hello there.', 'CS0208', '', 'I do not understand this sentence from here on', 'a sentence begins with'],
  ['If Node B signs, Node A may compute.', 'CS0208', 'If', 'I do not understand this sentence from here on', 'a sentence begins with'],
];

eachRefusal('a sentence that cannot be read in one way only is refused', TABLE);

describe('missing full stops', () => {
  test.each([
    ['Allow Node A to compute\nAllow Node B to compute.', ['1:24']],
    ['Node A may compute\nNode B may run Mean\n\nNo one may run Row Export', ['1:19', '2:20']],
    ['Allow Node A to compute Never allow anyone to run Row Export.', ['1:24']],
    ['Define Clinics as St Mary and Riverside\n# and now\nAny Clinic may compute.', ['1:40']],
    ['Allow Node A to compute for research\nNode B may run Mean.', ['1:37']],
  ])('%j', (source, places) => {
    const diagnostics = refused(source);
    expect(diagnostics.map(({ code, span }) => `${code} ${span.start.line}:${span.start.column}`)).toEqual(places.map((place) => `CS0207 ${place}`));
    const mended = [...diagnostics].reverse().reduce((text, { fix }) => text.slice(0, fix?.span.start.offset) + (fix?.replacement ?? '') + text.slice(fix?.span.end.offset), source);
    expect(refused(mended)).toEqual([]);
  });

  test('what follows is still checked', () => {
    expect(refused('Allow Node A to compute\nNode B may run Meen').map(({ code }) => code)).toEqual(['CS0207', 'CS0214']);
  });
});

test('every mistake of a file is reported, in the order of the text', () => {
  const source = 'Allow Nodee A to compute.\n\nNode A should run Meen.\n  Allow Node A to run Meen if Nodee B signs.\nAllow Node A to compute.\nDefine Payroll as Node A.\nAllow Node A to compute on Nothing.';
  expect(refused(source).map(({ code, span }) => `${code} ${span.start.line}:${span.start.column}`)).toEqual(['CS0214 1:7', 'CS0211 3:8', 'CS0214 4:23', 'CS0214 4:31', 'CS0225 6:8', 'CS0214 7:28']);
});

test('a sentence that is over is refused where today is known', () => {
  const source = 'Allow Node A to compute until 31 December 2026.';
  const on = (today: string) => compile(source, registry, 'test.policy', { today });
  expect(compile(source, registry).ok).toBe(true);
  expect(on('2026-12-31').ok).toBe(true);
  const late = on('2027-01-01');
  expect(late.ok ? [] : late.diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual(['CS0239 was over on 31 December 2026']);
});

test('a tag that no dataset has is a warning, since a sentence may come before the data', () => {
  const compiled = compile('Never allow anyone to compute on data tagged biometrik.', registry);
  expect(compiled.ok && compiled.warnings.map(({ code, severity, help }) => [code, severity, help])).toEqual([['CS0290', 'warning', ['did you mean `biometric`?']]]);
});
