import type { Deps } from '../handlers/deps.ts';
import { applicantHistory } from '../handlers/history.ts';
import { recordConsent } from '../handlers/record-consent.ts';
import { registerApplicant } from '../handlers/register-applicant.ts';
import { claimReview, lodgeAppeal, noteReview, releaseReview, reviewCase, secondReview } from '../handlers/review-outcome.ts';
import { applicantStatus } from '../handlers/status.ts';
import { uploadImage } from '../handlers/upload.ts';
import type { ApiHandlers } from './deps.ts';

/** The real handlers, with their dependencies given once; without that of callbacks, which may have a function of its own. */
export function bindHandlers(deps: Deps): Omit<ApiHandlers, 'registerCallback'> {
  return {
    registerApplicant: (command) => registerApplicant(deps, command),
    recordConsent: (command) => recordConsent(deps, command),
    uploadImage: (command) => uploadImage(deps, command),
    claimReview: (command) => claimReview(deps, command),
    releaseReview: (command) => releaseReview(deps, command),
    noteReview: (command) => noteReview(deps, command),
    reviewCase: (command) => reviewCase(deps, command),
    secondReview: (command) => secondReview(deps, command),
    lodgeAppeal: (command) => lodgeAppeal(deps, command),
    applicantStatus: (stream) => applicantStatus(deps, stream),
    applicantHistory: (stream) => applicantHistory(deps, stream),
  };
}
