import type { RegisterType } from '../../events/vocabulary.ts';

const professions: Readonly<Record<RegisterType, readonly RegExp[]>> = {
  GMC: [/^(doctor|medical practitioner|general practitioner|specialist|physician|surgeon)$/],
  GDC: [/^dentist$/, /^dental (nurse|hygienist|therapist|technician|care professional)$/, /^orthodontic therapist$/, /^clinical dental technician$/],
  NMC: [/^(registered )?(nurse|midwife|nursing associate)\b/, /^specialist community public health nurse$/],
  GPC: [/^pharmacist$/, /^pharmacy technician$/],
};

/**
 * Does the entry's profession belong to the register, and to the number? The GPhC numbers pharmacists 2dddddd and
 * technicians 5dddddd. A register that prints no profession has only one kind of number, so null is right.
 */
export function isRightProfession(register: RegisterType, number: string, profession: string | null): boolean {
  if (profession === null) return true;
  const words = profession.normalize('NFKC').toLowerCase().replace(/[^\p{L}]+/gu, ' ').trim();
  if (!professions[register].some((pattern) => pattern.test(words))) return false;
  if (register !== 'GPC') return true;
  return words === (number.startsWith('2') ? 'pharmacist' : 'pharmacy technician');
}
