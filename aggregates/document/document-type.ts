import type { TextLine } from '../../events/catalogue/doc-scanned.ts';
import type { DocumentType } from '../../events/vocabulary.ts';
import { findLabel, foldCase } from './approximate.ts';
import type { LicenceFields } from './driving-licence.ts';
import type { Mrz } from './mrz.ts';
import type { PrintedFields } from './visual-zone.ts';

const titles: readonly (readonly [DocumentType, readonly string[]])[] = [
  ['driving_licence', ['driving licence', 'driving license', 'permis de conduire']],
  ['residence_permit', ['residence permit', 'titre de sejour']],
  ['identity_card', ['identity card', 'carte d\'identite', 'carte nationale d']],
  ['passport', ['passport', 'passeport']],
];

/** A licence has five fields by which to know it; fewer could be chance. */
const enoughLicenceFields = 3;
const enoughPrintedFields = 2;

/**
 * Which document a page is: by the code of its machine-readable zone, else by its title, else by its fields. What the
 * applicant says it is settles only what the page leaves open. null where nothing was recognised.
 */
export function documentTypeOf(page: {
  readonly mrz: Mrz | null;
  readonly lines: readonly TextLine[];
  readonly licence: LicenceFields;
  readonly printed: PrintedFields;
  readonly claimedType: DocumentType;
}): DocumentType | null {
  const title = titleOf(page.lines);
  if (page.mrz !== null) return byCode(page.mrz, title);
  if (page.licence.found >= enoughLicenceFields && title !== 'passport') return 'driving_licence';
  if (title !== null) return title;
  const found = Object.values(page.printed).filter((value) => value !== null).length;
  return found >= enoughPrintedFields && page.claimedType !== 'driving_licence' ? page.claimedType : null;
}

function titleOf(lines: readonly TextLine[]): DocumentType | null {
  const texts = lines.map((line) => foldCase(line.text));
  return titles.find(([, words]) => words.some((word) => texts.some((text) => findLabel(text, word) !== null)))?.[0] ?? null;
}

/** ICAO 9303: P is a passport, A, C and I are cards; states mark residence permits with R. Print tells the others. */
function byCode({ documentCode }: Mrz, title: DocumentType | null): DocumentType {
  if (documentCode.startsWith('P')) return 'passport';
  if (documentCode.endsWith('R') || title === 'residence_permit') return 'residence_permit';
  return 'identity_card';
}
