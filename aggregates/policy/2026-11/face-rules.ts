import type { ReasonCode } from '../reason-words.ts';
import { pass, review, type Rule } from '../rule.ts';

/** Why the matcher could not compare, as reasons of their own; anything else is FACE_NOT_COMPARED. */
const failures = {
  NO_FACE_IN_DOCUMENT: 'NO_FACE_IN_DOCUMENT',
  NO_FACE_IN_SELFIE: 'NO_FACE_IN_SELFIE',
  SEVERAL_FACES_IN_SELFIE: 'SEVERAL_FACES_IN_SELFIE',
  FACE_TOO_SMALL: 'FACE_TOO_SMALL',
  IMAGE_UNREADABLE: 'IMAGE_UNREADABLE',
  CONSENT_MISSING: 'CONSENT_MISSING',
} as const satisfies Readonly<Record<string, ReasonCode>>;

function failureReason(failure: string | null): ReasonCode {
  return new Map<string, ReasonCode>(Object.entries(failures)).get(failure ?? '') ?? 'FACE_NOT_COMPARED';
}

/** None of these can fail: a machine turns nobody down on biometric data (UK GDPR articles 22A to 22D). */
export const faceRules: readonly Rule[] = [
  {
    rule: 'BIOMETRIC_CONSENT',
    inputs: ({ biometricConsent }) => ({ biometricConsent }),
    threshold: () => 'given',
    judge: ({ biometricConsent }) => {
      if (biometricConsent === 'given') return pass;
      return review(biometricConsent === 'withdrawn' ? 'CONSENT_WITHDRAWN' : 'CONSENT_MISSING');
    },
  },
  {
    rule: 'FACE_MATCH',
    inputs: ({ face }) => ({ state: face.state, failure: face.failure, similarity: face.similarity }),
    threshold: ({ minSimilarity }) => minSimilarity,
    judge: ({ face }, { minSimilarity }) => {
      if (face.state === 'failed') return review(failureReason(face.failure));
      if (face.state === 'missing' || face.similarity === null) return review('FACE_NOT_COMPARED');
      return face.similarity >= minSimilarity ? pass : review('FACE_BELOW_THRESHOLD');
    },
  },
  {
    rule: 'LIVENESS',
    inputs: ({ liveness }) => ({ liveness }),
    threshold: ({ livenessRequired }) => (livenessRequired ? 'PASSED' : 'not FAILED'),
    judge: ({ liveness }, { livenessRequired }) => {
      switch (liveness) {
        case 'PASSED':
          return pass;
        case 'FAILED':
          return review('LIVENESS_FAILED');
        case 'NOT_PERFORMED':
          return livenessRequired
            ? review('LIVENESS_NOT_PERFORMED')
            : { outcome: 'not_applicable', note: 'LIVENESS_NOT_PERFORMED' };
        case null:
          return review('LIVENESS_MISSING');
      }
    },
  },
];
