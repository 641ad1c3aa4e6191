import { hashHex, MANIFEST, STATEMENT } from './bagit.ts';
import { checkEvidence, checkPersonal } from './check-disclosed.ts';
import { checkCompleteness, checkEntries, rootHex } from './check-entries.ts';
import { checkFiles } from './check-files.ts';
import { checkAnchors, checkHistory, CHECKPOINT, KEY, keyText, signedNote, treeHead, type AnchorOptions } from './check-log.ts';
import { checkTables } from './check-tables.ts';
import { parseNoteKey } from './notes.ts';
import { Findings, loadBag, type BagFiles } from './read-bag.ts';
import type { Check, Report } from './report.ts';
import { parseStatement } from './statement.ts';
import { rememberingJoin } from './tree-proofs.ts';
import { hasWebCrypto } from './web-crypto.ts';

export interface VerifyOptions extends Partial<AnchorOptions> {
  /** The log's verifier key, as the reader knows it. Without it the bag is checked against the key inside it. */
  readonly key?: string;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Verifies a bag from its bytes alone: nothing that it says about itself is believed before the ledger's key, the proofs
 * and the hashes bear it out. What is wrong comes back as findings; it throws only where the bytes cannot be read at all.
 */
export async function verifyBag(files: BagFiles, options: VerifyOptions = {}): Promise<Report> {
  const findings = new Findings();
  const notes: string[] = [];
  const checked: Partial<Record<Check, string>> = {};
  let unsupported = false;
  const cannotTell = () => {
    unsupported = true;
  };
  const report = (rest: Partial<Report>): Report => ({
    verdict: findings.all.length > 0 ? 'refuted' : unsupported ? 'unsigned' : 'verified',
    findings: findings.all, checked, notes, key: options.key ?? null, keyFrom: options.key === undefined ? 'bag' : 'reader', statement: null, events: [], evidence: [], ...rest,
  });
  if (!hasWebCrypto()) {
    findings.add('signature', 'this program', 'it has no WebCrypto, so nothing can be verified');
    return report({});
  }

  const bag = await loadBag(files, options.onProgress ?? (() => {}));
  const ownKey = keyText(bag);
  const keyGiven = options.key ?? ownKey;
  const key = keyGiven === null ? null : await parseNoteKey(keyGiven);
  if (key?.type !== 1) {
    findings.add('signature', options.key === undefined ? KEY : 'the key given', keyGiven === null ? 'missing' : 'it does not read as a verifier key of a log');
    checked.files = await checkFiles(bag, files, null, findings);
    return report({ key: keyGiven });
  }
  if (ownKey !== keyGiven) findings.add('signature', KEY, 'it is not the key that you gave');
  if (options.key === undefined) notes.push('The key is the one inside the bag, which proves nothing about whose it is: compare it with the one that the ledger\'s operator publishes, or check against that one');

  const note = await signedNote(bag, STATEMENT, key, findings, cannotTell);
  const statement = note === null ? null : parseStatement(note.text);
  const checkpointNote = await signedNote(bag, CHECKPOINT, key, findings, cannotTell);
  const head = checkpointNote === null ? null : treeHead(checkpointNote, CHECKPOINT, key, findings);
  if (note !== null && statement === null) findings.add('signature', STATEMENT, 'altered: it does not read as a statement');
  checked.files = await checkFiles(bag, files, statement, findings);
  if (statement === null || head === null) return report({ key: keyGiven, statement });
  if (statement.log !== key.name) findings.add('signature', STATEMENT, `it is about the log ${statement.log}, not ${key.name}`);
  if (statement.tree.size !== head.size || statement.tree.root !== rootHex(head)) findings.add('signature', CHECKPOINT, 'it is not the checkpoint that the statement names');
  checked.signature = 'Ed25519';

  const join = rememberingJoin();
  const lines = await checkEntries(bag, head, bag.text(CHECKPOINT) ?? '', join, findings);
  checked.entries = `${lines.length} events in the tree of ${head.size}`;
  const history = await checkHistory(bag, statement, head, key, join, findings, cannotTell);
  if (history !== null) checked.history = history;
  checked.completeness = checkCompleteness(lines, statement, findings);
  const personal = await checkPersonal(bag, lines, statement, findings);
  if (personal.checked !== null) checked.personal = personal.checked;
  const evidence = checkEvidence(bag, personal.events, statement, findings);
  if (evidence.checked !== null) checked.evidence = evidence.checked;
  const tables = checkTables(bag, new Set(lines.map(({ event }) => event.id)), findings);
  if (tables !== null) checked.tables = tables;
  const anchors = await checkAnchors(bag, head, key, join, { witnesses: [], ...options }, findings, cannotTell);
  if (anchors.checked !== null) checked.anchors = anchors.checked;
  notes.push(...evidence.notes, ...anchors.notes);
  // Proven against a checkpoint that somebody else signed is not proven.
  const believed = checkpointNote?.state === 'good' || checkpointNote?.state === 'unsupported';
  return report({ key: keyGiven, statement, ...(believed && { events: personal.events, evidence: evidence.files }) });
}

/** SHA-256, in hex, of the payload manifest: what the ledger's own record of the export names. */
export async function manifestHash(files: BagFiles): Promise<string | null> {
  const bytes = await files.read(MANIFEST);
  return bytes === null ? null : hashHex(bytes);
}
