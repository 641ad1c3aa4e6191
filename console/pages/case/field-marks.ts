import type { EventBodies } from '../../data/generated.ts';
import type { Mark } from '../../parts/photo.tsx';

type Scan = EventBodies['DocScanned'];
type Personal = NonNullable<Scan['personal']>;

interface Field {
  readonly label: string;
  /** The field's name in the scan's open data. */
  readonly name: string;
  /** Does this line hold the value and nothing else (2), among other things (1), or not (0)? */
  readonly fits: (line: string) => 0 | 1 | 2;
}

const plain = (said: string): string => said.normalize('NFD').toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

function text(label: string, name: string, value: string | null | undefined): Field[] {
  const wanted = plain(value ?? '');
  return wanted.length < 2 ? [] : [{ label, name, fits: (line) => (line === wanted ? 2 : line.includes(wanted) ? 1 : 0) }];
}

/** A date as documents write it: 04 MAR 1988, 04 MAR /MARS 88, 04.03.1988. */
function date(label: string, name: string, value: string | null): Field[] {
  if (value === null) return [];
  const [year = '', month = '', day = ''] = value.split('-');
  const ways = new RegExp(`${day}(${months[Number(month) - 1]}[A-Z]*|${month})(${year}|${year.slice(2)})`);
  return [{ label, name, fits: (line) => (ways.test(line) ? 2 : 0) }];
}

function fieldsOf({ fields }: Personal): readonly Field[] {
  return [
    ...text('Surname', 'name', fields.name?.surname),
    ...text('Given names', 'name', fields.name?.givenNames),
    ...text('Number', 'documentNumber', fields.documentNumber),
    ...date('Born', 'dateOfBirth', fields.dateOfBirth),
    ...date('Expires', 'expiryDate', fields.expiryDate),
    ...date('Issued', 'issueDate', fields.issueDate),
  ];
}

/**
 * The lines that the reader saw. Those that carry a field have its name, once each; the lines of the machine-readable
 * zone are one mark. In doubt: where the zones differ, or a check digit does not hold.
 */
export function marksOf(scan: { readonly data: Scan['data']; readonly personal: Personal | null }): Mark[] {
  if (scan.personal === null) return [];
  const { data, personal } = scan;
  const starts = personal.mrzLines.map((line) => plain(line).slice(0, 12)).filter((start) => start.length > 5);
  const lines = personal.lines.map(({ text: said, box }) => ({ box, line: plain(said), inZone: said.includes('<') || starts.some((start) => plain(said).startsWith(start)) }));
  const printed = lines.filter(({ inZone }) => !inZone);
  const labels = new Map<(typeof lines)[number], Field[]>();
  for (const field of fieldsOf(personal)) {
    const best = printed.find(({ line }) => field.fits(line) === 2) ?? printed.find(({ line }) => field.fits(line) === 1);
    if (best !== undefined) labels.set(best, [...(labels.get(best) ?? []), field]);
  }
  const zone = around(lines.filter(({ inZone }) => inZone).map(({ box }) => box));
  return [
    ...printed.map((line): Mark => {
      const found = labels.get(line);
      if (found === undefined) return { box: line.box, label: null, tone: 'text' };
      return { box: line.box, label: found.map(({ label }) => label).join(', '), tone: found.some(({ name }) => data.disagreements.includes(name)) ? 'doubt' : 'field' };
    }),
    ...(zone === null ? [] : [{ box: zone, label: 'Machine-readable zone', tone: data.mrz === 'invalid' ? 'doubt' as const : 'field' as const }]),
  ];
}

function around(boxes: readonly Mark['box'][]): Mark['box'] | null {
  if (boxes.length === 0) return null;
  const left = Math.min(...boxes.map(([x = 0]) => x));
  const top = Math.min(...boxes.map(([, y = 0]) => y));
  const right = Math.max(...boxes.map(([x = 0, , width = 0]) => x + width));
  const bottom = Math.max(...boxes.map(([, y = 0, , height = 0]) => y + height));
  return [left, top, right - left, bottom - top];
}
