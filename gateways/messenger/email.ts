import { z } from 'zod';
import type { Email } from './port.ts';
import { templates } from './templates.ts';

/** An e-mail that cannot be written: its address is none. Says nothing of the address itself. */
export class EmailRefused extends Error {
  override readonly name = 'EmailRefused';
  readonly code = 'EMAIL_REFUSED';
}

export interface EmailHead {
  /** Address that it comes from. */
  readonly from: string;
  readonly messageId: string;
  readonly date: Date;
}

const Address = z.email().max(254);
const WIDTH = 76;

/** What an e-mail says, for services that make the message themselves. Throws EmailRefused. */
export function writeEmail(email: Email): { readonly to: string; readonly subject: string; readonly text: string } {
  const to = Address.safeParse(email.to);
  if (!to.success) throw new EmailRefused('The address is not one that mail can be sent to');
  const { subject, paragraphs } = templates[email.template](email.values);
  const name = email.values['name'];
  const body = [name === undefined ? 'Hello,' : `Dear ${name},`, ...paragraphs, 'Kind regards\nThe identity check team'];
  const lines = body.flatMap((paragraph) => [...paragraph.split('\n').flatMap(wrap), '']);
  return { to: to.data, subject: subject.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' '), text: lines.join('\r\n') };
}

/**
 * The e-mail as an RFC 5322 message in MIME (RFC 2045), plain text in UTF-8, lines ended by CR LF. Marked as generated
 * by a machine (RFC 3834), so that absence notes do not answer it. Throws EmailRefused.
 */
export function composeEmail(email: Email, head: EmailHead): string {
  const { to, subject, text } = writeEmail(email);
  return [
    `Date: ${rfc5322Date(head.date)}`,
    `From: Identity checks <${head.from}>`,
    `To: <${to}>`,
    `Subject: ${encodeHeader(subject)}`,
    `Message-ID: <${head.messageId}>`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    text,
  ].join('\r\n');
}

/** RFC 5322, 3.3; in UTC. */
function rfc5322Date(date: Date): string {
  return date.toUTCString().replace('GMT', '+0000');
}

/** One line; where it is not plain ASCII, as encoded words of at most 75 characters (RFC 2047). */
function encodeHeader(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
  if (/^[\u0020-\u007E]*$/.test(line)) return line;
  const words: string[] = [];
  let word = '';
  for (const character of line) {
    // 45 bytes become 60 characters of base64, and 12 more go around them.
    if (Buffer.byteLength(word + character) > 45) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word].map((each) => `=?utf-8?B?${Buffer.from(each).toString('base64')}?=`).join('\r\n ');
}

function wrap(paragraph: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
