import type { EventBodies } from '../../data/generated.ts';
import type { Mark } from '../../parts/photo.tsx';

type Scan = EventBodies['DocScanned'];
type Personal = NonNullable<Scan['personal']>;

interface Field {
  readonly label: string;
  readonly name: string;
  readonly ways: readonly string[];
}

const plain = (text: string): string => text.normalize('NFD').toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** How a date may stand on a document: 04 MAR 1988, 04 MAR 88, 04.03.1988. */
function written(date: string): string[] {
  const [year = '', month = '', day = ''] = date.split('-');
  const name = months[Number(month) - 1] ?? '';
  return [`${day}${name}${year}`, `${day}${name}${year.slice(2)}`, `${day}${month}${year}`, `${year}${month}${day}`].map(plain);
}

const text = (label: string, name: string, value: string | null | undefined): Field => ({ label, name, ways: value === null || value === undefined || plain(value).length < 2 ? [] : [plain(value)] });
const date = (label: string, name: string, value: string | null): Field => ({ label, name, ways: value === null ? [] : written(value) });

/** Fields of the document and how each may be written there. */
function fieldsOf({ fields }: Personal): readonly Field[] {
  return [
    text('Surname', 'name', fields.name?.surname),
    text('Given names', 'name', fields.name?.givenNames),
    text('Number', 'documentNumber', fields.documentNumber),
    date('Born', 'dateOfBirth', fields.dateOfBirth),
    date('Expires', 'expiryDate', fields.expiryDate),
    date('Issued', 'issueDate', fields.issueDate),
  ];
}

/** The lines that the reader saw, those that carry a field with its name; in doubt where the zones differ or a check digit fails. */
export function marksOf(scan: { readonly data: Scan['data']; readonly personal: Personal | null }): Mark[] {
  if (scan.personal === null) return [];
  const { data, personal } = scan;
  const fields = fieldsOf(personal);
  const zone = personal.mrzLines.map((line) => plain(line).slice(0, 12));
  return personal.lines.map(({ text: said, box }): Mark => {
    const line = plain(said);
    const inZone = said.includes('<') || zone.some((start) => start.length > 5 && line.startsWith(start));
    if (inZone) return { box, label: 'Machine-readable zone', tone: data.mrz === 'invalid' ? 'doubt' : 'field' };
    const found = fields.filter(({ ways }) => ways.some((way) => line.includes(way)));
    if (found.length === 0) return { box, label: null, tone: 'text' };
    const doubt = found.some(({ name }) => data.disagreements.includes(name));
    return { box, label: found.map(({ label }) => label).join(', '), tone: doubt ? 'doubt' : 'field' };
  });
}
