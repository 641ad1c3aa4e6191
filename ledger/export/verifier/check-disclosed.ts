import { openDisclosure, parseDisclosure } from './disclosed.ts';
import { linesOf } from './check-entries.ts';
import type { EventLine } from './event-line.ts';
import { evidenceNamed, isNamedBy, parseEvidenceLine, plainHashes } from './evidence-line.ts';
import { isCarried } from './check-files.ts';
import { isEvidence, type Findings, type LoadedBag } from './read-bag.ts';
import type { EvidenceFile, VerifiedEvent } from './report.ts';
import type { Statement } from './statement.ts';

export const DISCLOSED = 'data/disclosed.ndjson';
export const EVIDENCE = 'data/evidence.ndjson';

export const placeOf = ({ stream, version }: { readonly stream: string; readonly version: number }): string => `${stream}/${version}`;

/** Opens what is disclosed. Answers the events with their personal fields, and in words what was looked at. */
export async function checkPersonal(bag: LoadedBag, lines: readonly EventLine[], statement: Statement, findings: Findings): Promise<{ events: VerifiedEvent[]; checked: string | null }> {
  const wrong = (where: string, what: string) => findings.add('personal', where, what);
  const opened = new Map<string, Readonly<Record<string, unknown>>>();
  const byPlace = new Map(lines.map((line) => [placeOf(line.event), line.event]));
  if (bag.hashes.has(DISCLOSED) !== statement.personal) wrong(DISCLOSED, statement.personal ? 'missing' : 'added: the statement says that nothing personal is disclosed');
  if (statement.personal) {
    for (const [at, text] of linesOf(bag, DISCLOSED, wrong).entries()) {
      const disclosure = parseDisclosure(text);
      const event = disclosure === null ? undefined : byPlace.get(placeOf(disclosure));
      if (disclosure === null || event === undefined) {
        wrong(`${DISCLOSED} line ${at + 1}`, disclosure === null ? 'it does not read as a disclosure' : 'it is of no event that holds');
        continue;
      }
      const result = await openDisclosure(disclosure, event);
      if ('fault' in result) wrong(placeOf(event), result.fault);
      else opened.set(placeOf(event), result.personal);
    }
  }
  const expected = new Set(statement.streams.filter((each) => each.opened).map(({ stream }) => stream));
  const events = lines.map(({ event, index }) => ({ event, index, personal: opened.get(placeOf(event)) ?? null }));
  for (const { event, personal } of events) {
    if (event.sealed !== null && personal === null && expected.has(event.stream)) wrong(placeOf(event), 'its personal fields are missing: the statement says that they are disclosed');
  }
  const sealed = lines.filter(({ event }) => event.sealed !== null).length;
  return { events, checked: statement.personal ? `${opened.size} of ${sealed} events with personal fields opened with their own keys` : null };
}

/** Ties each piece of evidence to its event: named in the entry, and its plain bytes' hash among the opened fields. */
export function checkEvidence(bag: LoadedBag, events: readonly VerifiedEvent[], statement: Statement, findings: Findings): { files: EvidenceFile[]; checked: string | null; notes: string[] } {
  const wrong = (where: string, what: string) => findings.add('evidence', where, what);
  const notes: string[] = [];
  const files: EvidenceFile[] = [];
  const listed = new Set<string>();
  const accounted = new Set<string>();
  let uncarried = 0;
  if (bag.hashes.has(EVIDENCE) !== statement.evidence) wrong(EVIDENCE, statement.evidence ? 'missing' : 'added: the statement says that there is no evidence');
  const byPlace = new Map(events.map((each) => [placeOf(each.event), each]));
  for (const [at, text] of (statement.evidence ? linesOf(bag, EVIDENCE, wrong) : []).entries()) {
    const line = parseEvidenceLine(text);
    const of = line === null ? undefined : byPlace.get(placeOf(line));
    if (line === null || of === undefined || !isNamedBy(of.event, line)) {
      wrong(`${EVIDENCE} line ${at + 1}`, line === null ? 'it does not read' : 'no event that holds names this evidence');
      continue;
    }
    accounted.add(`${placeOf(line)} ${line.key}`);
    if (line.file === null) {
      notes.push(`${line.key}: ${line.absent === 'erased' ? 'erased with the person' : `its bytes were ${line.absent} when this bag was made`}`);
      continue;
    }
    listed.add(line.file);
    if (bag.scope === 'page' && !isCarried(line.file, statement.embedded)) uncarried += 1;
    else {
      const hash = bag.hashes.get(line.file);
      if (hash === undefined) wrong(line.file, 'missing');
      else if (of.personal === null || !plainHashes(of.personal).has(hash)) wrong(line.file, `altered: ${placeOf(line)} names other bytes`);
      else files.push({ path: line.file, stream: line.stream, version: line.version, mediaType: line.mediaType });
    }
  }
  for (const each of statement.evidence ? events : []) {
    for (const { key } of evidenceNamed(each.event.data)) if (!accounted.has(`${placeOf(each.event)} ${key}`)) wrong(placeOf(each.event), `its evidence ${key} is left out: the statement says that evidence is in the bag`);
  }
  for (const path of bag.hashes.keys()) if (isEvidence(path) && !listed.has(path)) wrong(path, 'added: no event names it');
  if (uncarried > 0) notes.push(`${uncarried} pieces of evidence are too large to be carried in this page: choose the folder, or run node verify.mjs`);
  return { files, notes, checked: statement.evidence ? `${files.length} pieces of evidence, each with the hash that its event names` : null };
}
