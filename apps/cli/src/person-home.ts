import { existsSync } from 'node:fs';
import { PersonFile, PersonRequest, signerOf, type NodeFile } from '#contract';
import { toBase64Url, type SigningKey } from '#pqc';
import { readJson, writeJson } from './files.js';
import { SignerHome } from './signer-home.js';

/** Private keys and pins of somebody who signs for a node. */
export class PersonHome extends SignerHome {
  exists(): boolean {
    return existsSync(this.file('person.json'));
  }
  settings(): PersonFile {
    return readJson(this.file('person.json'), PersonFile, 'settings of a person');
  }
  get name(): string {
    const { name, node } = this.settings();
    return signerOf({ issuer: name, person: { node } });
  }
  get controlPlane(): NodeFile['controlPlane'] {
    return this.settings().controlPlane;
  }
  writeSettings(settings: PersonFile): void {
    writeJson(this.file('person.json'), PersonFile.parse(settings));
  }
  signature(key: SigningKey): { readonly issuer: string; readonly person: { readonly node: string; readonly key: string } } {
    const { name, node } = this.settings();
    return { issuer: name, person: { node, key: toBase64Url(key.publicKey) } };
  }
  /** Nothing acts for a person: what she takes back counts once the control plane has it. */
  keepStatement(): void {}

  /** Where her node finds what it registers of her. */
  get requestPath(): string {
    return this.file('request.json');
  }
  writeRequest(request: PersonRequest): void {
    writeJson(this.requestPath, PersonRequest.parse(request));
  }
}
