import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { folderFiles } from './folder-files.ts';
import { describeReport } from './describe.ts';
import { verifyBag } from './verify-bag.ts';

const USAGE = `node verify.mjs [--key <verifier key>] [--witness <verifier key>]... [folder]

Verifies the bag in this folder, or in the one given. Ends with 0 if everything holds, with 1 if not, with 2 if asked wrongly.
`;

/** The whole of verify.mjs. Answers the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const keys: string[] = [];
  const witnesses: string[] = [];
  const folders: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    const list = arg === '--key' ? keys : arg === '--witness' ? witnesses : null;
    const value = list === null ? undefined : args[(at += 1)];
    if (list !== null && value !== undefined) list.push(value);
    else if (arg.startsWith('-')) {
      process.stdout.write(USAGE);
      return arg === '--help' || arg === '-h' ? 0 : 2;
    } else folders.push(arg);
  }
  if (folders.length > 1 || keys.length > 1) {
    process.stdout.write(USAGE);
    return 2;
  }
  // Node 20 calls Ed25519 in WebCrypto experimental; what it answers is the same.
  process.removeAllListeners('warning');
  const [key] = keys;
  const folder = folders[0] ?? fileURLToPath(new URL('.', import.meta.url));
  if (!(await readdir(folder).catch(() => null))) {
    process.stdout.write(`There is no folder ${folder}.\n`);
    return 2;
  }
  const report = await verifyBag(folderFiles(folder), { witnesses, ...(key !== undefined && { key }) });
  process.stdout.write(describeReport(report));
  return report.verdict === 'verified' ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
