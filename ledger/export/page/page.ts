import type { Bytes } from '../verifier/bytes.ts';
import { checkNames, verdictLine } from '../verifier/describe.ts';
import { parseCopy } from '../verifier/page-copy.ts';
import type { BagFiles } from '../verifier/read-bag.ts';
import { CHECKS, type Report } from '../verifier/report.ts';
import { verifyBag } from '../verifier/verify-bag.ts';
import { byId, make } from './dom.ts';
import { readable, showCases } from './show-cases.ts';
import { words } from './show-value.ts';

const verdict = byId('verdict', HTMLElement);
const line = byId('verdict-line', HTMLElement);
const more = byId('verdict-more', HTMLElement);
const cases = byId('cases', HTMLElement);
const keyField = byId('key', HTMLInputElement);
const folderField = byId('folder', HTMLInputElement);

/** What is being looked at: the copy in this page first, the folder once it is chosen. */
let current: BagFiles | null = copyInPage();
let run = 0;

async function verify(): Promise<void> {
  if (current === null) {
    say('unsigned', 'Not verified yet', 'This bag is too large to be carried in a page, or its copy here is damaged. Choose the folder below, or run node verify.mjs.');
    return;
  }
  const mine = (run += 1);
  const key = keyField.value.trim();
  say('working', 'Verifying …', 'Nothing on this page is shown as true before it has been verified.');
  cases.replaceChildren();
  const files = current;
  const report = await verifyBag(files, {
    ...(key !== '' && { key }),
    onProgress: (done, total) => {
      if (mine === run) more.textContent = `${done} of ${total} files read`;
    },
  });
  if (mine === run) show(report, files);
}

function show(report: Report, files: BagFiles): void {
  const { statement } = report;
  const what = files.scope === 'page' ? 'the copy of the bag inside this page' : 'the folder that you chose';
  say(report.verdict, verdictLine(report), report.verdict === 'verified'
    ? `Signature, proofs, hashes and completeness of ${what} were recomputed in this browser.`
    : report.verdict === 'unsigned'
      ? 'This browser lacks Ed25519 in WebCrypto. Use a newer one, or run node verify.mjs.'
      : `This is about ${what}. Do not rely on it; only events that hold by themselves are shown below.`);
  byId('checks', HTMLElement).replaceChildren(...checkNames.flatMap((check) => {
    const wrong = report.findings.filter((finding) => finding.check === check);
    const looked = report.checked[check];
    if (wrong.length === 0 && looked === undefined) return [];
    const state = wrong.length > 0 ? 'bad' : check === 'signature' && report.verdict === 'unsigned' ? 'open' : 'good';
    const item = make('li', '', make('span', `mark ${state}`, { good: 'holds', bad: 'wrong', open: 'open' }[state]), make('div', '', make('div', '', CHECKS[check]), make('div', 'looked', looked ?? '')));
    if (wrong.length > 0) item.append(make('ul', 'findings', ...wrong.slice(0, 200).map(({ where, what: fault }) => make('li', '', `${where}: ${fault}`)), ...(wrong.length > 200 ? [make('li', '', `and ${wrong.length - 200} more`)] : [])));
    return [item];
  }));
  byId('notes', HTMLElement).replaceChildren(...report.notes.map((note) => make('li', '', note)));
  byId('key-shown', HTMLElement).textContent = report.key === null ? '' : `Checked under ${report.key}`;
  if (statement !== null) {
    document.title = `Ledger export ${statement.export.slice(0, 8)}`;
    byId('title', HTMLElement).textContent = `Export of ${statement.log}`;
    byId('facts', HTMLElement).textContent = [
      `Export ${statement.export}`, `made ${readable(statement.created)}`, `${statement.events} events`, `log of ${statement.tree.size} entries`,
      statement.personal ? 'with personal data' : 'without personal data',
      ...Object.entries(statement.selection).flatMap(([name, value]) => (value === null ? [] : [`${words(name)}: ${/^\d{4}-\d\d-\d\dT/.test(value) ? readable(value) : value}`])),
    ].join(' · ');
  }
  const shown = showCases(report, (path) => files.read(path));
  cases.replaceChildren(...shown);
  if (shown.length === 1 && shown[0] !== undefined) shown[0].open = true;
  byId('cases-note', HTMLElement).textContent = `${shown.length} ${shown.length === 1 ? 'case' : 'cases'}. Open a case to see every event of it in order.`;
}

function say(state: 'working' | Report['verdict'], title: string, text: string): void {
  verdict.className = `verdict ${state}`;
  line.textContent = title;
  more.textContent = text;
  document.documentElement.dataset['verdict'] = state;
}

function copyInPage(): BagFiles | null {
  const files = parseCopy(byId('bag', HTMLElement).textContent ?? '');
  if (files === null || files.size === 0) return null;
  return { scope: 'page', paths: async () => [...files.keys()], read: async (path) => files.get(path) ?? null };
}

function chosenFolder(chosen: FileList): BagFiles {
  const files = new Map([...chosen].map((file) => [file.webkitRelativePath.slice(file.webkitRelativePath.indexOf('/') + 1), file]));
  return {
    scope: 'bag',
    paths: async () => [...files.keys()].toSorted(),
    read: async (path): Promise<Bytes | null> => {
      const file = files.get(path);
      return file === undefined ? null : new Uint8Array(await file.arrayBuffer());
    },
  };
}

byId('key-check', HTMLButtonElement).addEventListener('click', () => void verify());
keyField.addEventListener('keydown', (event) => {
  if (event.key === 'Enter') void verify();
});
folderField.addEventListener('change', () => {
  if (folderField.files === null || folderField.files.length === 0) return;
  current = chosenFolder(folderField.files);
  void verify();
});
byId('search', HTMLInputElement).addEventListener('input', ({ target }) => {
  const wanted = target instanceof HTMLInputElement ? target.value.trim().toLowerCase() : '';
  for (const each of cases.children) if (each instanceof HTMLElement) each.hidden = !(each.querySelector('summary')?.textContent ?? '').toLowerCase().includes(wanted);
});
// On paper there is nothing to open; what is folded away within an event (every line of a scan) stays so.
addEventListener('beforeprint', () => {
  for (const each of cases.querySelectorAll<HTMLDetailsElement>('details.case')) {
    each.dispatchEvent(new Event('fill'));
    each.open = true;
  }
});

void verify().catch((error: unknown) => say('refuted', 'Not verified', `The verification stopped: ${error instanceof Error ? error.message : 'unknown'}`));
