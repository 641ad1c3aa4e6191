import type { RegisterType } from '../../events/vocabulary.ts';
import type { Registrant } from './registrant.ts';

interface Entry {
  readonly register: RegisterType;
  readonly number: string;
  readonly surname: string;
  readonly givenNames: string;
  readonly profession: string;
  readonly statusWording?: string;
  readonly formerNames?: Registrant['formerNames'];
  readonly answers?: Registrant['answers'];
}

/** Each register's words for somebody who may practise without restriction. */
const clearWording: Readonly<Record<RegisterType, string>> = {
  GMC: 'Registered with a licence to practise',
  GDC: 'Registered',
  NMC: 'Effective',
  GPC: 'Registered',
};

function registrant(entry: Entry): Registrant {
  return { formerNames: [], answers: 'promptly', statusWording: clearWording[entry.register], ...entry };
}

/**
 * People who exist nowhere, with numbers beyond those that the registers have given out. The first belong to the sample
 * applicants; the rest are there to try things with: the same number shows every time what such an entry leads to.
 */
export const fictionalRegistrants: readonly Registrant[] = [
  registrant({ register: 'GMC', number: '9990001', surname: 'Hartley', givenNames: 'Eleanor Rose', profession: 'Doctor' }),
  registrant({ register: 'GDC', number: '999002', surname: "O'Sullivan", givenNames: 'Fergus', profession: 'Dentist' }),
  registrant({ register: 'NMC', number: '99Z9003X', surname: 'Okonkwo', givenNames: 'Adaeze', profession: 'Registered nurse - adult' }),
  registrant({ register: 'GPC', number: '2999004', surname: 'Raman', givenNames: 'Priya', profession: 'Pharmacist' }),
  registrant({ register: 'GPC', number: '5999005', surname: 'Nwosu', givenNames: 'Chidi', profession: 'Pharmacy technician' }),
  registrant({ register: 'GMC', number: '9990006', surname: 'Thornbury', givenNames: 'Malcolm Edward', profession: 'Doctor' }),
  registrant({ register: 'NMC', number: '99Z9007X', surname: 'Bello', givenNames: 'Amara', profession: 'Registered midwife' }),
  registrant({ register: 'GDC', number: '999008', surname: 'Reid', givenNames: 'Callum James', profession: 'Dental hygienist' }),
  registrant({ register: 'NMC', number: '99Z9009X', surname: 'Pryce', givenNames: 'Rosalind', profession: 'Registered nurse - mental health' }),
  registrant({ register: 'GPC', number: '2999010', surname: 'Clarke', givenNames: 'Devon Andre', profession: 'Pharmacist' }),
  registrant({ register: 'GMC', number: '9990011', surname: 'Lindqvist', givenNames: 'Hannah', profession: 'Doctor' }),
  registrant({ register: 'GDC', number: '999012', surname: 'Mensah', givenNames: 'Kwame', profession: 'Dentist' }),
  registrant({ register: 'NMC', number: '99Z9013X', surname: 'Whitfield', givenNames: 'Sunita', profession: 'Registered nurse - adult', formerNames: [{ surname: 'Desai', givenNames: 'Sunita' }] }),
  registrant({ register: 'GPC', number: '2999014', surname: 'Carrington', givenNames: 'Imogen', profession: 'Pharmacist' }),
  registrant({ register: 'GMC', number: '9990015', surname: 'Aldous', givenNames: 'Rupert', profession: 'Doctor', statusWording: 'Suspended' }),
  // 999016 is on no register.
  registrant({ register: 'NMC', number: '99Z9017X', surname: 'Oyelaran', givenNames: 'Marcus', profession: 'Registered nurse - children', answers: 'never' }),
  registrant({ register: 'GDC', number: '999018', surname: 'Garland', givenNames: 'Bethan', profession: 'Dental nurse', statusWording: 'Registered with conditions' }),
  registrant({ register: 'GPC', number: '2999019', surname: 'Patel', givenNames: 'Nikhil', profession: 'Pharmacist' }),
  registrant({ register: 'GDC', number: '999020', surname: 'Hartley', givenNames: 'Eleanor Rose', profession: 'Dentist' }),

  registrant({ register: 'GMC', number: '9990101', surname: 'Winterbourne', givenNames: 'Giles', profession: 'Doctor', statusWording: 'Registered without a licence to practise' }),
  registrant({ register: 'GMC', number: '9990102', surname: 'Marchetti', givenNames: 'Paola', profession: 'Doctor', statusWording: 'Provisionally registered with a licence to practise' }),
  registrant({ register: 'GMC', number: '9990103', surname: 'Ferris', givenNames: 'Dominic', profession: 'Doctor', statusWording: 'Erased' }),
  registrant({ register: 'GDC', number: '999104', surname: 'Achterberg', givenNames: 'Saskia', profession: 'Dental therapist', statusWording: 'Suspended' }),
  registrant({ register: 'GDC', number: '999105', surname: 'Holloway', givenNames: 'Piers', profession: 'Dentist', statusWording: 'Registered - interim order of conditions' }),
  registrant({ register: 'NMC', number: '99Z9106X', surname: 'Abara', givenNames: 'Ngozi', profession: 'Registered nurse - adult', statusWording: 'Lapsed' }),
  registrant({ register: 'NMC', number: '99Z9107X', surname: 'Redfern', givenNames: 'Judith', profession: 'Registered midwife', statusWording: 'Struck off' }),
  registrant({ register: 'NMC', number: '99Z9108X', surname: 'Kerslake', givenNames: 'Owen', profession: 'Registered nurse - adult', statusWording: 'Effective - caution order' }),
  registrant({ register: 'GPC', number: '2999109', surname: 'Sandhu', givenNames: 'Jasleen', profession: 'Pharmacist', statusWording: 'Registered - suspension pending' }),
  registrant({ register: 'GPC', number: '5999110', surname: 'Lovell', givenNames: 'Marion', profession: 'Pharmacy technician', statusWording: 'Removed' }),
];
