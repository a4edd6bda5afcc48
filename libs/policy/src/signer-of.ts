/** The name under which a statement's issuer signs: a person is told from others of her name by the node that registers her. */
export const signerOf = (issuer: string, node?: string): string => (node === undefined ? issuer : `${issuer} of ${node}`);
