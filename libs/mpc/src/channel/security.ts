/** Whom a protocol holds against: parties that follow it and try to learn more, or parties that do as they like. */
export type SecurityModel = 'semi-honest' | 'malicious';

/**
 * Of a protocol, or of a part of one: which models it holds in. A semi-honest protocol takes parts of any, and so is the default; a malicious one asks for
 * those that are `<'malicious'>`, so that another does not compile.
 */
export interface Against<M extends SecurityModel = SecurityModel> {
  readonly security: M;
}
