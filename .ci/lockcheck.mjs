// Fails when package-lock.json lacks an optional platform package: `npm install` drops one silently
// where the registry lags, and `npm ci` then stops with EUSAGE.
import { readFileSync } from 'node:fs';

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const nearest = (from, name) => {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (packages[`${at ? `${at}/` : ''}node_modules/${name}`]) return true;
    if (!at) return false;
  }
};
const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
  Object.entries(optionalDependencies)
    .filter(([name]) => !nearest(path, name))
    .map(([name, version]) => `${path} needs ${name}@${version}`),
);
const withAddress = Object.entries(packages).filter(([, entry]) => entry.resolved?.startsWith('http'));
for (const line of missing) console.error(`missing from the lock file: ${line}`);
for (const [path] of withAddress) console.error(`names a registry: ${path}`);
process.exit(missing.length + withAddress.length ? 1 : 0);
