import type { z } from '@hono/zod-openapi';
import { wordsFor } from '../aggregates/policy/reason-words.ts';
import type { ApplicantStatus } from '../handlers/status.ts';
import type { ApplicantView } from './routes/shapes.ts';

type Words = Omit<z.infer<typeof ApplicantView>, 'view' | 'id'>;

const neutral = wordsFor('').applicant;

/**
 * What an applicant may read of their own case. Reasons reach them only where they can act on them: the others may
 * point at a suspicion, and telling of one can be an offence (Proceeds of Crime Act 2002, section 333A).
 */
export function wordsForApplicant(status: ApplicantStatus): Words {
  const sent = { consent: status.consent, document: status.document !== null, selfie: status.selfie !== null };
  if (status.erased) return { status: 'ERASED', message: 'Your personal data have been erased.', next: [], mayAppeal: false, sent };
  const next = [
    ...(status.consent === 'missing' ? ['Tell us whether you agree to a comparison of your face with your document.'] : []),
    ...(status.document === null ? ['Upload an image of your identity document.'] : []),
    ...(status.selfie === null ? ['Upload a photograph of yourself.'] : []),
    ...(status.document?.expired === true ? [wordsFor('DOCUMENT_EXPIRED').applicant] : []),
    ...(status.status === 'REVIEW' || status.status === 'REJECTED' ? advice(status.decision?.reasons ?? []) : []),
  ];
  return { ...standing(status), next: [...new Set(next)], sent };
}

/** What the reasons ask of the applicant; a reason that asks nothing says nothing. */
function advice(reasons: readonly string[]): string[] {
  return reasons.map((reason) => wordsFor(reason).applicant).filter((words) => words !== neutral);
}

function standing(status: ApplicantStatus): Omit<Words, 'next' | 'sent'> {
  switch (status.status) {
    case 'NEW':
      return { status: 'STARTED', message: 'We need something from you before we can begin.', mayAppeal: false };
    case 'PENDING':
      return { status: 'IN_PROGRESS', message: 'We are checking what you sent.', mayAppeal: false };
    case 'VERIFIED':
      return { status: 'VERIFIED', message: 'You are verified.', mayAppeal: false };
    case 'REVIEW':
      return { status: 'IN_REVIEW', message: 'A person is looking at your case.', mayAppeal: false };
    case 'REJECTED':
      return {
        status: 'NOT_VERIFIED',
        message: status.appealOpen
          ? 'You contested the decision; a person is looking at your case again.'
          : 'We could not verify you. You can contest this decision: a person will then look at your case.',
        mayAppeal: !status.appealOpen,
      };
  }
}
