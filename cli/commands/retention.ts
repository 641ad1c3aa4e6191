import type { Command } from 'commander';
import { z } from 'zod';
import { connect, type ApiClient } from '../client.ts';
import { CommandFailed, exitCode, paint, print, table } from '../output.ts';
import { applicantId, show } from './cases.ts';

const Due = z.looseObject({ due: z.array(z.object({ id: z.string(), dueOn: z.string(), retentionPolicy: z.string() })) });
const Standing = z.looseObject({
  ended: z.object({ endedOn: z.string(), dueOn: z.string(), reason: z.string(), retentionPolicy: z.string() }).nullable(),
  holds: z.array(z.object({ holdId: z.string(), basis: z.string(), version: z.number() })),
  erasure: z.object({ kind: z.string(), basis: z.string().nullable(), at: z.string().nullable() }),
});
const Accesses = z.looseObject({
  accesses: z.array(z.looseObject({
    at: z.string(), actor: z.object({ kind: z.string(), id: z.string() }), type: z.string(), data: z.record(z.string(), z.unknown()),
  })),
});
const RETENTION_EVENTS = ['RelationshipEnded', 'RetentionHeld', 'RetentionReleased', 'ErasureRequested', 'ApplicantErased'];
const Entry = z.looseObject({ recordedAt: z.string(), stream: z.string(), type: z.string(), actorKind: z.string(), actorId: z.string(), summary: z.string() });
const Page = z.looseObject({ entries: z.array(Entry), cursor: z.string().nullable() });
const Reapplied = z.looseObject({ erased: z.number(), failed: z.number() });

