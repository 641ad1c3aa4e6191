import type { Command } from 'commander';
import { z } from 'zod';
import { reasonsFor } from '../../aggregates/policy/review-reasons.ts';
import { connect, type Role } from '../client.ts';
import { CommandFailed, exitCode, print, table } from '../output.ts';
import { applicantId, show } from './cases.ts';

const Queue = z.looseObject({
  cases: z.array(z.looseObject({
    id: z.string(),
    registerType: z.string(),
    reasons: z.array(z.string()),
    since: z.string(),
    claimedBy: z.string().nullable(),
    awaitsSecond: z.boolean(),
    version: z.number(),
  })),
});

const ReviewOptions = z.object({
  approve: z.boolean().default(false),
  reject: z.boolean().default(false),
  reason: z.string().regex(/^[A-Z][A-Z0-9_]*$/),
  note: z.string().min(1),
  as: z.enum(['reviewer', 'senior_reviewer']),
});

export function registerReviewCommands(program: Command): void {
  program
    .command('reviews')
    .description('the cases that wait for a person, oldest first')
    .addHelpText('after', '\nExample:\n  $ kyc reviews\n  $ kyc --json reviews | jq ".cases[0].id"')
    .action(async (_options: unknown, command: Command) => {
      const queue = await (await connect('reviewer')).get('/reviews', Queue);
      show(command, queue, () => {
        if (queue.cases.length === 0) return print('No case waits for a review.');
        return print(table(
          ['applicant', 'register', 'since', 'claimed by', 'reasons'],
          queue.cases.map((each) => [each.id, each.registerType, each.since, each.claimedBy ?? (each.awaitsSecond ? 'awaits a second person' : '–'), each.reasons.join(', ')]),
        ));
      });
    });

  program
    .command('review <applicant>')
    .description('decide a case as a person')
    .option('--approve', 'the applicant is who they say they are')
    .option('--reject', 'the applicant is not')
    .requiredOption('--reason <CODE>', 'reason code, for example IDENTITY_CONFIRMED')
    .requiredOption('--note <text>', 'what you saw; kept sealed with the case')
    .option('--as <role>', 'reviewer, or senior_reviewer for the second person', 'reviewer')
    .addHelpText('after', `\nReasons to approve:\n  ${reasonsFor('PASS').join('\n  ')}\nReasons to reject:\n  ${reasonsFor('FAIL').join('\n  ')}\nReasons to answer a proposal with no:\n  ${reasonsFor('decline').join('\n  ')}\n\nExample:\n  $ kyc review <applicant> --approve --reason IDENTITY_CONFIRMED --note "Deed poll seen, names agree."`)
    .action(async (applicant: string, options: unknown, command: Command) => {
      const given = ReviewOptions.safeParse(options);
      if (!given.success || given.data.approve === given.data.reject) {
        throw new CommandFailed('Say either --approve or --reject, a --reason in CAPITALS_AND_UNDERSCORES, and a --note.', exitCode.usage, 'USAGE');
      }
      const result = await review(given.data.as, applicantId(applicant), given.data);
      show(command, result, () => print(result.outcome === 'proposed' ? 'Proposed: a second person has to approve it.' : `Decided: ${given.data.approve ? 'PASS' : 'FAIL'}.`));
    });
}

const Reviewed = z.looseObject({ outcome: z.string() });
const CaseState = z.looseObject({ version: z.number(), openProposal: z.looseObject({ outcome: z.string() }).nullable().optional() });

async function review(role: Role, id: string, given: z.infer<typeof ReviewOptions>): Promise<z.infer<typeof Reviewed>> {
  const api = await connect(role);
  const state = await api.get(`/applicants/${id}`, CaseState);
  const judgement = { reason: given.reason, note: given.note, seenVersion: state.version };
  if (state.openProposal) {
    const approve = (state.openProposal.outcome === 'PASS') === given.approve;
    return api.post(`/reviews/${id}/second`, { approve, ...judgement }, Reviewed);
  }
  return api.post(`/reviews/${id}/outcome`, { outcome: given.approve ? 'PASS' : 'FAIL', ...judgement }, Reviewed);
}
