import { KMSClient } from '@aws-sdk/client-kms';
import { describe, expect, it } from 'vitest';
import { createKmsKeys } from '../../gateways/keys/kms.ts';
import { describeKeysContract } from '../contracts/keys.ts';
import { kmsService } from '../support/aws/kms.ts';
import { clientAt, faultOf, startStandIn } from '../support/aws/stand-in.ts';

const ids = { wrapping: 'alias/kyc-wrapping', lookup: 'alias/kyc-lookup', signing: 'alias/kyc-signing' };

async function makeKms() {
  const standIn = await startStandIn(kmsService(ids));
  const open = () => createKmsKeys({ client: new KMSClient(clientAt(standIn.endpoint)), wrappingKey: ids.wrapping, lookupKey: ids.lookup, signingKey: ids.signing });
  return { standIn, open };
}

describeKeysContract('KMS', async () => {
  const { open } = await makeKms();
  return { keys: open(), another: async () => open() };
});

describe('keys in KMS', () => {
  it('bind a subject\'s key to its stream by the encryption context, and sign what is given as it is (RAW)', async () => {
    const { standIn, open } = await makeKms();
    const keys = open();
    await keys.wrap(new Uint8Array(32), 'applicant-1');
    await keys.sign(Buffer.from('checkpoint'));
    const [wrap, sign] = standIn.asked.map(({ body }) => JSON.parse(body.toString()) as Record<string, unknown>);
    expect(wrap).toMatchObject({ KeyId: 'alias/kyc-wrapping', EncryptionContext: { stream: 'applicant-1' } });
    expect(sign).toMatchObject({ KeyId: 'alias/kyc-signing', MessageType: 'RAW', SigningAlgorithm: 'ED25519_SHA_512' });
  });

  it.each([
    ['ThrottlingException', 400, 6],
    ['KMSInternalException', 500, 6],
    ['DisabledException', 409, 1],
    ['AccessDeniedException', 400, 1],
  ])('say KeysUnavailable on %s (%i), after %i attempts', async (name, status, attempts) => {
    const { standIn, open } = await makeKms();
    standIn.fault(10, faultOf(name, status));
    await expect(open().wrap(new Uint8Array(32), 'applicant-1')).rejects.toMatchObject({ code: 'KEYS_UNAVAILABLE' });
    expect(standIn.asked).toHaveLength(attempts);
  });

  it.each(['InvalidCiphertextException', 'IncorrectKeyException'])('say KeyRefused on %s, asked once: the wrapped key is another\'s or was altered', async (name) => {
    const { standIn, open } = await makeKms();
    standIn.fault(1, faultOf(name));
    await expect(open().unwrap(new Uint8Array(8), 'applicant-1')).rejects.toMatchObject({ name: 'KeyRefused' });
    expect(standIn.asked).toHaveLength(1);
  });

  it('refuse to go on without the key for what is asked', async () => {
    const { standIn } = await makeKms();
    const keys = createKmsKeys({ client: new KMSClient(clientAt(standIn.endpoint)), wrappingKey: ids.wrapping });
    await expect(keys.sign(new Uint8Array())).rejects.toMatchObject({ code: 'KEYS_UNAVAILABLE' });
    await expect(keys.mac(new Uint8Array())).rejects.toMatchObject({ code: 'KEYS_UNAVAILABLE' });
  });
});
