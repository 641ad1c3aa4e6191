import { z } from 'zod';
import type { RegisterMapper } from './mapper.ts';

const Item = z.looseObject({
  registrationNumber: z.union([z.string(), z.int().transform(String)]),
  lastName: z.string().min(1),
  firstName: z.string(),
  previousNames: z.array(z.looseObject({ lastName: z.string().min(1), firstName: z.string() })).default([]),
  status: z.string(),
  registrantType: z.string(),
});

/** The register of dentists and dental care professionals (General Dental Council). */
export const gdc: RegisterMapper = {
  register: 'GDC',
  actor: 'scrapers_lat/uk-gdc-dentists-scraper',
  input: (number) => ({ registrationNumbers: [number], maxItems: 5 }),
  item: (registrant) => ({
    registrationNumber: registrant.number,
    lastName: registrant.surname,
    firstName: registrant.givenNames,
    previousNames: registrant.formerNames.map((name) => ({ lastName: name.surname, firstName: name.givenNames })),
    status: registrant.statusWording,
    registrantType: registrant.profession,
  }),
  entry(item) {
    const parsed = Item.safeParse(item);
    if (!parsed.success) return null;
    const { registrationNumber, lastName, firstName, previousNames, status, registrantType } = parsed.data;
    return {
      registrationNumber,
      registeredName: { surname: lastName, givenNames: firstName },
      formerNames: previousNames.map((name) => ({ surname: name.lastName, givenNames: name.firstName })),
      statusWording: status,
      profession: registrantType,
    };
  },
};
