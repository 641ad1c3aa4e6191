import sharp from 'sharp';
import { addDays, addYears } from './dates.ts';
import { drivingLicence } from './driving-licence.ts';
import type { Holder } from './holder.ts';
import type { Sheet } from './page.ts';
import { passport } from './passport.ts';
import { scanned, selfie } from './portrait.ts';
import { residencePermit } from './residence-permit.ts';
import type { Sample } from './samples.ts';
import { traitsFrom } from './traits.ts';

export interface DrawnSample {
  /** JPEG. */
  readonly document: Uint8Array;
  /** JPEG. */
  readonly selfie: Uint8Array;
}

/** A sample's two pictures. The same sample on the same day (`YYYY-MM-DD`) gives the same bytes. */
export async function drawSample(sample: Sample, today: string): Promise<DrawnSample> {
  const { person, expiresInDays, flaw, sitters } = sample.drawing;
  const [page, portrait] = await Promise.all([
    scanned(sheetOf(sample, today), sample.registrationNumber.length + expiresInDays * 2 + 4001),
    selfie(sitters.map((sitter) => ({ traits: traitsFrom(sitter.faceSeed, sitter.sex === 'F'), seed: sitter.faceSeed })), person.faceSeed),
  ]);
  return { document: flaw === 'blurred' ? await blurred(page) : page, selfie: portrait };
}

function sheetOf({ documentType, drawing: { person, expiresInDays, flaw } }: Sample, today: string): Sheet {
  const expiryDate = addDays(today, expiresInDays);
  // Passports and licences are issued for ten years; a licence's last day is the one before.
  const holder: Holder = { ...person, expiryDate, issueDate: addYears(documentType === 'passport' ? expiryDate : addDays(expiryDate, 1), -10) };
  switch (documentType) {
    case 'passport':
      return passport(holder, { badCheckDigit: flaw === 'bad_check_digit' });
    case 'driving_licence':
      return drivingLicence(holder);
    case 'residence_permit':
    case 'identity_card':
      return residencePermit(holder);
  }
}

/** Out of focus beyond reading, for a person as for a machine. */
async function blurred(page: Uint8Array): Promise<Uint8Array> {
  return sharp(page).blur(22).linear(0.55, 90).jpeg({ quality: 60 }).toBuffer();
}
