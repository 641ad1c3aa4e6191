import type { Page } from 'playwright-core';
import type { Role } from '../../../cli/client.ts';
import { samples } from '../../../cli/specimens/samples.ts';

/** One picture of the tour. Every page of the console has one at least. */
export interface TourStop {
  /** Name of the picture's file. */
  readonly name: string;
  readonly title: string;
  readonly words: string;
  /** What the picture shows, for who does not see it. */
  readonly alt: string;
  /** null: nobody is signed in. An applicant's session is opened by a sign-in link for that sample. */
  readonly role: Role | { readonly applicant: string } | null;
  /** `cases` holds the applicants by the sample's id. */
  readonly path: (cases: Readonly<Record<string, string>>) => string;
  readonly width?: number;
  readonly height?: number;
  readonly theme?: 'dark';
  /** What is done before the page is opened. */
  readonly before?: (page: Page) => Promise<void>;
  /** What is done before the picture is taken. */
  readonly act?: (page: Page) => Promise<void>;
}

export const tourSamples: readonly string[] = samples.map(({ id }) => id);

const reveal = async (page: Page): Promise<void> => {
  // The key does nothing before the case is there.
  await page.getByRole('heading', { level: 2 }).nth(2).waitFor();
  await page.keyboard.press('v');
  await page.getByRole('img', { name: 'Identity document' }).waitFor();
  await page.getByRole('img', { name: 'Selfie' }).waitFor();
};

