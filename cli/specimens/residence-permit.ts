import { licenceDate } from './dates.ts';
import type { Holder } from './holder.ts';
import { pitchedText, text } from './lettering.ts';
import { td1 } from './mrz.ts';
import { guilloche, labelled, page, specimenMark } from './page.ts';
import type { Sheet } from './page.ts';
import { documentPhoto } from './portrait.ts';
import { traitsFrom } from './traits.ts';

/** Both sides of an ID-1 card of 85.6 x 53.98 mm, one above the other, as they are copied, at 438 dots an inch. */
const WIDTH = 1476;
const SIDE = 931;
const PITCH = 43.8;

/** A British-style residence permit (TD1, ICAO 9303 part 5), both sides on one page, marked SPECIMEN. */
export function residencePermit(holder: Holder): Sheet {
  const lines = td1({ ...holder, documentCode: 'IR', issuingState: 'GBR' });
  const label = { size: 21, fill: '#31506e' };
  const value = { size: 36, face: 'bold', fill: '#101014' } as const;
  const left = 540;
  const front = [
    { label: 'Surname', value: holder.surname.toUpperCase(), x: left, y: 190 },
    { label: 'Forenames', value: holder.givenNames.toUpperCase(), x: left, y: 290 },
    { label: 'Valid until', value: licenceDate(holder.expiryDate), x: left, y: 390 },
    { label: 'Place and date of issue', value: `UK ${licenceDate(holder.issueDate)}`, x: left, y: 490 },
    { label: 'Type of permit', value: 'SETTLEMENT', x: left, y: 590 },
    { label: 'Remarks', value: 'INDEFINITE LEAVE TO REMAIN', x: left, y: 690 },
  ];
  const back = [
    { label: 'Date of birth', value: licenceDate(holder.dateOfBirth), x: 96, y: SIDE + 92 },
    { label: 'Sex', value: holder.sex, x: 560, y: SIDE + 92 },
    { label: 'Nationality', value: holder.nationality, x: 820, y: SIDE + 92 },
    { label: 'Place of birth', value: holder.placeOfBirth.toUpperCase(), x: 96, y: SIDE + 192 },
    { label: 'Document No.', value: holder.documentNumber, x: 820, y: SIDE + 192 },
  ];
  const svg = page(WIDTH, SIDE * 2, [
    `<g>${guilloche('f', WIDTH, SIDE * 2, ['#eef2ee', '#e4e6f2'], '#86a58f', holder.documentNumber)}</g>`,
    text('RESIDENCE PERMIT', 64, 92, { size: 54, face: 'bold', fill: '#24406b' }),
    text('UK', 1330, 92, { size: 54, face: 'bold', fill: '#24406b' }),
    text(holder.documentNumber, 1120, 190, { size: 32, face: 'bold', fill: '#101014' }),
    text('SPECIMEN - NOT A PERMIT', 64, 132, { size: 24, face: 'bold', fill: '#a3212b' }),
    specimenMark(1160, 640, 110, -14),
    ...[...front, ...back].map((entry) => labelled(entry, label, value)),
    `<rect x="0" y="${SIDE}" width="${WIDTH}" height="3" fill="#9aa4ad"/>`,
    `<rect x="0" y="${SIDE * 2 - 470}" width="${WIDTH}" height="470" fill="#f8f8f5"/>`,
    ...lines.map((line, index) => pitchedText(line, (WIDTH - 30 * PITCH) / 2, SIDE * 2 - 330 + index * 112, PITCH, { face: 'ocr-b', size: 59, fill: '#0a0a0a' })),
  ]);
  const photo = documentPhoto(traitsFrom(holder.faceSeed, holder.sex === 'F'), holder.faceSeed, 410, 527);
  return { svg, photo: { svg: photo, left: 64, top: 170 } };
}
