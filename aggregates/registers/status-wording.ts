import type { RegisterType, RegistrationStatus } from '../../events/vocabulary.ts';

/**
 * The only words that mean: registered and free to practise. Anything more, even something friendly, is a qualifier and
 * is looked at by a person. Compared in lower case without punctuation.
 */
const clear: Readonly<Record<RegisterType, ReadonlySet<string>>> = {
  GMC: new Set([
    'registered with a licence to practise', 'registered with a license to practise', 'registered with licence to practise',
    'this doctor is registered with a licence to practise',
  ]),
  GDC: new Set(['registered']),
  NMC: new Set(['registered', 'effective', 'registered effective']),
  GPC: new Set(['registered']),
};

/** Words a machine may turn somebody down for: exactly these, because "suspension lifted" speaks of suspension too. */
const suspended: ReadonlySet<string> = new Set([
  'suspended', 'currently suspended', 'registration suspended', 'registered suspended', 'suspended from the register',
  'this doctor is suspended', 'suspended this doctor may not practise', 'suspended following fitness to practise hearing',
]);
const erased: ReadonlySet<string> = new Set([
  'erased', 'struck off', 'struck off the register', 'not registered erased', 'not registered struck off',
  'erased from the register', 'removed struck off', 'this doctor has been erased from the register',
  'not registered erased after fitness to practise panel hearing', 'removed following fitness to practise hearing',
]);

/** What a wording speaks of, the graver first. None of these is clear, whatever else the wording says. */
const qualifiers: readonly { readonly pattern: RegExp; readonly status: RegistrationStatus }[] = [
  { pattern: /\bwithout (a )?licen[cs]e\b/, status: 'registered_without_licence' },
  { pattern: /\bprovisional/, status: 'provisional' },
  { pattern: /\binterim\b/, status: 'interim_order' },
  { pattern: /\bsuspen|\beras|\bstruck|\bstriking|\bpending\b|\binvestigat/, status: 'warning' },
  { pattern: /\bcondition/, status: 'conditions' },
  { pattern: /\bundertaking/, status: 'undertakings' },
  { pattern: /\bwarning|\bcaution|\breprimand|\badmonish/, status: 'warning' },
  { pattern: /\blapsed|\bexpired|\bremov|\brelinquish|\bretired|\bdeceased|\bnot registered|\bno longer\b/, status: 'lapsed' },
];

/**
 * A register's own words in our vocabulary; `unknown` when they are not known, and that is never clear.
 * A sanction that is announced, lifted or otherwise spoken of, but not in force in so many words, is a `warning`.
 */
export function registrationStatus(register: RegisterType, wording: string | null): RegistrationStatus {
  const words = (wording ?? '').normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
  if (clear[register].has(words)) return 'registered';
  if (suspended.has(words)) return 'suspended';
  if (erased.has(words)) return 'erased';
  return qualifiers.find(({ pattern }) => pattern.test(words))?.status ?? 'unknown';
}
