import type { Holder } from './holder.ts';

/** A sample person: everything a document says but its dates. Nobody here exists, and every face is drawn. */
export type Person = Omit<Holder, 'issueDate' | 'expiryDate'>;

const british = { nationality: 'GBR' } as const;

export const people = {
  eleanor: { ...british, surname: 'Hartley', givenNames: 'Eleanor Rose', sex: 'F', dateOfBirth: '1984-05-17', placeOfBirth: 'Exampleton', documentNumber: '990000013', faceSeed: 'f14' },
  fergus: { ...british, surname: "O'Sullivan", givenNames: 'Fergus', sex: 'M', dateOfBirth: '1979-11-02', placeOfBirth: 'Samplewick', documentNumber: '990000026', faceSeed: 'm10' },
  adaeze: { ...british, surname: 'Okonkwo', givenNames: 'Adaeze', sex: 'F', dateOfBirth: '1990-02-14', placeOfBirth: 'United Kingdom', documentNumber: '', faceSeed: 'f13' },
  priya: { ...british, surname: 'Raman', givenNames: 'Priya', sex: 'F', dateOfBirth: '1992-08-30', placeOfBirth: 'Exampleton', documentNumber: '990000039', faceSeed: 'f7' },
  malcolm: { ...british, surname: 'Thornbury', givenNames: 'Malcolm Edward', sex: 'M', dateOfBirth: '1961-03-09', placeOfBirth: 'Mockford', documentNumber: '990000042', faceSeed: 'm5' },
  amara: { ...british, surname: 'Bello', givenNames: 'Amara', sex: 'F', dateOfBirth: '1988-12-21', placeOfBirth: 'Samplewick', documentNumber: '990000055', faceSeed: 'f9' },
  callum: { ...british, surname: 'Reid', givenNames: 'Callum James', sex: 'M', dateOfBirth: '1986-07-04', placeOfBirth: 'Fableness', documentNumber: '990000068', faceSeed: 'm26' },
  ewan: { ...british, surname: 'Strachan', givenNames: 'Ewan', sex: 'M', dateOfBirth: '1987-02-02', placeOfBirth: 'Fableness', documentNumber: '990000194', faceSeed: 'm8' },
  rosalind: { ...british, surname: 'Pryce', givenNames: 'Rosalind', sex: 'F', dateOfBirth: '1975-10-12', placeOfBirth: 'Llanffug', documentNumber: '990000071', faceSeed: 'f2' },
  devon: { ...british, surname: 'Clarke', givenNames: 'Devon Andre', sex: 'M', dateOfBirth: '1994-01-26', placeOfBirth: 'Exampleton', documentNumber: '990000084', faceSeed: 'm21' },
  hannah: { ...british, surname: 'Lindqvist', givenNames: 'Hannah', sex: 'F', dateOfBirth: '1987-06-08', placeOfBirth: 'Mockford', documentNumber: '990000097', faceSeed: 'f16' },
  kwame: { ...british, surname: 'Mensah', givenNames: 'Kwame', sex: 'M', dateOfBirth: '1982-09-19', placeOfBirth: 'Samplewick', documentNumber: '990000107', faceSeed: 'm18' },
  sunita: { ...british, surname: 'Desai', givenNames: 'Sunita', sex: 'F', dateOfBirth: '1989-04-23', placeOfBirth: 'Fableness', documentNumber: '990000110', faceSeed: 'f24' },
  imogen: { ...british, surname: 'Carrington-Vale', givenNames: 'Imogen', sex: 'F', dateOfBirth: '1991-01-15', placeOfBirth: 'Exampleton', documentNumber: '990000123', faceSeed: 'f23' },
  rupert: { ...british, surname: 'Aldous', givenNames: 'Rupert', sex: 'M', dateOfBirth: '1973-02-27', placeOfBirth: 'Mockford', documentNumber: '990000136', faceSeed: 'm16' },
  leila: { ...british, surname: 'Haddad', givenNames: 'Leila', sex: 'F', dateOfBirth: '1993-11-11', placeOfBirth: 'Samplewick', documentNumber: '990000149', faceSeed: 'f18' },
  marcus: { ...british, surname: 'Oyelaran', givenNames: 'Marcus', sex: 'M', dateOfBirth: '1985-08-06', placeOfBirth: 'Fableness', documentNumber: '990000152', faceSeed: 'm3' },
  chidi: { nationality: 'NGA', surname: 'Nwosu', givenNames: 'Chidi', sex: 'M', dateOfBirth: '1990-05-03', placeOfBirth: 'Nigeria', documentNumber: 'ZX9000165', faceSeed: 'm6' },
  bethan: { ...british, surname: 'Garland', givenNames: 'Bethan', sex: 'F', dateOfBirth: '1983-03-31', placeOfBirth: 'Llanffug', documentNumber: '990000178', faceSeed: 'f12' },
  nikhil: { ...british, surname: 'Patil', givenNames: 'Nikhil', sex: 'M', dateOfBirth: '1988-10-05', placeOfBirth: 'Mockford', documentNumber: '990000181', faceSeed: 'm2' },
} as const satisfies Readonly<Record<string, Person>>;
