import {
  DecryptCommand, EncryptCommand, GenerateMacCommand, GetPublicKeyCommand, SignCommand, type KMSClient,
} from '@aws-sdk/client-kms';
import { isNamed } from '../aws/errors.ts';
import { KeyRefused, KeysUnavailable } from './errors.ts';
import type { Keys } from './port.ts';

export interface KmsKeysOptions {
  readonly client: KMSClient;
  /** Key ids, ARNs or aliases; each is used for its own purpose alone. */
  readonly wrappingKey: string;
  /** Key spec HMAC_256. Wanted by whoever asks for a MAC. */
  readonly lookupKey?: string;
  /** Key spec ECC_NIST_EDWARDS25519. Wanted by whoever signs. */
  readonly signingKey?: string;
}

/** SubjectPublicKeyInfo of an Ed25519 key (RFC 8410): this, then the 32 bytes. */
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * The master keys in AWS KMS, which they never leave. A subject's key is wrapped with its stream as encryption context,
 * so that a wrapped key moved to another subject opens nothing, and CloudTrail shows whose key was opened.
 */
export function createKmsKeys({ client, wrappingKey, lookupKey, signingKey }: KmsKeysOptions): Keys {
  return {
    async wrap(key, context) {
      const command = new EncryptCommand({ KeyId: wrappingKey, Plaintext: key, EncryptionContext: { stream: context } });
      const { CiphertextBlob } = await call(() => client.send(command));
      return given(CiphertextBlob, 'no ciphertext');
    },

    async unwrap(wrapped, context) {
      // KMS calls that an invalid parameter; here it is a wrapped key that was cut.
      if (wrapped.length === 0) throw new KeyRefused();
      const command = new DecryptCommand({ KeyId: wrappingKey, CiphertextBlob: wrapped, EncryptionContext: { stream: context } });
      const { Plaintext } = await call(() => client.send(command));
      return given(Plaintext, 'no plaintext');
    },

    async mac(data) {
      const KeyId = named(lookupKey, 'lookup');
      const { Mac } = await call(() => client.send(new GenerateMacCommand({ KeyId, MacAlgorithm: 'HMAC_SHA_256', Message: data })));
      return given(Mac, 'no MAC');
    },

    async sign(data) {
      const KeyId = named(signingKey, 'signing');
      const command = new SignCommand({ KeyId, Message: data, MessageType: 'RAW', SigningAlgorithm: 'ED25519_SHA_512' });
      const { Signature } = await call(() => client.send(command));
      return given(Signature, 'no signature');
    },

    async publicKey() {
      const KeyId = named(signingKey, 'signing');
      const { PublicKey } = await call(() => client.send(new GetPublicKeyCommand({ KeyId })));
      const spki = Buffer.from(given(PublicKey, 'no public key'));
      if (spki.length !== 44 || !spki.subarray(0, 12).equals(ED25519_SPKI)) throw new KeysUnavailable('The signing key in KMS is no Ed25519 key');
      return new Uint8Array(spki.subarray(12));
    },
  };
}

async function call<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isNamed(error, 'InvalidCiphertextException', 'IncorrectKeyException')) throw new KeyRefused({ cause: error });
    throw new KeysUnavailable('KMS did not answer, or refused its keys', { cause: error });
  }
}

function given(bytes: Uint8Array | undefined, missing: string): Uint8Array {
  if (bytes === undefined) throw new KeysUnavailable(`KMS answered with ${missing}`);
  return bytes;
}

function named(key: string | undefined, purpose: string): string {
  if (key === undefined) throw new KeysUnavailable(`No ${purpose} key is configured here`);
  return key;
}
