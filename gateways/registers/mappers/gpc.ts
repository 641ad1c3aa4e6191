import { z } from 'zod';
import type { RegisterMapper } from './mapper.ts';

const Item = z.looseObject({
  registrationNumber: z.union([z.string(), z.int().transform(String)]),
  surname: z.string().min(1),
  forenames: z.string(),
  formerNames: z.array(z.looseObject({ surname: z.string().min(1), forenames: z.string() })).default([]),
  status: z.string(),
  role: z.string(),
});

/** The register of pharmacists and pharmacy technicians (General Pharmaceutical Council, the seed's GPC). */
export const gpc: RegisterMapper = {
  register: 'GPC',
  actor: 'scrapers_lat/uk-gphc-pharmacists-scraper',
  input: (number) => ({ registrationNumbers: [number], maxItems: 5 }),
  item: (registrant) => ({
    registrationNumber: registrant.number,
    surname: registrant.surname,
    forenames: registrant.givenNames,
    formerNames: registrant.formerNames.map((name) => ({ surname: name.surname, forenames: name.givenNames })),
    status: registrant.statusWording,
    role: registrant.profession,
  }),
  entry(item) {
    const parsed = Item.safeParse(item);
    if (!parsed.success) return null;
    const { registrationNumber, surname, forenames, formerNames, status, role } = parsed.data;
    return {
      registrationNumber,
      registeredName: { surname, givenNames: forenames },
      formerNames: formerNames.map((name) => ({ surname: name.surname, givenNames: name.forenames })),
      statusWording: status,
      profession: role,
    };
  },
};
