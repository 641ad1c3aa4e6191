// After `npm install`: drops the optional platform builds that the registry did not have from the lock file,
// because `npm ci` refuses a lock that names a package it holds no entry for.
import { readFileSync, writeFileSync } from 'node:fs';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    const known = path === '' || `${path}/node_modules/${name}` in lock.packages || `node_modules/${name}` in lock.packages;
    if (!known) delete entry.optionalDependencies[name];
  }
}
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
