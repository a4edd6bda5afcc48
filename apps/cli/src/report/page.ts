import { createHash } from 'node:crypto';
import { type Content, html, type Markup, trusted } from './markup.js';
import { STYLE } from './style.js';

const STYLE_HASH = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`;
/** No script, no frame, no form, no address: the page shows what is in it, and the browser holds it to that. */
const POLICY = `default-src 'none'; style-src '${STYLE_HASH}'; base-uri 'none'; form-action 'none'`;
export const GENERATOR = 'Countersign report';

export interface Page {
  readonly title: string;
  readonly version: string;
  readonly body: Content;
}

/** A whole document in one file. */
export const page = ({ title, version, body }: Page): string => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="generator" content="${GENERATOR} ${version}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
${body}
</body>
</html>
`.text;

/** Terms and what is to be said of them; those without are left out. */
export const pairs = (entries: readonly (readonly [string, Content])[]): Markup =>
  html`<dl>${entries.flatMap(([term, text]) => (text === undefined || text === false || text === '' ? [] : [html`<dt>${term}</dt><dd>${text}</dd>`]))}</dl>`;
