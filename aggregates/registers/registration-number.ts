import type { RegisterType } from '../../events/vocabulary.ts';

export type ParsedRegistrationNumber =
  | { readonly ok: true; readonly number: string }
  | { readonly ok: false; readonly code: 'REGISTRATION_NUMBER_MISSING' | 'REGISTRATION_NUMBER_MALFORMED' };

interface Format {
  readonly pattern: RegExp;
  readonly normalise: (compact: string) => string;
}

const asItIs = (compact: string): string => compact;

const formats: Readonly<Record<RegisterType, Format>> = {
  GMC: { pattern: /^\d{7}$/, normalise: asItIs },
  // The GDC prints old numbers with and without leading zeros.
  GDC: { pattern: /^0*[1-9]\d{2,5}$/, normalise: (compact) => compact.replace(/^0+/, '') },
  NMC: { pattern: /^\d{2}[A-Z]\d{4}[A-Z]$/, normalise: asItIs },
  // 2dddddd pharmacists, 5dddddd pharmacy technicians; 9dddddd are premises, which are not people.
  GPC: { pattern: /^[25]\d{6}$/, normalise: asItIs },
};

/**
 * A registration number in its register's own form, without the spaces, dots and hyphens people type into it.
 * Only the form is checked: the registers publish no check digits.
 */
export function parseRegistrationNumber(register: RegisterType, text: string): ParsedRegistrationNumber {
  const compact = text.normalize('NFKC').toUpperCase().replace(/[\s.\-/]/g, '');
  if (compact === '') return { ok: false, code: 'REGISTRATION_NUMBER_MISSING' };
  const { pattern, normalise } = formats[register];
  if (compact.length > 20 || !pattern.test(compact)) return { ok: false, code: 'REGISTRATION_NUMBER_MALFORMED' };
  return { ok: true, number: normalise(compact) };
}
