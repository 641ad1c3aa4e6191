import { licenceDate } from './dates.ts';
import type { Holder } from './holder.ts';
import { text, textWidth } from './lettering.ts';
import { transliterate } from './mrz.ts';
import { guilloche, page, specimenMark } from './page.ts';
import type { Sheet } from './page.ts';
import { documentPhoto } from './portrait.ts';
import { randomFrom } from './random.ts';
import { traitsFrom } from './traits.ts';

/** A card of 85.6 x 53.98 mm (ISO/IEC 7810 ID-1) at 438 dots an inch. */
const WIDTH = 1476;
const HEIGHT = 931;

/** The front of a British-style photocard licence, marked SPECIMEN, with its numbered fields (Directive 2006/126/EC, annex I). */
export function drivingLicence(holder: Holder): Sheet {
  const number = driverNumber(holder);
  const title = holder.sex === 'F' ? 'MS' : 'MR';
  const rows: readonly (readonly [string, string])[] = [
    ['1.', holder.surname.toUpperCase()],
    ['2.', `${title} ${holder.givenNames.toUpperCase()}`],
    ['3.', `${licenceDate(holder.dateOfBirth)} ${holder.placeOfBirth.toUpperCase()}`],
    ['4a.', licenceDate(holder.issueDate)],
    ['4b.', licenceDate(holder.expiryDate)],
    // In groups: readers take digits among letters for letters.
    ['5.', `${number.slice(0, 5)} ${number.slice(5, 11)} ${number.slice(11)} ${randomFrom(number).whole(10, 99)}`],
    ['8.', address(holder)],
    ['9.', 'AM/B1/B/f/k/q'],
  ];
  const left = 520;
  const svg = page(WIDTH, HEIGHT, [
    guilloche('d', WIDTH, HEIGHT, ['#f6e6ec', '#e9dcef'], '#b48aa5', number),
    `<rect x="0" y="0" width="${WIDTH}" height="132" fill="#e6bccb" opacity="0.75"/>`,
    text('DRIVING LICENCE', 520, 84, { size: 62, face: 'bold', fill: '#7a1f4d' }),
    text('UK', 96, 92, { size: 58, face: 'bold', fill: '#26346b' }),
    text('SPECIMEN - NOT A LICENCE', 520, 120, { size: 24, face: 'bold', fill: '#a3212b' }),
    specimenMark(1180, 620, 120, -18),
    ...rows.map(([field, value], index) => numbered(field, value, left, line(index), field === '8.' ? 31 : 38)),
    numbered('4c.', 'DVLA', 960, line(3), 38),
    text('7.', 64, 768, { size: 26, fill: '#5a2440' }),
    text(`${holder.givenNames.charAt(0)} ${holder.surname}`, 110, 790, { size: 44, fill: '#22304f', opacity: 0.8, transform: 'skewX(-16) translate(226 0)' }),
  ]);
  const photo = documentPhoto(traitsFrom(holder.faceSeed, holder.sex === 'F'), holder.faceSeed, 390, 500);
  return { svg, photo: { svg: photo, left: 64, top: 200 } };
}

/**
 * DVLA's driver number: five letters of the surname, decade, month (50 more for women), day, last digit of the year,
 * two initials (9 for none), then three characters, which are arbitrary here.
 */
export function driverNumber(holder: Pick<Holder, 'surname' | 'givenNames' | 'dateOfBirth' | 'sex'>): string {
  const stem = letters(holder.surname).replace(/^MAC/, 'MC').slice(0, 5).padEnd(5, '9');
  const [year = '', month = '', day = ''] = holder.dateOfBirth.split('-');
  const sexed = String(Number(month) + (holder.sex === 'F' ? 50 : 0)).padStart(2, '0');
  const initials = holder.givenNames.split(/[\s-]+/).map((name) => letters(name).charAt(0)).join('').slice(0, 2).padEnd(2, '9');
  const random = randomFrom(`driver:${stem}${holder.dateOfBirth}`);
  const check = () => random.pick(['A', 'C', 'E', 'J', 'K', 'N', 'P', 'R', 'T', 'W', 'X', 'Y']);
  return `${stem}${year.charAt(2)}${sexed}${day}${year.charAt(3)}${initials}9${check()}${check()}`;
}

/** The field's number and its value right behind it. */
function numbered(field: string, value: string, x: number, y: number, size: number): string {
  const number = { size: 32, fill: '#3a1830' };
  return text(field, x, y, number) + text(value, x + textWidth(field, number) + 16, y, { size, fill: '#0c0a10' });
}

const line = (index: number): number => 236 + index * 74;

const letters = (name: string): string => transliterate(name).replaceAll('<', '');

function address(holder: Holder): string {
  const random = randomFrom(`address:${holder.faceSeed}`);
  return `${random.whole(2, 98)} SPECIMEN ${random.pick(['STREET', 'LANE', 'ROAD', 'CLOSE'])}, EXAMPLETON, ZZ${random.whole(1, 9)} ${random.whole(1, 9)}ZZ`;
}
