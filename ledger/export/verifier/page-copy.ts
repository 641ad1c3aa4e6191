import { fromBase64, isObject, jsonObject, textOf, toBase64, utf8, type Bytes } from './bytes.ts';

/** Where in index.html the copy of the bag is. */
export const COPY_OPENS = '<script type="application/json" id="bag">';
const COPY_CLOSES = '</script>';

/** The copy of these files as JSON that may stand in a page: text as it is, other bytes as base64. */
export function formatCopy(files: ReadonlyMap<string, Bytes>): string {
  const entries = [...files].map(([path, bytes]) => [path, textOf(bytes) ?? { base64: toBase64(bytes) }]);
  return JSON.stringify(Object.fromEntries(entries)).replaceAll('<', String.raw`\u003c`);
}

/** null for a text that formatCopy does not write. */
export function parseCopy(text: string): Map<string, Bytes> | null {
  const value = jsonObject(text);
  if (value === null) return null;
  const files = new Map<string, Bytes>();
  for (const [path, content] of Object.entries(value)) {
    const encoded = isObject(content) ? content['base64'] : undefined;
    const bytes = typeof content === 'string' ? utf8(content) : typeof encoded === 'string' ? fromBase64(encoded) : null;
    if (bytes === null) return null;
    files.set(path, bytes);
  }
  return files;
}

/** Parts a page into the template (what is signed) and the copy inside it; null where there is no copy. */
export function partPage(page: string): { readonly template: string; readonly copy: string } | null {
  const opens = page.indexOf(COPY_OPENS);
  const start = opens + COPY_OPENS.length;
  const end = page.indexOf(COPY_CLOSES, start);
  return opens < 0 || end < 0 ? null : { template: page.slice(0, start) + page.slice(end), copy: page.slice(start, end) };
}

/** The page with the copy in its place. */
export function fillPage(template: string, copy: string): string {
  const at = template.indexOf(COPY_OPENS) + COPY_OPENS.length;
  return template.slice(0, at) + copy + template.slice(at);
}
