import { passportDate } from './dates.ts';
import type { Holder } from './holder.ts';
import { pitchedText, text } from './lettering.ts';
import { td3 } from './mrz.ts';
import { guilloche, labelled, page, specimenMark } from './page.ts';
import type { Sheet } from './page.ts';
import { documentPhoto } from './portrait.ts';
import { traitsFrom } from './traits.ts';

/** 125 x 88 mm (ICAO 9303 part 4, 2.1) at 300 dots an inch. */
const WIDTH = 1476;
const HEIGHT = 1039;
const PITCH = 30;

export interface PassportFlaws {
  /** Prints a wrong check digit after the date of expiry. */
  readonly badCheckDigit?: boolean;
}

/** The data page of a British-style passport, marked SPECIMEN, with a valid machine-readable zone. */
export function passport(holder: Holder, flaws: PassportFlaws = {}): Sheet {
  const mrz = td3({ ...holder, documentCode: 'P', issuingState: 'GBR' });
  const lines = flaws.badCheckDigit === true ? [mrz[0] ?? '', spoiled(mrz[1] ?? '')] : mrz;
  const label = { size: 15.5, fill: '#28405c' };
  const value = { size: 33, fill: '#08080a' } as const;
  const left = 500;
  const fields = [
    { label: 'Surname/Nom (1)', value: holder.surname.toUpperCase(), x: left, y: 206 },
    { label: 'Given names/Prénoms (2)', value: holder.givenNames.toUpperCase(), x: left, y: 272 },
    { label: 'Nationality/Nationalité (3)', value: 'BRITISH CITIZEN', x: left, y: 338 },
    { label: 'Date of birth/Date de naissance (4)', value: passportDate(holder.dateOfBirth), x: left, y: 404 },
    { label: 'Sex/Sexe (5)', value: holder.sex, x: left, y: 470 },
    { label: 'Place of birth/Lieu de naissance (6)', value: holder.placeOfBirth.toUpperCase(), x: 660, y: 470 },
    { label: 'Date of issue/Date de délivrance (7)', value: passportDate(holder.issueDate), x: left, y: 536 },
    { label: 'Authority/Autorité (8)', value: 'HMPO', x: 960, y: 536 },
    { label: "Date of expiry/Date d'expiration (9)", value: passportDate(holder.expiryDate), x: left, y: 602 },
    { label: "Holder's signature/Signature du titulaire (10)", value: '', x: 960, y: 602 },
  ];
  const svg = page(WIDTH, HEIGHT, [
    guilloche('p', WIDTH, HEIGHT, ['#eef3f4', '#e3dfea'], '#7d93ab', holder.documentNumber),
    text('UNITED KINGDOM OF GREAT BRITAIN AND NORTHERN IRELAND', 52, 62, { size: 30, face: 'bold', fill: '#1f2f55' }),
    text('SPECIMEN - NOT A TRAVEL DOCUMENT', 960, 98, { size: 18, face: 'bold', fill: '#a3212b' }),
    text('PASSPORT', 52, 108, { size: 28, face: 'bold', fill: '#1f2f55' }),
    text('PASSEPORT', 226, 108, { size: 22, fill: '#1f2f55' }),
    labelled({ label: 'Type/Type', value: 'P', x: left, y: 140 }, label, value),
    labelled({ label: 'Code/Code', value: 'GBR', x: 660, y: 140 }, label, value),
    labelled({ label: 'Passport No./Passeport No.', value: holder.documentNumber, x: 960, y: 140 }, label, value),
    specimenMark(1110, 420, 130, -18),
    ...fields.map((entry) => labelled(entry, label, value)),
    text(`${holder.givenNames.split(' ')[0] ?? ''} ${holder.surname}`, 975, 652, { size: 36, fill: '#22304f', opacity: 0.75, transform: 'skewX(-18) translate(210 0)' }),
    `<rect x="0" y="760" width="${WIDTH}" height="${HEIGHT - 760}" fill="#f8f8f5"/>`,
    // 4.3 of part 4: the zone is 23.2 mm high and stands at the lower edge; lines 6.35 mm apart.
    ...lines.map((line, index) => pitchedText(line, (WIDTH - 44 * PITCH) / 2, 872 + index * 76, PITCH, { face: 'ocr-b', size: 41, fill: '#0a0a0a' })),
  ]);
  const photo = documentPhoto(traitsFrom(holder.faceSeed, holder.sex === 'F'), holder.faceSeed, 400, 514);
  return { svg, photo: { svg: photo, left: 56, top: 150 } };
}

function spoiled(line: string): string {
  const wrong = (Number(line.charAt(27)) + 3) % 10;
  return line.slice(0, 27) + String(wrong) + line.slice(28);
}
