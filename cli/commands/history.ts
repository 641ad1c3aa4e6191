import type { Command } from 'commander';
import { z } from 'zod';
import { connect, type ApiClient } from '../client.ts';
import { momentHelp, parseMoment, stillToCome } from '../moment.ts';
import { CommandFailed, exitCode, paint, print, table } from '../output.ts';
import { applicantId, show, versionOf } from './cases.ts';
import { plain } from './explain.ts';

export function registerHistory(program: Command): void {
  program
    .command('history <applicant>')
    .description('every event of an applicant, in order; or the applicant as of a moment')
    .option('--at <time>', 'state, evidence held and rows of the tables as they were by then')
    .option('--version <n>', 'the same, as they were after this version')
    .option('--personal', 'personal fields too; the view is recorded as such')
    .addHelpText('after', `
Example:
  $ kyc history 0193b1f2-7c1e-7c7a-9d8e-2a4b6c8d0e1f
  $ kyc history <applicant> --at 2026-11-22T10:00:00Z
  $ kyc history <applicant> --version 7 --personal
  $ kyc --json history <applicant> | jq ".events[].type"

${momentHelp}`)
    .action(async (applicant: string, options: HistoryMoment, command: Command) => {
      const api = await connect('auditor');
      if (options.at !== undefined || options.version !== undefined) return showAsOf(api, applicantId(applicant), options, command);
      const history = await api.get(`/applicants/${applicantId(applicant)}/history?personal=${options.personal === true}`, History);
      show(command, history, () => {
        print(table(
          ['#', 'recorded at', 'event', 'by', 'what it says'],
          history.events.map((event) => [String(event.version), event.recordedAt, event.type, `${event.actor.kind} ${event.actor.id}`, digest(event.data)]),
        ));
        if (options.personal !== true) return;
        print('\nPersonal fields:');
        for (const { version, type, personal } of history.events) if (personal !== null && personal !== undefined) print(`#${version} ${type}  ${inFull(personal)}`);
      });
    });
}

const History = z.looseObject({
  events: z.array(z.looseObject({
    version: z.number(),
    type: z.string(),
    recordedAt: z.string(),
    actor: z.object({ kind: z.string(), id: z.string() }),
    data: z.record(z.string(), z.unknown()),
    personal: z.record(z.string(), z.unknown()).nullable().optional(),
  })),
});

/** The short values of an event's open data, on one line. */
function digest(data: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(data).flatMap(([key, value]) => {
    if (Array.isArray(value)) return value.length > 0 && value.every((each) => typeof each === 'string') ? [`${key}=${value.join('+')}`] : [];
    return value !== null && typeof value !== 'object' && !/hash|deadline|execution|requestId|jobId|messageId/i.test(key) ? [`${key}=${String(value)}`] : [];
  });
  const line = parts.join(' ');
  return line.length > 90 ? `${line.slice(0, 89)}…` : line;
}

/** A document's whole text and the like would bury everything else. */
const LONG = 1_000;

function inFull(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields).map(([name, value]) => {
    const text = plain(value);
    return `${name}=${text.length > LONG ? `(${text.length} characters; kyc --json shows them)` : text}`;
  }).join('  ');
}

const AsOf = z.looseObject({
  version: z.number(),
  recordedAt: z.string().nullable(),
  status: z.looseObject({ status: z.string(), stage: z.string() }).nullable(),
  erasedAt: z.string().nullable(),
  personal: z.looseObject({}).nullable(),
  documents: z.array(z.object({ version: z.number(), fields: z.record(z.string(), z.unknown()).nullable() })),
  evidence: z.array(z.looseObject({ version: z.number(), type: z.string(), heldSince: z.string(), sha256: z.string(), bytes: z.number(), mediaType: z.string() })),
  tables: z.array(z.object({ table: z.string(), rows: z.array(z.record(z.string(), z.unknown())) })),
});

interface HistoryMoment {
  readonly at?: string;
  readonly version?: string;
  readonly personal?: boolean;
}

/** `kyc history --at / --version`: the record as it was. */
async function showAsOf(api: ApiClient, id: string, moment: HistoryMoment, command: Command): Promise<void> {
  if (moment.at !== undefined && moment.version !== undefined) throw new CommandFailed('Say either --at or --version.', exitCode.usage, 'USAGE');
  const asked = moment.at === undefined ? { version: versionOf(moment.version ?? '') } : { time: parseMoment(moment.at) };
  const query = new URLSearchParams({ ...asked, personal: String(moment.personal === true) });
  const record = await api.get(`/applicants/${id}/as-of?${query.toString()}`, AsOf);
  show(command, record, () => {
    if (asked.time !== undefined) print(`As of ${asked.time}${stillToCome(asked.time) ? ', which is still to come: this is what is known now' : ''}`);
    if (record.status === null) return print('The applicant had not been registered by then.');
    print(`As of version ${paint('bold', String(record.version))}, recorded at ${record.recordedAt ?? ''}: ${record.status.status}, ${record.status.stage}`);
    if (record.erasedAt !== null) print(`The personal data were destroyed at ${record.erasedAt}: what they said then cannot be shown any more.`);
    if (record.personal !== null) print(`The applicant gave: ${JSON.stringify(record.personal)}`);
    for (const { version, fields } of record.documents) if (fields !== null) print(`Document #${version} said: ${JSON.stringify(fields)}`);
    print('\nEvidence held:');
    print(table(['#', 'event', 'held since', 'kind', 'bytes', 'SHA-256 of the sealed bytes'], record.evidence.map((each) => [
      String(each.version), each.type, each.heldSince, each.mediaType, String(each.bytes), each.sha256,
    ])));
    for (const { table: name, rows } of record.tables) {
      print(`\n${paint('bold', name)}`);
      for (const row of rows) print(`  ${inFull(row)}`);
    }
  });
}
