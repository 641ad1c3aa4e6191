import type { Page } from 'playwright-core';
import type { Role } from '../../../cli/client.ts';
import { samples } from '../../../cli/specimens/samples.ts';

/** One picture of the tour. Every page of the console has one at least. */
export interface TourStop {
  /** Name of the picture's file. */
  readonly name: string;
  readonly title: string;
  readonly words: string;
  /** null: nobody is signed in. An applicant's session is opened by a sign-in link for that sample. */
  readonly role: Role | { readonly applicant: string } | null;
  /** `cases` holds the applicants by the sample's id. */
  readonly path: (cases: Readonly<Record<string, string>>) => string;
  readonly width?: number;
  readonly height?: number;
  readonly theme?: 'dark';
  /** What is done before the picture is taken. */
  readonly act?: (page: Page) => Promise<void>;
}

export const tourSamples: readonly string[] = samples.map(({ id }) => id);

const reveal = async (page: Page): Promise<void> => {
  await page.keyboard.press('v');
  await page.getByRole('img', { name: 'Identity document' }).waitFor();
  await page.getByRole('img', { name: 'Selfie' }).waitFor();
};

/** In the order of docs/tour.md. A new page adds its stop here. */
export const tourStops: readonly TourStop[] = [
  { name: 'sign-in', title: 'Signing in', words: 'By a link that works once; there are no passwords to lose.', role: null, path: () => '/sign-in', width: 900, height: 620 },
  { name: 'queue', title: 'The review queue', words: 'Second approvals first, then oldest first; reasons in words, age against the target, all filters in the address. `j`, `k`, `Enter`, `c` and `?` work it by keyboard.', role: 'senior_reviewer', path: () => '/queue' },
  { name: 'case-hidden', title: 'A case, before anybody has asked to see it', words: 'Names and images stay hidden until somebody asks for them, and asking is recorded.', role: 'reviewer', path: (cases) => `/cases/${cases['former-name']}` },
  { name: 'case', title: 'A case', words: 'The document with what was read marked on it, the selfie, the score against its threshold, what applicant, document and register say, every rule, every event.', role: 'reviewer', path: (cases) => `/cases/${cases['bad-check-digit']}`, act: reveal },
  {
    name: 'case-decide', title: 'Deciding', words: 'With a reason from a list and a note. What turns a decision round becomes a proposal that a second person has to approve.', role: 'senior_reviewer', theme: 'dark',
    path: (cases) => `/cases/${cases['suspended']}`,
    act: async (page) => {
      await reveal(page);
      await page.keyboard.press('a');
      await page.getByRole('dialog').getByText('This turns a decision round').waitFor();
    },
  },
  { name: 'case-phone', title: 'The same on a phone', words: 'Everything that a wide screen has, in one column.', role: 'reviewer', path: (cases) => `/cases/${cases['other-person']}`, width: 390, height: 844, act: reveal },
  {
    name: 'apply', title: 'Applying', words: 'The applicant\'s own page: register and number, consent in plain words, photos by file or camera, checked in the browser before they are sent.', role: { applicant: 'not-on-register' },
    path: () => '/apply', width: 390, height: 844,
  },
  { name: 'apply-refused', title: 'A refusal, and how to contest it', words: 'Reasons in words that are safe for the applicant; an appeal goes to a person.', role: { applicant: 'expired-document' }, path: () => '/apply', width: 900, height: 760, theme: 'dark' },
  { name: 'applicants', title: 'Applicants', words: 'Everybody who applied, newest first; an operator invites from here.', role: 'operator', path: () => '/applicants' },
  { name: 'time-travel', title: 'Time travel', words: 'A slider over a record\'s history: state, evidence and tables as they were, and what each step changed. The moment is in the address.', role: 'auditor', path: (cases) => `/applicants/${cases['former-name']}?at=9` },
  {
    name: 'ledger', title: 'The ledger, verified by the browser', words: 'The page fetches the log\'s own files and computes: the signature, that nothing was rewritten since the last visit, any event, every entry.', role: 'auditor', path: () => '/ledger?index=3',
    act: async (page) => {
      await page.getByRole('button', { name: 'Check every entry' }).click();
      await page.getByText('add up to the signed root').waitFor();
    },
  },
  { name: 'audit-trail', title: 'The audit trail', words: 'By person, actor, kind, reason and time; saved as CSV.', role: 'auditor', path: () => '/search?reason=NOT_ON_REGISTER' },
  { name: 'accesses', title: 'Who looked at a record', words: 'Every view and every export, by whom and when.', role: 'auditor', path: (cases) => `/search?view=accesses&applicant=${cases['bad-check-digit']}` },
  { name: 'numbers', title: 'Numbers', words: 'Each picture has its table and the SQL that made it.', role: 'analyst', path: () => '/numbers', height: 1100 },
  {
    name: 'policy-lab', title: 'The policy lab', words: 'Other thresholds, tried on every decision of the past, case by case.', role: 'auditor', path: () => '/policy?similarity=0.8&age=7&liveness=true',
    act: async (page) => {
      await page.getByRole('button', { name: 'Try it on the whole history' }).click();
      await page.getByText('What would change').waitFor();
    },
  },
  {
    name: 'exports', title: 'Exports', words: 'Made here, verified here or anywhere else: an export proves itself.', role: 'auditor', path: (cases) => `/exports?applicant=${cases['gmc-pass']}`,
    act: async (page) => {
      await page.getByRole('button', { name: 'Make it' }).click();
      await page.getByRole('button', { name: 'Verify it here' }).click();
      await page.getByText('It holds.').waitFor();
    },
  },
  { name: 'retention', title: 'Retention', words: 'What falls due, what is held, what was erased and on which basis.', role: 'operator', path: (cases) => `/retention?applicant=${cases['suspended']}` },
];
