import { toHex, type Bytes } from './bytes.ts';
import { parseEventLine, proofPath, type EventLine } from './event-line.ts';
import type { TreeHead } from './notes.ts';
import type { Findings, LoadedBag } from './read-bag.ts';
import type { Statement } from './statement.ts';
import { isIncluded, leafHash, parseInclusion, type JoinNodes } from './tree-proofs.ts';

export const EVENTS = 'data/events.ndjson';

/** The lines of a file that must end with a newline; the line behind the last one is reported. */
export function linesOf(bag: LoadedBag, path: string, report: (where: string, what: string) => void): string[] {
  const text = bag.text(path);
  if (text === null) report(path, bag.hashes.has(path) ? 'it is not UTF-8' : 'missing');
  if (text === null || text === '') return [];
  if (!text.endsWith('\n')) report(path, 'its last line does not end');
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

/** Every line of events.ndjson, each proven to be in the tree. Those that do not hold are reported and left out. */
export async function checkEntries(bag: LoadedBag, head: TreeHead, checkpoint: string, join: JoinNodes, findings: Findings): Promise<EventLine[]> {
  const proven: EventLine[] = [];
  const wrong = (where: string, what: string) => findings.add('entries', where, what);
  for (const [at, text] of linesOf(bag, EVENTS, wrong).entries()) {
    const line = parseEventLine(text);
    if (line === null || line === 'differs') {
      wrong(`${EVENTS} line ${at + 1}`, line === null ? 'it does not read as an event' : 'what it says is not what the entry in the log says');
      continue;
    }
    const fault = await proofFault(bag, line, head, checkpoint, join);
    if (fault === null) proven.push(line);
    else wrong(`${line.event.stream}/${line.event.version}`, fault);
  }
  return proven;
}

async function proofFault(bag: LoadedBag, { event, index, leaf }: EventLine, head: TreeHead, checkpoint: string, join: JoinNodes): Promise<string | null> {
  const text = bag.text(proofPath(event.stream, event.version));
  if (text === null) return 'its proof is missing';
  const proof = parseInclusion(text);
  if (proof === null) return 'its proof does not read';
  if (proof.number !== index) return `its proof is for entry ${proof.number}, but it says that it is entry ${index}`;
  if (proof.checkpoint !== checkpoint) return 'its proof leads to another checkpoint than the one in the bag';
  const included = await isIncluded(join, BigInt(index), BigInt(head.size), await leafHash(leaf), head.root, proof.hashes);
  return included ? null : `it is not entry ${index} of the log: event or proof is altered`;
}

/** Are the streams complete, as the signed statement counts them? Answers in words what was looked at. */
export function checkCompleteness(events: readonly EventLine[], statement: Statement, findings: Findings): string {
  const wrong = (where: string, what: string) => findings.add('completeness', where, what);
  const streams = new Map<string, Map<number, number>>();
  for (const { event, index } of events) {
    const versions = streams.get(event.stream) ?? new Map<number, number>();
    streams.set(event.stream, versions);
    if (versions.has(event.version)) wrong(`${event.stream}/${event.version}`, 'it is in the bag twice');
    versions.set(event.version, index);
  }
  for (const { stream, exported, head } of statement.streams) {
    const versions = streams.get(stream) ?? new Map<number, number>();
    streams.delete(stream);
    let before = -1;
    for (let version = 1; version <= exported; version += 1) {
      const index = versions.get(version);
      if (index === undefined) wrong(`${stream}/${version}`, 'missing, or not proven: the statement counts it');
      else if (index <= before) wrong(`${stream}/${version}`, 'it comes before its predecessor in the log');
      before = index ?? before;
    }
    for (const version of versions.keys()) if (version > exported) wrong(`${stream}/${version}`, 'added: the statement does not count it');
    if (head < exported) wrong(stream, 'the statement counts more events than the stream has');
  }
  for (const stream of streams.keys()) wrong(stream, 'added: the statement does not name this stream');
  if (events.length !== statement.events) wrong(EVENTS, `${events.length} events that hold, but the statement counts ${statement.events}`);
  const later = statement.streams.filter(({ exported, head }) => head > exported).length;
  const open = later === 0 ? 'each up to its last event in the log' : `${later} of them went on after the moment of this export`;
  return `${statement.streams.length} streams, ${events.length} events, versions without gaps, ${open}`;
}

export const rootHex = (head: { readonly root: Bytes }): string => toHex(head.root);
