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
];
