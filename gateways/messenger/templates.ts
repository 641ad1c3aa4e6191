import type { Email } from './port.ts';

export interface EmailText {
  readonly subject: string;
  /** Paragraphs of plain text, no line breaks inside. */
  readonly paragraphs: readonly string[];
}

type Values = Readonly<Record<string, string>>;

/**
 * The words of each e-mail. Values they know: `number` (the applicant's), `register` (GMC, GDC, NMC, GPC), `case` (the
 * stream), `reasons` (codes), `document` (its type), `expiryDate` (YYYY-MM-DD), `days`. What is not given is left out.
 * The words say no more than the reader needs: mail is read by others too.
 */
export const templates: Readonly<Record<Email['template'], (values: Values) => EmailText>> = {
  decision_pass: (values) => ({
    subject: `Your identity check is complete${reference(values)}`,
    paragraphs: [
      `We have finished checking your identity and your registration${withRegister(values)}. Everything is in order, and there is nothing more you need to do.`,
      'We will write to you before the document you gave us expires.',
    ],
  }),
  decision_review: (values) => ({
    subject: `Your identity check needs a little longer${reference(values)}`,
    paragraphs: [
      'Some of what we checked has to be looked at by one of our staff. This is quite common, and does not mean that something is wrong.',
      'There is nothing you need to do now. We will write to you as soon as there is a result.',
    ],
  }),
  decision_fail: (values) => ({
    subject: `The result of your identity check${reference(values)}`,
    paragraphs: [
      `We were not able to confirm your identity or your registration${withRegister(values)}, so the check has not been passed.`,
      'You can see the reasons on your status page. If you think that we are mistaken, you can ask there for the decision to be looked at again; a person who was not involved will do that, and you may tell us anything that we should know.',
    ],
  }),
  document_expiring: (values) => ({
    subject: `${capital(documentOf(values))} expires ${inDays(values)}${reference(values)}`,
    paragraphs: [
      `${capital(documentOf(values))}, which you gave us for your identity check, expires ${onDay(values)}.`,
      'Please upload its replacement on your status page before then, so that your check stays valid. If you have done so already, there is nothing more you need to do.',
    ],
  }),
  review_needed: (values) => ({
    subject: `A case is waiting for review${reference(values)}`,
    paragraphs: [
      `A check could not be decided by the rules alone and is waiting in the review queue${values['register'] === undefined ? '' : `, register ${values['register']}`}.`,
      ...(values['reasons'] === undefined || values['reasons'] === '' ? [] : [`Reasons: ${values['reasons']}.`]),
      ...(values['case'] === undefined ? [] : [`Case: ${values['case']}.`]),
      'Please open it in the console; its documents are shown there and are not sent by mail.',
    ],
  }),
};

function reference(values: Values): string {
  return values['number'] === undefined ? '' : ` (reference ${values['number']})`;
}

function withRegister(values: Values): string {
  const body = REGISTERS[values['register'] ?? ''];
  return body === undefined ? '' : ` with the ${body}`;
}

const REGISTERS: Readonly<Record<string, string>> = {
  GMC: 'General Medical Council',
  GDC: 'General Dental Council',
  NMC: 'Nursing and Midwifery Council',
  GPC: 'General Pharmaceutical Council',
};

function documentOf(values: Values): string {
  return `your ${values['document'] === undefined ? 'identity document' : values['document'].replaceAll('_', ' ')}`;
}

function inDays(values: Values): string {
  const { days } = values;
  if (days === '0') return 'today';
  return days === undefined ? 'soon' : `in ${days} ${days === '1' ? 'day' : 'days'}`;
}

function onDay(values: Values): string {
  const { expiryDate } = values;
  if (expiryDate === undefined) return inDays(values);
  const day = new Date(`${expiryDate}T00:00:00Z`);
  if (Number.isNaN(day.getTime())) return `on ${expiryDate}`;
  return `on ${day.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
