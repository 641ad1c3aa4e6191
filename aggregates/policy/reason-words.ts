import { reviewReasons } from './review-reasons.ts';

/** How a reason code reads: to a reviewer exactly, to the applicant without a hint at what gave it away. */
export interface ReasonWords {
  readonly reviewer: string;
  readonly applicant: string;
}

const clearerPhoto = 'We could not read your identity document. Please send a clear photograph of the whole page.';
const clearerSelfie = 'Please send a new photograph of yourself: your face alone, in good light, looking at the camera.';
const checking = 'We are checking your details. You need not do anything for now.';
const registerDetails = 'Please check the registration number you gave us, and your entry on the register.';
const consent = 'We need your consent before we can compare your photographs. You can also ask for a check by a person.';

/** Words for every code that a decision can carry: reasons and notes of all policy versions, and the outcome of reviews. */
export const reasonWords = {
  CONSENT_MISSING: { reviewer: 'The applicant has not consented to biometric processing.', applicant: consent },
  CONSENT_WITHDRAWN: { reviewer: 'The applicant has withdrawn the consent to biometric processing.', applicant: consent },
  DOCUMENT_MISSING: { reviewer: 'There is no identity document.', applicant: 'Please send your identity document.' },
  DOCUMENT_UNREADABLE: { reviewer: 'The document could not be read.', applicant: clearerPhoto },
  DOCUMENT_TYPE_UNKNOWN: { reviewer: 'The kind of document could not be told.', applicant: clearerPhoto },
  DOCUMENT_FIELDS_MISSING: { reviewer: 'Name, birth date, number or expiry date could not be read.', applicant: clearerPhoto },
  MRZ_INVALID: { reviewer: 'A check digit of the machine-readable zone does not hold.', applicant: clearerPhoto },
  MRZ_ABSENT: { reviewer: 'The machine-readable zone was not found.', applicant: clearerPhoto },
  ZONES_DISAGREE: { reviewer: 'The document says different things in its printed and its coded part.', applicant: checking },
  ZONES_NOT_COMPARED: { reviewer: 'Printed and coded part of the document could not be compared.', applicant: clearerPhoto },
  DOCUMENT_EXPIRED: { reviewer: 'The document has expired.', applicant: 'Your identity document has expired. Please send one that is valid.' },
  DOCUMENT_EXPIRED_UNCONFIRMED: {
    reviewer: 'The document seems to have expired; nothing but the printed date says so.',
    applicant: 'Your identity document may have expired. Please check its date.',
  },
  DOCUMENT_EXPIRY_UNREADABLE: { reviewer: 'The expiry date could not be read.', applicant: clearerPhoto },
  DOCUMENT_DATES_IMPLAUSIBLE: { reviewer: 'The dates on the document cannot be right.', applicant: checking },
  DOCUMENT_DATES_UNREADABLE: { reviewer: 'The birth date could not be read.', applicant: clearerPhoto },
  CLAIMED_NAME_MISMATCH: {
    reviewer: 'The document is in another name than the registration.',
    applicant: 'Please check that you gave us your name as it stands on your identity document.',
  },
  CLAIMED_NAME_NOT_COMPARABLE: { reviewer: 'The given name and the document\'s could not be compared.', applicant: checking },
  DOCUMENT_USED_BY_ANOTHER_APPLICANT: { reviewer: 'Another applicant has presented the same document number.', applicant: checking },
  FACE_BELOW_THRESHOLD: { reviewer: 'The faces are less alike than the policy asks for.', applicant: clearerSelfie },
  FACE_NOT_COMPARED: { reviewer: 'The faces could not be compared.', applicant: clearerSelfie },
  NO_FACE_IN_DOCUMENT: { reviewer: 'No face was found on the document.', applicant: clearerPhoto },
  NO_FACE_IN_SELFIE: { reviewer: 'No face was found on the selfie.', applicant: clearerSelfie },
  SEVERAL_FACES_IN_SELFIE: { reviewer: 'There is more than one face on the selfie.', applicant: clearerSelfie },
  FACE_TOO_SMALL: { reviewer: 'The face is too small to be compared.', applicant: clearerSelfie },
  IMAGE_UNREADABLE: { reviewer: 'An image could not be opened for the comparison of faces.', applicant: clearerSelfie },
  LIVENESS_FAILED: { reviewer: 'The live capture did not show a live person.', applicant: clearerSelfie },
  LIVENESS_NOT_PERFORMED: { reviewer: 'No live capture was made: a still cannot show that a person was there.', applicant: checking },
  LIVENESS_MISSING: { reviewer: 'Nothing is known about liveness.', applicant: checking },
  REGISTER_CHECK_MISSING: { reviewer: 'The register was not asked.', applicant: checking },
  REGISTER_UNAVAILABLE: { reviewer: 'The register gave no usable answer in time.', applicant: checking },
  REGISTER_UNREADABLE: { reviewer: 'The register answered in words or a form that are not known.', applicant: checking },
  NOT_ON_REGISTER: { reviewer: 'The register has no entry under this number.', applicant: registerDetails },
  REGISTER_SUSPENDED: { reviewer: 'The register says: suspended.', applicant: registerDetails },
  REGISTER_ERASED: { reviewer: 'The register says: struck off.', applicant: registerDetails },
  REGISTER_RESTRICTED: { reviewer: 'The registration is qualified: conditions, undertakings, an order or a warning.', applicant: checking },
  REGISTER_NOT_LICENSED: { reviewer: 'Registered, but not entitled to practise without restriction.', applicant: checking },
  REGISTER_LAPSED: { reviewer: 'The registration has lapsed.', applicant: registerDetails },
  REGISTER_ENTRY_PROBLEM: { reviewer: 'The entry does not fit, for example in its profession.', applicant: registerDetails },
  REGISTER_NAME_MISMATCH: { reviewer: 'The register has the number under another name than the document.', applicant: checking },
  REGISTER_NAME_NOT_COMPARABLE: { reviewer: 'The register\'s name and the document\'s could not be compared.', applicant: checking },
  REGISTER_SNAPSHOT_STALE: { reviewer: 'The register\'s answer is too old to decide on.', applicant: checking },
  NAME_FORMER: {
    reviewer: 'The names match only by a former name on the register.',
    applicant: 'Please be ready to show how your name has changed.',
  },
  NAME_MATCHED_PARTIALLY: { reviewer: 'The names match in part: a middle name, a half of a double name or an abbreviation.', applicant: checking },
  MRZ_NOT_APPLICABLE: { reviewer: 'This kind of document has no machine-readable zone: the printed fields stand alone.', applicant: checking },
  NAME_NOT_CLAIMED: { reviewer: 'The applicant gave no name to compare the document with.', applicant: checking },
  DOCUMENT_EXPIRES_WITHIN_30_DAYS: {
    reviewer: 'The document expires within 30 days.',
    applicant: 'Your identity document expires soon. Please send the new one when you have it.',
  },
} as const satisfies Readonly<Record<string, ReasonWords>>;

export type ReasonCode = keyof typeof reasonWords;

/** The words for a code; a code that is not known (from a newer policy, or a reviewer's own) gets neutral ones. */
export function wordsFor(code: string): ReasonWords {
  if (isReasonCode(code)) return reasonWords[code];
  const chosen = new Map<string, { words: string }>(Object.entries(reviewReasons)).get(code);
  return { reviewer: chosen?.words ?? code.toLowerCase().replaceAll('_', ' '), applicant: checking };
}

export function isReasonCode(code: string): code is ReasonCode {
  return Object.hasOwn(reasonWords, code);
}
