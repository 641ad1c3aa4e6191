import type { NameComparison } from '../../../events/vocabulary.ts';
import type { Signals } from '../../../events/signals.ts';
import { fail, type Finding, notApplicable, pass, passWith, review, type Rule } from '../rule.ts';
import type { ReasonCode } from '../reason-words.ts';

const isScanned = ({ document }: Signals): boolean => document.state === 'scanned';

/** A note is due this many days before expiry. */
const expiresSoonDays = 30;

export const documentRules: readonly Rule[] = [
  {
    rule: 'DOCUMENT_READ',
    inputs: ({ document }) => ({ state: document.state, failure: document.failure }),
    threshold: () => 'scanned',
    judge: ({ document }) => {
      if (document.state === 'scanned') return pass;
      return review(document.state === 'failed' ? 'DOCUMENT_UNREADABLE' : 'DOCUMENT_MISSING');
    },
  },
  {
    rule: 'DOCUMENT_TYPE',
    inputs: ({ document }) => ({ type: document.type }),
    threshold: () => 'known',
    judge: (signals) => {
      if (!isScanned(signals)) return notApplicable;
      return signals.document.type === null ? review('DOCUMENT_TYPE_UNKNOWN') : pass;
    },
  },
  {
    rule: 'DOCUMENT_COMPLETE',
    inputs: ({ document }) => ({ missingFields: document.missingFields }),
    threshold: () => 0,
    judge: (signals) => {
      if (!isScanned(signals)) return notApplicable;
      return signals.document.missingFields.length > 0 ? review('DOCUMENT_FIELDS_MISSING') : pass;
    },
  },
  {
    rule: 'MRZ',
    inputs: ({ document }) => ({ mrz: document.mrz }),
    threshold: () => 'valid',
    judge: (signals) => {
      if (!isScanned(signals)) return notApplicable;
      switch (signals.document.mrz) {
        case 'valid':
          return pass;
        case 'not_applicable':
          return { outcome: 'not_applicable', note: 'MRZ_NOT_APPLICABLE' };
        case 'invalid':
          return review('MRZ_INVALID');
        case 'absent':
        case null:
          return review('MRZ_ABSENT');
      }
    },
  },
  {
    rule: 'ZONES_AGREE',
    inputs: ({ document }) => ({ zonesAgree: document.zonesAgree, mrz: document.mrz }),
    threshold: () => true,
    judge: (signals) => {
      if (!isScanned(signals)) return notApplicable;
      const { zonesAgree, mrz } = signals.document;
      if (zonesAgree === null) return mrz === 'not_applicable' ? notApplicable : review('ZONES_NOT_COMPARED');
      return zonesAgree ? pass : review('ZONES_DISAGREE');
    },
  },
  {
    rule: 'DOCUMENT_IN_DATE',
    inputs: ({ document }) => ({ daysToExpiry: document.daysToExpiry, mrz: document.mrz, zonesAgree: document.zonesAgree }),
    threshold: () => 0,
    judge: (signals) => (isScanned(signals) ? inDate(signals) : notApplicable),
  },
  {
    rule: 'DOCUMENT_DATES',
    inputs: ({ document }) => ({ datesPlausible: document.datesPlausible }),
    threshold: () => true,
    judge: (signals) => {
      if (!isScanned(signals)) return notApplicable;
      const { datesPlausible } = signals.document;
      if (datesPlausible === null) return review('DOCUMENT_DATES_UNREADABLE');
      return datesPlausible ? pass : review('DOCUMENT_DATES_IMPLAUSIBLE');
    },
  },
  {
    rule: 'CLAIMED_NAME',
    inputs: ({ document }) => ({ claimedName: document.claimedName }),
    threshold: () => 'matched',
    judge: (signals) => {
      if (!isScanned(signals)) return notApplicable;
      const { claimedName } = signals.document;
      // A name that could not be read is among the missing fields already.
      if (claimedName === null) return { outcome: 'not_applicable', note: 'NAME_NOT_CLAIMED' };
      return judgeName(claimedName, 'CLAIMED_NAME_MISMATCH', 'CLAIMED_NAME_NOT_COMPARABLE');
    },
  },
  {
    rule: 'DOCUMENT_UNSHARED',
    inputs: ({ document }) => ({ usedByAnotherApplicant: document.usedByAnotherApplicant }),
    threshold: () => false,
    judge: (signals) => {
      if (!isScanned(signals)) return notApplicable;
      return signals.document.usedByAnotherApplicant ? review('DOCUMENT_USED_BY_ANOTHER_APPLICANT') : pass;
    },
  },
];

/** A machine fails a document only on a date whose check digit holds and that the printed zone does not contradict. */
function inDate({ document }: Signals): Finding {
  const { daysToExpiry, mrz, zonesAgree } = document;
  if (daysToExpiry === null) return review('DOCUMENT_EXPIRY_UNREADABLE');
  if (daysToExpiry < 0) {
    return mrz === 'valid' && zonesAgree !== false ? fail('DOCUMENT_EXPIRED') : review('DOCUMENT_EXPIRED_UNCONFIRMED');
  }
  return daysToExpiry <= expiresSoonDays ? passWith('DOCUMENT_EXPIRES_WITHIN_30_DAYS') : pass;
}

/**
 * A former name is a match with evidence, but the evidence is the register's alone: whether the person on the document
 * is the one who used to have that name is for somebody to see (marriage certificate, deed poll).
 */
export function judgeName(name: NameComparison, mismatch: ReasonCode, notComparable: ReasonCode): Finding {
  switch (name.evidence) {
    case 'exact':
    case 'normalised':
      return name.matched ? pass : review(mismatch);
    case 'partial':
      return name.matched ? passWith('NAME_MATCHED_PARTIALLY') : review(mismatch);
    case 'former_name':
      return name.matched ? review('NAME_FORMER') : review(mismatch);
    case 'mismatch':
      return review(mismatch);
    case 'not_comparable':
      return review(notComparable);
  }
}
