import { type PolicyView } from '#contract';
import { type Terminal } from '../terminal.js';
import { listText, missingText } from './decision.js';

/** How far a policy has come, and who signed. */
export function policyLines({ version, file, digest, state, signatures, publication }: PolicyView, terminal: Terminal): string[] {
  const told = { proposed: 'proposed', in_force: 'in force', replaced: 'replaced', void: 'void: another policy got in force first' }[state];
  return [
    `${terminal.style('bold', `version ${version}`)}  ${file}  ${told}, digest ${digest.slice(0, 16)}…`,
    ...(signatures.length > 0 ? [`  signed by ${listText(signatures.map(({ signer }) => signer))}`] : []),
    ...(state === 'proposed' ? (publication?.missing ?? []).map((missing) => `  needs ${missingText(missing)}: ${missing.rule.file}:${missing.rule.line} "${missing.rule.sentence}"`) : []),
    ...(publication?.outcome === 'deny' ? [`  ${terminal.style('red', 'nobody can change it any more')}: ${publication.summary}`] : []),
  ];
}