export function registerRetentionCommands(program: Command): void {
  const retention = program
    .command('retention')
    .description('how long records are kept: ends, holds, what is due, erasure')
    .addHelpText('after', '\nExample:\n  $ kyc retention due');

  retention
    .command('due')
    .description('whose personal data fall due for deletion, with no hold in force')
    .option('--on <date>', 'up to this day; today if left out')
    .addHelpText('after', '\nExample:\n  $ kyc retention due --on 2031-12-31')
    .action(async (options: { on?: string }, command: Command) => {
      const answer = await (await connect('operator')).get(`/retention/due${options.on === undefined ? '' : `?on=${day(options.on)}`}`, Due);
      show(command, answer, () => {
        if (answer.due.length === 0) return print('Nothing is due.');
        return print(table(['applicant', 'due on', 'policy'], answer.due.map((each) => [each.id, each.dueOn, each.retentionPolicy])));
      });
    });

  retention
    .command('show <applicant>')
    .description('how it stands with an applicant: end, due date, holds, erasure')
    .addHelpText('after', '\nExample:\n  $ kyc retention show <applicant>')
    .action(async (applicant: string, _options: unknown, command: Command) => {
      const standing = await (await connect('operator')).get(`/applicants/${applicantId(applicant)}/retention`, Standing);
      show(command, standing, () => {
        const { ended, holds, erasure } = standing;
        print(ended === null ? 'No end of the relationship is recorded.' : `Ended on ${ended.endedOn} (${ended.reason}); due for deletion on ${ended.dueOn} by ${ended.retentionPolicy}.`);
        for (const hold of holds) print(`Held: ${hold.basis}, ${hold.holdId}`);
        print(erasure.kind === 'none' ? 'Not erased.' : `Erasure ${erasure.kind} at ${erasure.at ?? ''}, basis ${erasure.basis ?? ''}.`);
      });
    });

  retention
    .command('end <applicant>')
    .description('the relationship has ended: the retention period runs')
    .requiredOption('--on <date>', 'its last day')
    .requiredOption('--reason <CODE>', 'for example LEFT_THE_HOUSE')
    .addHelpText('after', '\nExample:\n  $ kyc retention end <applicant> --on 2026-11-22 --reason CONTRACT_ENDED')
    .action(async (applicant: string, options: { on: string; reason: string }, command: Command) => {
      const done = await (await connect('operator')).post(
        `/applicants/${applicantId(applicant)}/relationship-end`, { endedOn: day(options.on), reason: code(options.reason) }, z.looseObject({ dueOn: z.string() }));
      show(command, done, () => print(`Recorded. The personal data fall due for deletion on ${paint('bold', done.dueOn)}.`));
    });

  retention
    .command('hold <applicant>')
    .description('a legal hold: nothing is erased until it is released')
    .requiredOption('--basis <CODE>', 'for example COURT_ORDER')
    .requiredOption('--note <text>', 'why; kept sealed')
    .addHelpText('after', '\nExample:\n  $ kyc retention hold <applicant> --basis LITIGATION --note "Claim 2026/17"')
    .action(async (applicant: string, options: { basis: string; note: string }, command: Command) => {
      const done = await (await connect('operator')).post(
        `/applicants/${applicantId(applicant)}/holds`, { basis: code(options.basis), note: options.note }, z.looseObject({ holdId: z.string() }));
      show(command, done, () => print(`Held. Release it with: kyc retention release ${applicantId(applicant)} --hold ${done.holdId} ...`));
    });

  retention
    .command('release <applicant>')
    .description('lift a legal hold')
    .requiredOption('--hold <id>', 'as kyc retention hold printed it')
    .requiredOption('--basis <CODE>', 'for example CASE_CLOSED')
    .requiredOption('--note <text>', 'why; kept sealed')
    .addHelpText('after', '\nExample:\n  $ kyc retention release <applicant> --hold <id> --basis CASE_CLOSED --note "Claim withdrawn"')
    .action(async (applicant: string, options: { hold: string; basis: string; note: string }, command: Command) => {
      const path = `/applicants/${applicantId(applicant)}/holds/${encodeURIComponent(options.hold)}/release`;
      const done = await (await connect('operator')).post(path, { basis: code(options.basis), note: options.note }, z.looseObject({}));
      show(command, done, () => print('Released.'));
    });

  retention
    .command('erase <applicant>')
    .description('erase the person now: destroys the key and purges every copy; cannot be undone')
    .requiredOption('--basis <CODE>', 'RETENTION_PERIOD_OVER, DATA_SUBJECT_REQUEST, COURT_ORDER ...')
    .addHelpText('after', '\nExample:\n  $ kyc retention erase <applicant> --basis DATA_SUBJECT_REQUEST\n\nA hold or a running retention period refuses it.')
    .action(async (applicant: string, options: { basis: string }, command: Command) => {
      const done = await (await connect('operator')).post(
        `/applicants/${applicantId(applicant)}/erasure`, { basis: code(options.basis) }, z.looseObject({ version: z.number(), purged: z.record(z.string(), z.number()) }));
      show(command, done, () => {
        print(`Erased; recorded at version ${done.version}. The key is destroyed. Purged:`);
        print(table(['what', 'how many'], Object.entries(done.purged).map(([name, count]) => [name, String(count)])));
      });
    });

  retention
    .command('erased')
    .description('what was deleted, when, by whose order and on what basis; and what was held')
    .addHelpText('after', '\nExample:\n  $ kyc retention erased')
    .action(async (_options: unknown, command: Command) => {
      const entries = await allErasures(await connect('auditor'));
      show(command, { entries }, () => {
        if (entries.length === 0) return print('Nothing was deleted or held.');
        return print(table(
          ['at', 'applicant', 'event', 'by', 'what it says'],
          entries.map((each) => [each.recordedAt, each.stream.replace(/^applicant-/, ''), each.type, `${each.actorKind} ${each.actorId}`, each.summary]),
        ));
      });
    });

  retention
    .command('reapply')
    .description('erase again whoever the ledger says was to be erased: after a backup has been restored')
    .addHelpText('after', '\nExample:\n  $ kyc retention reapply')
    .action(async (_options: unknown, command: Command) => {
      const done = await (await connect('operator')).post('/retention/reapply', {}, Reapplied);
      show(command, done, () => print(`${done.erased} erased again.`));
      if (done.failed > 0) throw new CommandFailed(`${done.failed} could not be finished; try again.`, exitCode.failed, 'ERASURE_UNFINISHED');
    });

  program
    .command('accesses <applicant>')
    .description('who viewed or exported this record, and when')
    .addHelpText('after', '\nExample:\n  $ kyc accesses <applicant>')
    .action(async (applicant: string, _options: unknown, command: Command) => {
      const answer = await (await connect('auditor')).get(`/applicants/${applicantId(applicant)}/accesses`, Accesses);
      show(command, answer, () => {
        if (answer.accesses.length === 0) return print('Nobody has viewed or exported this record.');
        return print(table(
          ['at', 'who', 'did', 'what', 'up to version'],
          answer.accesses.map(({ at, actor, type, data }) => [
            at, `${actor.kind} ${actor.id}`, type === 'RecordExported' ? 'exported' : 'viewed', [data['what'] ?? data['exportId'], data['basis']].filter((each) => typeof each === 'string').join(', for '), String(data['upToVersion'] ?? ''),
          ]),
        ));
      });
    });
}

/** Oldest first. */
async function allErasures(api: ApiClient): Promise<readonly z.infer<typeof Entry>[]> {
  const entries: z.infer<typeof Entry>[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = new URLSearchParams({ types: RETENTION_EVENTS.join(), limit: '200', ...(cursor === '' ? {} : { cursor }) });
    const page: z.infer<typeof Page> = await api.get(`/audit?${query.toString()}`, Page);
    entries.push(...page.entries);
    cursor = page.cursor;
  }
  return entries.toReversed();
}

function day(text: string): string {
  if (!z.iso.date().safeParse(text).success) throw new CommandFailed('A day is written like 2026-11-22.', exitCode.usage, 'NOT_A_DAY');
  return text;
}

function code(text: string): string {
  if (!/^[A-Z][A-Z0-9_]{0,79}$/.test(text)) throw new CommandFailed('A code is written in CAPITALS_AND_UNDERSCORES.', exitCode.usage, 'NOT_A_CODE');
  return text;
}
