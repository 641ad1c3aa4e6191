import { z } from 'zod';
import type { RegisterMapper } from './mapper.ts';

/** `SURNAME, Given Names`, as the NMC prints names. */
const Name = z.string().regex(/^[^,]+,/).transform((text) => {
  const comma = text.indexOf(',');
  return { surname: text.slice(0, comma).trim(), givenNames: text.slice(comma + 1).trim() };
});
const Item = z.looseObject({
  pin: z.string(),
  name: Name,
  formerNames: z.array(Name).default([]),
  registrationStatus: z.string(),
  registeredAs: z.string(),
});

/** The register of nurses, midwives and nursing associates (Nursing and Midwifery Council). */
export const nmc: RegisterMapper = {
  register: 'NMC',
  actor: null,
  input: (number) => ({ pins: [number], maxItems: 5 }),
  item: (registrant) => ({
    pin: registrant.number,
    name: `${registrant.surname}, ${registrant.givenNames}`,
    formerNames: registrant.formerNames.map((name) => `${name.surname}, ${name.givenNames}`),
    registrationStatus: registrant.statusWording,
    registeredAs: registrant.profession,
  }),
  entry(item) {
    const parsed = Item.safeParse(item);
    if (!parsed.success) return null;
    const { pin, name, formerNames, registrationStatus, registeredAs } = parsed.data;
    return { registrationNumber: pin, registeredName: name, formerNames, statusWording: registrationStatus, profession: registeredAs };
  },
};
