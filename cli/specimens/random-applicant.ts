import type { RegisterType } from '../../events/vocabulary.ts';
import type { Registrant } from '../../gateways/registers/registrant.ts';
import { addDays } from './dates.ts';
import { randomFrom } from './random.ts';
import type { Person } from './people.ts';
import type { Sample } from './samples.ts';

/** So many applicants have numbers, documents and addresses of their own. */
export const randomApplicants = 90_000;

const given = {
  F: ['Alma', 'Beatrix', 'Cerys', 'Dalia', 'Edith', 'Farah', 'Greta', 'Honor', 'Hester', 'Jaya', 'Keziah', 'Lorna', 'Mabel', 'Nadia', 'Nerys', 'Petra'],
  M: ['Abel', 'Bram', 'Caleb', 'Dafydd', 'Edgar', 'Faisal', 'Gareth', 'Hamza', 'Huw', 'Jonas', 'Kofi', 'Lennox', 'Milo', 'Nabil', 'Nolan', 'Percy'],
} as const;
const surnames = [
  'Ashgrove', 'Birchall', 'Cransley', 'Dunmarsh', 'Eastlow', 'Farnwick', 'Gorsefield', 'Hawksby', 'Inglemoor', 'Jesmore', 'Kilbarton',
  'Larkham', 'Marlthorpe', 'Netherby', 'Oakhanger', 'Penwarne', 'Quenby', 'Rushmere', 'Stanwell', 'Thorley', 'Underhay', 'Velsheda', 'Wetherden', 'Yarnfield',
] as const;
const towns = ['Exampleton', 'Samplewick', 'Mockford', 'Fableness', 'Llanffug'] as const;
const professions: Readonly<Record<RegisterType, readonly [string, string]>> = {
  GMC: ['Doctor', 'Registered with a licence to practise'],
  GDC: ['Dentist', 'Registered'],
  NMC: ['Registered nurse - adult', 'Effective'],
  GPC: ['Pharmacist', 'Registered'],
};

/**
 * A made-up applicant, everything in order, and the register's entry for them, for load tests. `seed`: a whole number
 * from 0 to 89,999; the same seed gives the same person, different seeds differ in number, document and e-mail address.
 */
export function randomApplicant(seed: number): { readonly sample: Sample; readonly registrant: Registrant } {
  if (!Number.isInteger(seed) || seed < 0 || seed >= randomApplicants) throw new RangeError(`seed must be a whole number below ${randomApplicants}`);
  const random = randomFrom(`applicant:${seed}`);
  const sex = random.next() < 0.5 ? 'F' : 'M';
  const person: Person = {
    surname: random.pick(surnames),
    givenNames: `${random.pick(given[sex])} ${random.pick(given[sex])}`,
    sex,
    dateOfBirth: addDays('1962-01-01', random.whole(0, 365 * 36)),
    placeOfBirth: random.pick(towns),
    nationality: 'GBR',
    documentNumber: String(980_000_000 + seed),
    faceSeed: `r${seed}`,
  };
  const register = (['GMC', 'GDC', 'NMC', 'GPC'] as const)[seed % 4] ?? 'GMC';
  const number = numberOf(register, seed);
  const [profession, statusWording] = professions[register];
  const name = { surname: person.surname, givenNames: person.givenNames };
  const documentType = random.next() < 0.25 ? 'driving_licence' : 'passport';
  return {
    sample: {
      id: `random-${seed}`,
      title: `Random applicant ${seed}`,
      register,
      registrationNumber: number,
      email: `random-${seed}@example.com`,
      name,
      documentType,
      drawing: { person, expiresInDays: random.whole(200, 3300), flaw: 'none', sitters: [person] },
      expected: { decision: 'PASS', reasons: [], notes: [] },
    },
    registrant: { register, number, ...name, formerNames: [], profession, statusWording, answers: 'promptly' },
  };
}

/** Below the numbers of the sample applicants, and beyond those the registers have given out. */
function numberOf(register: RegisterType, seed: number): string {
  const padded = String(seed).padStart(5, '0');
  switch (register) {
    case 'GMC':
      return `98${padded}`;
    case 'GDC':
      return `9${padded}`;
    case 'NMC':
      return `9${padded.slice(0, 1)}Z${padded.slice(1)}Y`;
    case 'GPC':
      return `29${padded}`;
  }
}
