import type { NameComparison, PersonName, RegisterOutcome, RegisterType, RegistrationStatus } from '../../events/vocabulary.ts';
import { compareNames } from '../names/compare.ts';
import { isRightProfession } from './profession.ts';
import { parseRegistrationNumber } from './registration-number.ts';
import { registrationStatus } from './status-wording.ts';

/** A register's answer in the product's terms, as the provider's mapper made it. */
export interface RegisterEntry {
  readonly kind: 'entry' | 'not_found' | 'unreadable';
  readonly registrationNumber: string | null;
  readonly registeredName: PersonName | null;
  readonly formerNames: readonly PersonName[];
  readonly statusWording: string | null;
  readonly profession: string | null;
}

/** What the answer is held against. Names are null where none was read or given. */
export interface AskedFor {
  readonly registrationNumber: string;
  readonly documentName: PersonName | null;
  readonly claimedName: PersonName | null;
  /** The document's name may be cut off (ICAO 9303). */
  readonly documentNameMayBeCut?: boolean;
}

export interface RegisterJudgement {
  readonly outcome: RegisterOutcome;
  readonly status: RegistrationStatus | null;
  readonly matchedStatus: boolean;
  readonly documentName: NameComparison | null;
  readonly claimedName: NameComparison | null;
}

const silent = { status: null, matchedStatus: false, documentName: null, claimedName: null };

/**
 * What a register's answer amounts to. `not_found` only by the register's own "no results"; an answer about another
 * number, without a name, or in unknown words is `unreadable`. Names are compared in every case, also beside a problem.
 */
export function judgeEntry(register: RegisterType, answer: RegisterEntry, asked: AskedFor): RegisterJudgement {
  if (answer.kind !== 'entry') return { ...silent, outcome: answer.kind };
  const { registeredName } = answer;
  if (registeredName === null || !isSameNumber(register, answer.registrationNumber, asked.registrationNumber)) {
    return { ...silent, outcome: 'unreadable' };
  }
  const status = registrationStatus(register, answer.statusWording);
  const isTheirProfession = isRightProfession(register, asked.registrationNumber, answer.profession);
  const against = (name: PersonName | null, mayBeCut: boolean): NameComparison | null =>
    name === null ? null : compareNames(name, registeredName, { formerNamesOfB: answer.formerNames, aMayBeCut: mayBeCut });
  const documentName = against(asked.documentName, asked.documentNameMayBeCut === true);
  return {
    outcome: outcomeOf(status, isTheirProfession, documentName),
    status,
    matchedStatus: status === 'registered' && isTheirProfession,
    documentName,
    claimedName: against(asked.claimedName, false),
  };
}

function outcomeOf(status: RegistrationStatus, isTheirProfession: boolean, name: NameComparison | null): RegisterOutcome {
  if (status === 'unknown') return 'unreadable';
  if (status !== 'registered' || !isTheirProfession) return 'problem';
  return name !== null && !name.matched ? 'name_mismatch' : 'clear';
}

function isSameNumber(register: RegisterType, answered: string | null, asked: string): boolean {
  if (answered === null) return false;
  const [one, two] = [parseRegistrationNumber(register, answered), parseRegistrationNumber(register, asked)];
  return one.ok && two.ok && one.number === two.number;
}
