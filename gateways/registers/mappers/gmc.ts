import { z } from 'zod';
import type { RegisterMapper } from './mapper.ts';

const Name = z.looseObject({ surname: z.string().min(1), givenNames: z.string() });
const Item = z.looseObject({
  gmcReferenceNumber: z.string(),
  surname: z.string().min(1),
  givenNames: z.string(),
  formerNames: z.array(Name).default([]),
  registrationStatus: z.string(),
  registrantType: z.string().default('Doctor'),
});

/** The list of registered medical practitioners (General Medical Council). */
export const gmc: RegisterMapper = {
  register: 'GMC',
  actor: 'scrapers_lat/uk-gmc-doctors-scraper',
  input: (number) => ({ gmcNumbers: [number], maxItems: 5 }),
  item: (registrant) => ({
    gmcReferenceNumber: registrant.number,
    surname: registrant.surname,
    givenNames: registrant.givenNames,
    formerNames: registrant.formerNames,
    registrationStatus: registrant.statusWording,
    registrantType: registrant.profession,
  }),
  entry(item) {
    const parsed = Item.safeParse(item);
    if (!parsed.success) return null;
    const { gmcReferenceNumber, surname, givenNames, formerNames, registrationStatus, registrantType } = parsed.data;
    return {
      registrationNumber: gmcReferenceNumber,
      registeredName: { surname, givenNames },
      formerNames: formerNames.map((name) => ({ surname: name.surname, givenNames: name.givenNames })),
      statusWording: registrationStatus,
      profession: registrantType,
    };
  },
};
