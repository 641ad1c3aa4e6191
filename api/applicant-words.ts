import type { z } from '@hono/zod-openapi';
import type { ApplicantStatus } from './deps.ts';
import type { ApplicantView } from './routes/shapes.ts';

type Words = Omit<z.infer<typeof ApplicantView>, 'view' | 'id'>;

/**
 * What an applicant may read of their own case. Reasons reach them only where they can act on them: the others may
 * point at a suspicion, and telling of one can be an offence (Proceeds of Crime Act 2002, section 333A).
 */
export function wordsForApplicant(status: ApplicantStatus): Words {
  if (status.erased) return { status: 'ERASED', message: 'Your personal data have been erased.', next: [], mayAppeal: false };
  const next = [
    ...(status.consent === 'missing' ? ['Tell us whether you agree to a comparison of your face with your document.'] : []),
    ...(status.document === null ? ['Upload an image of your identity document.'] : []),
    ...(status.selfie === null ? ['Upload a photograph of yourself.'] : []),
    ...(status.document?.expired === true ? ['Your document has expired: upload a valid one.'] : []),
  ];
  switch (status.status) {
    case 'NEW':
      return { status: 'STARTED', message: 'We need something from you before we can begin.', next, mayAppeal: false };
    case 'PENDING':
      return { status: 'IN_PROGRESS', message: 'We are checking what you sent.', next, mayAppeal: false };
    case 'VERIFIED':
      return { status: 'VERIFIED', message: 'You are verified.', next, mayAppeal: false };
    case 'REVIEW':
      return { status: 'IN_REVIEW', message: 'A person is looking at your case.', next, mayAppeal: false };
    case 'REJECTED':
      return {
        status: 'NOT_VERIFIED',
        message: status.appealOpen
          ? 'You contested the decision; a person is looking at your case again.'
          : 'We could not verify you. You can contest this decision: a person will then look at your case.',
        next,
        mayAppeal: !status.appealOpen,
      };
  }
}
