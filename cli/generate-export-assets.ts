import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const source = join(root, 'ledger', 'export');

/** What every bag brings along, by path under the project's folder: index.html and verify.mjs, from one verifier. */
export async function exportAssets(): Promise<ReadonlyMap<string, string>> {
  const [page, verifier, template, style] = await Promise.all([
    bundle(join(source, 'page', 'page.ts'), 'browser'),
    bundle(join(source, 'verifier', 'node-main.ts'), 'node'),
    readFile(join(source, 'page', 'page.html'), 'utf8'),
    readFile(join(source, 'page', 'page.css'), 'utf8'),
  ]);
  // A script ends at the first </script, wherever it stands.
  const script = page.replaceAll('</script', String.raw`<\/script`);
  const html = template
    .replace('SCRIPT_HASH', () => hash(script)).replace('STYLE_HASH', () => hash(style))
    .replace('<style>STYLE<', () => `<style>${style}<`).replace('<script>SCRIPT<', () => `<script>${script}<`);
  return new Map([
    ['ledger/export/assets/index.html', html],
    ['ledger/export/assets/verify.mjs', verifier],
  ]);
}

export async function writeExportAssets(folder: string = root): Promise<number> {
  const files = await exportAssets();
  for (const [path, text] of files) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return files.size;
}

/** Not minified: whoever does not trust it shall be able to read it. */
async function bundle(entry: string, platform: 'browser' | 'node'): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry], bundle: true, write: false, platform, absWorkingDir: root, charset: 'utf8', legalComments: 'none',
    format: platform === 'browser' ? 'iife' : 'esm', target: platform === 'browser' ? ['chrome111', 'firefox115', 'safari16.4'] : ['node20'],
  });
  return outputFiles[0]?.text ?? '';
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

if (import.meta.main) console.log(`${await writeExportAssets()} files for exports written`);
