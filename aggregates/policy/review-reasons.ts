/** Why a person decides: codes with words, and what each can be given for. */
export interface ReviewReason {
  readonly words: string;
  /** PASS and FAIL: the outcome it speaks for. decline: why a second person does not approve. */
  readonly speaksFor: readonly ('PASS' | 'FAIL' | 'decline')[];
}

/**
 * The reasons that people choose from. A list, so that reasons can be counted; the note beside it says what was seen.
 * A code is added, never changed: it stands in recorded decisions.
 */
export const reviewReasons = {
  IDENTITY_CONFIRMED: { words: 'Document, face and register fit together.', speaksFor: ['PASS'] },
  SAME_PERSON_BY_EYE: { words: 'Document photo and selfie show the same person, seen by eye.', speaksFor: ['PASS'] },
  NAME_CHANGE_EVIDENCED: { words: 'The difference in names is explained by evidence (marriage, deed poll, practising name).', speaksFor: ['PASS'] },
  DOCUMENT_READ_BY_EYE: { words: 'The document is genuine and valid; only the machine could not read it.', speaksFor: ['PASS'] },
  REGISTER_CONFIRMED_DIRECTLY: { words: 'The register confirmed the entry directly.', speaksFor: ['PASS'] },
  MACHINE_ERROR: { words: 'The checks went wrong; the facts are otherwise.', speaksFor: ['PASS', 'FAIL'] },
  NEW_EVIDENCE: { words: 'New evidence changes the picture.', speaksFor: ['PASS', 'FAIL'] },
  DIFFERENT_PERSON: { words: 'Document photo and selfie show different persons.', speaksFor: ['FAIL'] },
  DOCUMENT_NOT_GENUINE: { words: 'The document looks altered or forged.', speaksFor: ['FAIL'] },
  DOCUMENT_NOT_VALID: { words: 'The document has expired or is of a kind that is not taken.', speaksFor: ['FAIL'] },
  NOT_ENTITLED_TO_PRACTISE: { words: 'The register does not show a right to practise without restriction.', speaksFor: ['FAIL'] },
  NOT_THE_REGISTRANT: { words: 'The register entry is somebody else\'s.', speaksFor: ['FAIL'] },
  EVIDENCE_MISSING: { words: 'What is needed to decide has not been sent.', speaksFor: ['FAIL', 'decline'] },
  DISAGREE: { words: 'The evidence does not bear the proposal out.', speaksFor: ['decline'] },
  NEEDS_MORE_WORK: { words: 'Something has to be looked at first; the note says what.', speaksFor: ['decline'] },
} as const satisfies Readonly<Record<string, ReviewReason>>;

export type ReviewReasonCode = keyof typeof reviewReasons;

/** The codes that can be given for an outcome, or for declining a proposal. */
export function reasonsFor(judgement: 'PASS' | 'FAIL' | 'decline'): readonly string[] {
  return Object.entries<ReviewReason>(reviewReasons).flatMap(([code, { speaksFor }]) => (speaksFor.includes(judgement) ? [code] : []));
}