/** In the order of docs/tour.md. A new page adds its stop here. */
export const tourStops: readonly TourStop[] = [
  { name: 'sign-in', title: 'Signing in', words: 'By a link that works once; there are no passwords to lose.', alt: 'A card with one field for a sign-in link and a button.', role: null, path: () => '/sign-in', width: 900, height: 620 },
  { name: 'queue', title: 'The review queue', words: 'Second approvals first, then oldest first; reasons in words, age against the target, all filters in the address. `j`, `k`, `Enter`, `c` and `?` work it by keyboard.', alt: 'A table of cases that wait, the oldest first; each with its register, the reasons why a person has to look, how long it has waited and who has it.', role: 'senior_reviewer', path: () => '/queue' },
  { name: 'case-hidden', title: 'A case, before anybody has asked to see it', words: 'Names and images stay hidden until somebody asks for them, and asking is recorded.', alt: 'A case whose document, selfie and names are covered; a button offers to show them and says that this is recorded.', role: 'reviewer', path: (cases) => `/cases/${cases['former-name']}` },
  { name: 'case', title: 'A case', words: 'The document with what was read marked on it, the selfie, the score against its threshold, what applicant, document and register say, every rule, every event.', alt: 'A case: passport with the read fields outlined, selfie, similarity beside its threshold, three columns of claimed, read and registered details, rules and events.', role: 'reviewer', path: (cases) => `/cases/${cases['bad-check-digit']}`, act: reveal },
  {
    name: 'case-decide', title: 'Deciding', words: 'With a reason from a list and a note. What turns a decision round becomes a proposal that a second person has to approve.', alt: 'A dialog, dark, with outcome, reason and note, which says that a second person will have to approve.', role: 'senior_reviewer', theme: 'dark',
    path: (cases) => `/cases/${cases['suspended']}`,
    act: async (page) => {
      await reveal(page);
      await page.keyboard.press('a');
      await page.getByRole('dialog').getByText('This turns a decision round').waitFor();
    },
  },
  { name: 'case-phone', title: 'The same on a phone', words: 'Everything that a wide screen has, in one column.', alt: 'The case page in one narrow column.', role: 'reviewer', path: (cases) => `/cases/${cases['other-person']}`, width: 390, height: 844, act: reveal },
  {
    name: 'apply', title: 'Applying', words: 'The applicant\'s own page: register and number, consent in plain words, photos by file or camera, checked in the browser before they are sent.', alt: 'A narrow page that tells the applicant how far their verification has come.', role: { applicant: 'not-on-register' },
    path: () => '/apply', width: 390, height: 844,
  },
  { name: 'apply-refused', title: 'A refusal, and how to contest it', words: 'Reasons in words that are safe for the applicant; an appeal goes to a person.', alt: 'A dark page that tells the applicant that the document has expired, with a way to contest the decision.', role: { applicant: 'expired-document' }, path: () => '/apply', width: 900, height: 760, theme: 'dark' },
  { name: 'applicants', title: 'Applicants', words: 'Everybody who applied, newest first; an operator invites from here.', alt: 'A table of applicants by number, register and status, with a button to invite another.', role: 'operator', path: () => '/applicants' },
  { name: 'time-travel', title: 'Time travel', words: 'A slider over a record\'s history: state, evidence and tables as they were, and what each step changed. The moment is in the address.', alt: 'A slider over the events of a record; below it the state, evidence and table rows as they were at that event.', role: 'auditor', path: (cases) => `/applicants/${cases['former-name']}?at=9` },
  {
    name: 'ledger', title: 'The ledger, verified by the browser', words: 'The page fetches the log\'s own files and computes: the signature, that nothing was rewritten since the last visit, any event, every entry.', alt: 'A verdict that the log is whole, the checkpoint with its size and root, a line of its growth, and the proof of entry 3.', role: 'auditor', path: () => '/ledger?index=3',
    act: async (page) => {
      await page.getByText('add up to the signed root').waitFor();
    },
  },
  {
    name: 'ledger-broken', title: 'A log that was tampered with', words: 'One byte of one entry altered on the disk is enough. What does not hold is named; what still holds is said, too.',
    alt: 'A dark page with a red verdict: this log is broken, do not rely on what this platform shows.', role: 'auditor', path: () => '/ledger', theme: 'dark',
    before: async (page) => {
      await page.route('**/log/tile/entries/000*', async (route) => {
        const answer = await route.fetch();
        const body = await answer.body();
        body[200] = (body[200] ?? 0) ^ 1;
        await route.fulfill({ response: answer, body });
      });
    },
    act: async (page) => {
      await page.getByRole('heading', { name: 'This log is broken' }).waitFor();
      await page.getByText('They do not hold').waitFor();
    },
  },
  { name: 'audit-trail', title: 'The audit trail', words: 'By person, actor, kind, reason and time; saved as CSV.', alt: 'A table of events filtered by the reason that somebody is not on the register.', role: 'auditor', path: () => '/search?reason=NOT_ON_REGISTER' },
  {
    name: 'find-person', title: 'Finding a person', words: 'By name, e-mail address or registration number, for those who may. What is typed stays out of every address and log; each record that is found says who looked.',
    alt: 'A dialog with one field and one applicant found, by register, number and id.', role: 'auditor', path: () => '/search', width: 1100, height: 760,
    act: async (page) => {
      await page.getByRole('button', { name: 'Find a person' }).click();
      await page.getByLabel('Name, e-mail').fill('sunita');
      await page.keyboard.press('Enter');
      await page.getByRole('list', { name: 'Found' }).waitFor();
    },
  },
  { name: 'accesses', title: 'Who looked at a record', words: 'Every view and every export, by whom and when.', alt: 'A table of who viewed or exported one record, when and what of it.', role: 'auditor', path: (cases) => `/search?view=accesses&applicant=${cases['bad-check-digit']}` },
  { name: 'numbers', title: 'Numbers', words: 'Each picture has its table and the SQL that made it.', alt: 'Bar charts: funnel, decisions by outcome, percentiles of the time to decision, reasons, registers.', role: 'analyst', path: () => '/numbers', height: 1100 },
  {
    name: 'policy-lab', title: 'The policy lab', words: 'Other thresholds, tried on every decision of the past, case by case.', alt: 'Thresholds to change and, below, how many decisions would come out otherwise, as a matrix of outcomes and case by case.', role: 'auditor', path: () => '/policy?similarity=0.8&age=7&liveness=true',
    act: async (page) => {
      await page.getByRole('button', { name: 'Try it on the whole history' }).click();
      await page.getByText('What would change').waitFor();
    },
  },
  {
    name: 'exports', title: 'Exports', words: 'Made here, verified here or anywhere else: an export proves itself.', alt: 'A form for an export, the export that was made with its hash, and the verdict that it holds.', role: 'auditor', path: (cases) => `/exports?applicant=${cases['gmc-pass']}`,
    act: async (page) => {
      await page.getByRole('button', { name: 'Make it' }).click();
      await page.getByRole('button', { name: 'Verify it here' }).click();
      await page.getByText('It holds.').waitFor();
    },
  },
  {
    name: 'erase', title: 'Erasing a person', words: 'Asks twice and says what it means. A hold or a retention period that still runs refuses it; what happened stays, without who.',
    alt: 'A dialog that warns that nobody can bring the data back, and asks for the applicant\'s id to be typed.', role: 'operator', theme: 'dark', width: 1100, height: 760,
    path: (cases) => `/retention?applicant=${cases['gdc-pass']}`,
    act: async (page) => {
      await page.getByRole('button', { name: 'Erase', exact: true }).click();
      await page.getByRole('dialog').getByText('Nobody can bring them back').waitFor();
    },
  },
  { name: 'retention', title: 'Retention', words: 'What falls due, what is held, what was erased and on which basis.', alt: 'What falls due by a day, and one applicant\'s record, which is held at the regulator\'s request.', role: 'operator', path: (cases) => `/retention?applicant=${cases['suspended']}&on=2040-01-01` },
];
