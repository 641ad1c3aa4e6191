import type { Bytes } from '../verifier/bytes.ts';
import { isObject } from '../verifier/bytes.ts';
import type { EvidenceFile, Report, VerifiedEvent } from '../verifier/report.ts';
import { make } from './dom.ts';
import { showObject, words } from './show-value.ts';

/** One applicant: the case itself, and who looked at it. */
interface CaseFile {
  readonly applicant: string;
  readonly events: VerifiedEvent[];
  readonly accesses: VerifiedEvent[];
}

export type ReadFile = (path: string) => Promise<Bytes | null>;

/** The cases of a bag as elements; each is filled when it is opened, because a bag may hold thousands. */
export function showCases(report: Report, read: ReadFile): HTMLDetailsElement[] {
  const cases = new Map<string, CaseFile>();
  for (const each of report.events) {
    const [kind, ...rest] = each.event.stream.split('-');
    const applicant = rest.join('-');
    const file = cases.get(applicant) ?? { applicant, events: [], accesses: [] };
    cases.set(applicant, file);
    (kind === 'access' ? file.accesses : file.events).push(each);
  }
  return [...cases.values()].map((file) => showCase(file, report, read));
}

function showCase(file: CaseFile, report: Report, read: ReadFile): HTMLDetailsElement {
  const registered = find(file, 'ApplicantRegistered');
  const decided = file.events.findLast(({ event }) => event.type === 'DecisionMade' || event.type === 'ReviewOverridden');
  const outcome = text(decided?.event.data['outcome'] ?? decided?.event.data['decision']);
  const erased = find(file, 'ApplicantErased') !== undefined;
  const number = text(registered?.event.data['number']);
  const facts = [
    text(registered?.event.data['registerType']), text(registered?.personal?.['registrationNumber']), text(registered?.personal?.['email']),
    file.applicant, `${file.events.length} events`, erased ? 'personal data erased' : '',
  ].filter((each) => each !== '');
  const who = nameOf(registered?.personal?.['name']) || (number === '' ? file.applicant : `Applicant ${number}`);
  const badge = outcome === '' ? 'no decision' : outcome.replaceAll('_', ' ').toLowerCase();
  const summary = make('summary', '', make('span', 'who', who), make('span', `badge ${outcome}`, badge), make('span', 'more', facts.join(' · ')));
  const element = make('details', 'case', summary);
  let filled = false;
  element.addEventListener('toggle', () => {
    if (element.open && !filled) fill();
  });
  element.addEventListener('fill', () => {
    if (!filled) fill();
  });
  return element;

  function fill(): void {
    filled = true;
    const body = make('div', 'body', ...file.events.map((each) => showEvent(each, report, read)));
    if (file.accesses.length > 0) body.append(make('h4', '', 'Who viewed or exported this record'), ...file.accesses.map((each) => showEvent(each, report, read)));
    element.append(body);
  }
}

function showEvent({ event, personal, index }: VerifiedEvent, report: Report, read: ReadFile): HTMLElement {
  const line = make('div', 'line',
    make('span', 'version', String(event.version)), make('h3', '', words(event.type).replace(/^./, (letter) => letter.toUpperCase())),
    make('span', 'when', readable(event.recordedAt)), make('span', 'place', `by ${event.actor.kind} ${event.actor.id} · log entry ${index}`));
  const content = make('div', 'content', showObject(event.data));
  if (personal !== null) content.append(make('div', 'personal', make('span', 'tag', 'Personal, disclosed by this event\'s own key'), showObject(personal)));
  else if (event.sealed !== null) content.append(make('p', 'withheld', 'Personal fields are sealed and not disclosed in this bag.'));
  for (const piece of report.evidence.filter(({ stream, version }) => stream === event.stream && version === event.version)) content.append(showEvidence(piece, read));
  return make('article', 'event', line, content);
}

function showEvidence({ path, mediaType }: EvidenceFile, read: ReadFile): HTMLElement {
  const figure = make('figure', '');
  if (mediaType === 'image/jpeg' || mediaType === 'image/png') {
    const image = make('img', '');
    image.alt = 'Evidence of this event';
    void fillImage(image, read(path), mediaType);
    figure.append(image);
  }
  figure.append(make('figcaption', '', `Evidence, verified: ${path}`));
  return figure;
}

async function fillImage(image: HTMLImageElement, read: Promise<Bytes | null>, type: string): Promise<void> {
  const bytes = await read;
  if (bytes !== null) image.src = URL.createObjectURL(new Blob([bytes], { type }));
}

function find({ events }: CaseFile, type: string): VerifiedEvent | undefined {
  return events.find(({ event }) => event.type === type);
}

function nameOf(name: unknown): string {
  return isObject(name) ? `${text(name['givenNames'])} ${text(name['surname'])}`.trim() : '';
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** To the second, in UTC: what was recorded does not depend on where it is read. */
export function readable(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;
}
