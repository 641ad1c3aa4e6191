import type { Decision, DocumentType, RegisterType } from '../../events/vocabulary.ts';
import { people } from './people.ts';
import type { Person } from './people.ts';

/** How a sample's two pictures are drawn. */
export interface SampleDrawing {
  readonly person: Person;
  /** Days from today to the document's last day of validity; negative when it has passed. */
  readonly expiresInDays: number;
  readonly flaw: 'none' | 'bad_check_digit' | 'blurred';
  /** Who is on the selfie; nobody, or more than one. */
  readonly sitters: readonly Person[];
}

/** A sample applicant and the outcome that must be reached. */
export interface Sample {
  readonly id: string;
  readonly title: string;
  readonly register: RegisterType;
  readonly registrationNumber: string;
  readonly email: string;
  /** As the applicant gives it. */
  readonly name: { readonly surname: string; readonly givenNames: string };
  readonly documentType: DocumentType;
  readonly drawing: SampleDrawing;
  readonly expected: {
    readonly decision: Decision;
    /** Reason codes of the policy, in any order. */
    readonly reasons: readonly string[];
    /** Notes that must be among the decision's. */
    readonly notes: readonly string[];
  };
}

interface SampleSettings extends Partial<Omit<SampleDrawing, 'person'>> {
  readonly id: string;
  readonly title: string;
  readonly register: RegisterType;
  readonly number: string;
  readonly person: Person;
  readonly documentType?: DocumentType;
  readonly decision?: Decision;
  readonly reasons?: readonly string[];
  readonly notes?: readonly string[];
}

function sample(settings: SampleSettings): Sample {
  const { id, title, register, number, person } = settings;
  return {
    id,
    title,
    register,
    registrationNumber: number,
    email: `${id}@example.com`,
    name: { surname: person.surname, givenNames: person.givenNames },
    documentType: settings.documentType ?? 'passport',
    drawing: {
      person,
      expiresInDays: settings.expiresInDays ?? 1460,
      flaw: settings.flaw ?? 'none',
      sitters: settings.sitters ?? [person],
    },
    expected: { decision: settings.decision ?? 'PASS', reasons: settings.reasons ?? [], notes: settings.notes ?? [] },
  };
}

const review = (...reasons: string[]) => ({ decision: 'MANUAL_REVIEW', reasons }) as const;
const fail = (...reasons: string[]) => ({ decision: 'FAIL', reasons }) as const;

/** In the order in which they are to be submitted: the second holder of a document comes after the first. */
export const samples: readonly Sample[] = [
  sample({ id: 'gmc-pass', title: 'Doctor, passport', register: 'GMC', number: '9990001', person: people.eleanor }),
  sample({ id: 'gdc-pass', title: 'Dentist, passport, apostrophe in the name', register: 'GDC', number: '999002', person: people.fergus }),
  sample({ id: 'nmc-pass', title: 'Nurse, driving licence', register: 'NMC', number: '99Z9003X', person: people.adaeze, documentType: 'driving_licence', notes: ['MRZ_NOT_APPLICABLE'] }),
  sample({ id: 'gpc-pass', title: 'Pharmacist, passport', register: 'GPC', number: '2999004', person: people.priya }),
  sample({ id: 'residence-permit', title: 'Pharmacy technician, residence permit', register: 'GPC', number: '5999005', person: people.chidi, documentType: 'residence_permit' }),
  sample({ id: 'expired-document', title: 'Passport expired 40 days ago', register: 'GMC', number: '9990006', person: people.malcolm, expiresInDays: -40, ...fail('DOCUMENT_EXPIRED') }),
  sample({ id: 'expiring-soon', title: 'Passport expires in 25 days', register: 'NMC', number: '99Z9007X', person: people.amara, expiresInDays: 25, notes: ['DOCUMENT_EXPIRES_WITHIN_30_DAYS'] }),
  sample({ id: 'other-person', title: "Another person's selfie", register: 'GDC', number: '999008', person: people.callum, sitters: [people.ewan], ...review('FACE_BELOW_THRESHOLD') }),
  sample({ id: 'no-face', title: 'Nobody on the selfie', register: 'NMC', number: '99Z9009X', person: people.rosalind, sitters: [], ...review('NO_FACE_IN_SELFIE') }),
  sample({ id: 'two-faces', title: 'Two people on the selfie', register: 'GPC', number: '2999010', person: people.devon, sitters: [people.devon, people.hannah], ...review('SEVERAL_FACES_IN_SELFIE') }),
  sample({ id: 'bad-check-digit', title: 'MRZ with a wrong check digit', register: 'GMC', number: '9990011', person: people.hannah, flaw: 'bad_check_digit', ...review('MRZ_INVALID') }),
  sample({ id: 'unreadable-scan', title: 'Scan too blurred to read', register: 'GDC', number: '999012', person: people.kwame, flaw: 'blurred', ...review('DOCUMENT_UNREADABLE', 'NO_FACE_IN_DOCUMENT', 'REGISTER_NAME_NOT_COMPARABLE') }),
  sample({ id: 'former-name', title: 'Passport in a former name', register: 'NMC', number: '99Z9013X', person: people.sunita, ...review('NAME_FORMER') }),
  sample({ id: 'double-barrelled', title: 'Registered under half of a double-barrelled name', register: 'GPC', number: '2999014', person: people.imogen, notes: ['NAME_MATCHED_PARTIALLY'] }),
  sample({ id: 'suspended', title: 'Suspended from the register', register: 'GMC', number: '9990015', person: people.rupert, ...fail('REGISTER_SUSPENDED') }),
  sample({ id: 'not-on-register', title: 'Not on the register', register: 'GDC', number: '999016', person: people.leila, ...review('NOT_ON_REGISTER') }),
  sample({ id: 'no-answer', title: 'Register that never answers', register: 'NMC', number: '99Z9017X', person: people.marcus, ...review('REGISTER_UNAVAILABLE') }),
  sample({ id: 'restricted', title: 'Registered with conditions', register: 'GDC', number: '999018', person: people.bethan, ...review('REGISTER_RESTRICTED') }),
  sample({ id: 'other-name', title: 'Number of somebody whose name is alike', register: 'GPC', number: '2999019', person: people.nikhil, ...review('REGISTER_NAME_MISMATCH') }),
  sample({ id: 'same-document', title: "The first doctor's passport once more", register: 'GDC', number: '999020', person: people.eleanor, ...review('DOCUMENT_USED_BY_ANOTHER_APPLICANT') }),
];
