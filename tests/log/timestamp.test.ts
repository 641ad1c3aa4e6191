import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TimestampRefused } from '../../ledger/log/errors.ts';
import { timestampRequest, verifyTimestamp } from '../../ledger/log/timestamp.ts';
import { type Authority, hasOpenssl, makeAuthority } from './openssl-authority.ts';

const bytes = Buffer.from('example.com/log\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n');
const nonce = Buffer.from('f00dfeed12345678', 'hex');

describe.skipIf(!hasOpenssl)('a time-stamp of a local authority (skipped where there is no openssl to play it)', () => {
  const made: Authority[] = [];
  const make = (...key: Parameters<typeof makeAuthority>): Authority => {
    const one = makeAuthority(...key);
    made.push(one);
    return one;
  };
  let authority: Authority;
  let response: Buffer;
  afterAll(() => {
    for (const each of made) each.close();
  });
  beforeAll(() => {
    authority = make();
    response = authority.reply(timestampRequest(bytes, nonce));
  });

  it('vouches for the bytes and the time', async () => {
    const stamp = await verifyTimestamp(response, bytes, [authority.root], nonce);
    expect(stamp).toMatchObject({ policy: '1.2.3.4.1', authority: 'CN=Test authority' });
    expect(Math.abs(Date.parse(stamp.time) - Date.now())).toBeLessThan(60_000);
  });

  it('holds with elliptic curves too, and without the nonce being at hand', async () => {
    const curve = make(['ec', '-pkeyopt', 'ec_paramgen_curve:P-256']);
    const stamp = await verifyTimestamp(curve.reply(timestampRequest(bytes, nonce)), bytes, [authority.root, curve.root]);
    expect(stamp.authority).toBe('CN=Test authority');
  });

  it.each([
    ['for other bytes', /over other bytes/, () => verifyTimestamp(response, Buffer.from('other'), [authority.root])],
    ['for another request', /answers another request/, () => verifyTimestamp(response, bytes, [authority.root], Buffer.from('f00dfeed12345679', 'hex'))],
    ['without a trusted root', /does not hold/, () => verifyTimestamp(response, bytes, [])],
    ['under another root of the same name', /does not hold/, () => verifyTimestamp(response, bytes, [make().root])],
    ['over another hash', /another hash/, () => verifyTimestamp(authority.replySha512(bytes), bytes, [authority.root])],
    ['from a certificate with other purposes', /not one for time-stamping alone/, () => verifyTimestamp(authority.resign(response), bytes, [authority.root])],
    ['when it was cut short', /not one DER value/, () => verifyTimestamp(response.subarray(0, -1), bytes, [authority.root])],
    ['with bytes behind it', /not one DER value/, () => verifyTimestamp(Buffer.concat([response, Buffer.of(0)]), bytes, [authority.root])],
    ['of nothing', /not one DER value/, () => verifyTimestamp(Buffer.of(), bytes, [authority.root])],
    ['that was not granted', /did not grant/, () => verifyTimestamp(Buffer.from('30053003020102', 'hex'), bytes, [authority.root])],
  ])('is refused %s', async (_, why, verify) => {
    const error = await verify().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TimestampRefused);
    expect(String(error)).toMatch(why);
  });

  it('is refused, or says exactly the same, with any one byte altered', async () => {
    const honest = await verifyTimestamp(response, bytes, [authority.root], nonce);
    const accepted: unknown[] = [];
    let tried = 0;
    for (let at = 0; at < response.length; at += 11) {
      const altered = Buffer.from(response);
      altered[at] = (altered[at] ?? 0) ^ 0x01;
      const stamp = await verifyTimestamp(altered, bytes, [authority.root], nonce).catch((error: unknown) => error);
      if (!(stamp instanceof TimestampRefused)) accepted.push(stamp);
      tried += 1;
    }
    expect(accepted).toEqual(accepted.map(() => honest));
    expect(accepted.length).toBeLessThan(tried / 10);
  });
});
