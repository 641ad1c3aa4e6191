import { assert as assertLaw, emailAddress, lorem, property } from 'fast-check';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createLog, errorFields } from '../../runtime/log.ts';
import { redactText } from '../../runtime/redact.ts';

function tenElevenTwelve(): Date {
  return new Date('2026-11-22T10:11:12.000Z');
}

function recording(options: Partial<Parameters<typeof createLog>[0]> = {}) {
  const lines: string[] = [];
  const log = createLog({ level: 'info', pretty: false, clock: tenElevenTwelve, write: (line) => void lines.push(line), ...options });
  return { log, lines };
}

describe('the log', () => {
  test('writes one JSON object a line: time, level, message and the fields', () => {
    const { log, lines } = recording();
    log.info('PostgreSQL runs', { pid: 7, adopted: false, port: null });
    log.error('It\nbroke');
    expect(lines).toEqual([
      '{"time":"2026-11-22T10:11:12.000Z","level":"info","message":"PostgreSQL runs","pid":7,"adopted":false,"port":null}\n',
      '{"time":"2026-11-22T10:11:12.000Z","level":"error","message":"It\\nbroke"}\n',
    ]);
  });

  test.each([
    ['debug', ['info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
    ['silent', []],
  ] as const)('at level %s writes %j', (level, expected) => {
    const { log, lines } = recording({ level });
    log.info('a');
    log.warn('b');
    log.error('c');
    expect(lines.map((line) => JSON.parse(line).level)).toEqual(expected);
  });

  test('lets no field pass itself off as time, level or message', () => {
    const { log, lines } = recording();
    log.warn('real', { level: 'info', message: 'forged', time: 'never' });
    expect(JSON.parse(lines[0] ?? '')).toEqual({ time: '2026-11-22T10:11:12.000Z', level: 'warn', message: 'real' });
  });

  test('writes one line for people, without control characters of others', () => {
    const { log, lines } = recording({ pretty: true });
    log.warn('Odd\n2026 ERROR forged', { file: 'a\u001B[2Jb' });
    const line = stripVTControlCharacters(lines[0] ?? '');
    expect(line).toBe('10:11:12 warn  Odd 2026 ERROR forged file=a [2Jb\n');
  });
});

describe('personal data and secrets', () => {
  test.each([
    ['Ada.Lovelace+kyc@example.co.uk has written', '[e-mail] has written'],
    ['to <ada@example.org>', 'to <[e-mail]>'],
    ['P<GBRLOVELACE<<ADA<<<<<<', '[mrz]'],
    ['passport 925076473 seen', 'passport [document] seen'],
    ['licence MORGA753116SM9IJ', 'licence [document]'],
    ['call +44 20 7946 0958', 'call [phone]'],
    ['call 07700 900123 now', 'call [phone] now'],
    ['lives in SW1A 1AA', 'lives in [postcode]'],
    ['postgresql://kyc:geheim@127.0.0.1:5432/kyc', 'postgresql://[credentials]@127.0.0.1:5432/kyc'],
    ['http://127.0.0.1/sign-in?token=abc123&x=1', 'http://127.0.0.1/sign-in?token=[token]&x=1'],
    ['Authorization: Bearer eyJhbGciOi', 'Authorization: [secret]'],
    ['signed with whsec_MfKQ9r8GKYqrTwjU', 'signed with [secret]'],
  ])('are replaced: %s', (text, expected) => {
    expect(redactText(text)).toBe(expected);
    const { log, lines } = recording();
    log.info(text, { note: text });
    expect(lines[0]).not.toContain(text);
  });

  test.each([
    'applicant-019ab3c4-1111-7222-8333-123456789012',
    '2026-11-22T10:11:12.000Z',
    'REGISTER_DID_NOT_ANSWER',
    'http://127.0.0.1:8080/v1/applicants',
    'kyc.result.published',
    'face-api/1.7.15',
    'checkpoint of size 123456 written in 12.5 ms',
  ])('are not seen where there are none: %s', (text) => {
    expect(redactText(text)).toBe(text);
  });

  test('go by the name of a field too', () => {
    const { log, lines } = recording();
    log.info('x', { surname: 'Lovelace', registration_number: 'C1234567', documentNumber: 925076473, code: 'OK' });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ surname: '[redacted]', registration_number: '[redacted]', documentNumber: '[redacted]', code: 'OK' });
  });

  test('in the form of any e-mail address never reach a line, wherever they stand', () => {
    assertLaw(
      property(emailAddress(), lorem(), lorem(), (email, before, after) => {
        const { log, lines } = recording();
        log.error(`${before} ${email} ${after}`, { detail: `(${email})` });
        expect(lines[0]).not.toContain(email);
      }),
    );
  });
});

describe('an error in the log', () => {
  test('is its class, code, place and cause, never a message', () => {
    const cause = Object.assign(new RangeError('Ada Lovelace'), { code: '22P02' });
    const error = Object.assign(new Error('Cannot store Ada Lovelace\n    at file:///forged.ts:1:1', { cause }), { code: 'STORE_UNAVAILABLE' });
    const fields = errorFields(error);
    expect(fields).toMatchObject({ error: 'Error', code: 'STORE_UNAVAILABLE', cause: 'RangeError', causeCode: '22P02' });
    expect(fields['at']).toMatch(/^tests\/runtime\/log\.test\.ts:\d+$/);
    expect(JSON.stringify(fields)).not.toMatch(/Ada|forged/);
  });

  test('may be something else than an error', () => {
    expect(errorFields('Ada Lovelace')).toEqual({ error: 'string' });
  });
});
