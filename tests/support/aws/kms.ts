import { createCipheriv, createDecipheriv, createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { AwsFault, jsonService, type Service } from './stand-in.ts';

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** KMS with a symmetric key, an HMAC_256 key and an Ed25519 key, which compute what the real ones do. */
export function kmsService(keys: { readonly wrapping: string; readonly lookup: string; readonly signing: string }): Service {
  const secret = randomBytes(32);
  const pair = generateKeyPairSync('ed25519');
  const only = (given: string, wanted: string): void => {
    if (given !== wanted) throw new AwsFault('NotFoundException');
  };
  const context = (given: Record<string, string> = {}): Buffer => Buffer.from(JSON.stringify(Object.entries(given).toSorted()));
  return jsonService('TrentService', {
    Encrypt: ({ KeyId, Plaintext, EncryptionContext }: { KeyId: string; Plaintext: string; EncryptionContext?: Record<string, string> }) => {
      only(KeyId, keys.wrapping);
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', secret, iv).setAAD(context(EncryptionContext));
      return { KeyId, CiphertextBlob: base64(Buffer.concat([iv, cipher.update(Buffer.from(Plaintext, 'base64')), cipher.final(), cipher.getAuthTag()])) };
    },
    Decrypt: ({ KeyId, CiphertextBlob, EncryptionContext }: { KeyId: string; CiphertextBlob: string; EncryptionContext?: Record<string, string> }) => {
      only(KeyId, keys.wrapping);
      const blob = Buffer.from(CiphertextBlob, 'base64');
      try {
        const decipher = createDecipheriv('aes-256-gcm', secret, blob.subarray(0, 12), { authTagLength: 16 });
        decipher.setAAD(context(EncryptionContext)).setAuthTag(blob.subarray(-16));
        return { KeyId, Plaintext: base64(Buffer.concat([decipher.update(blob.subarray(12, -16)), decipher.final()])) };
      } catch {
        throw new AwsFault('InvalidCiphertextException');
      }
    },
    GenerateMac: ({ KeyId, MacAlgorithm, Message }: { KeyId: string; MacAlgorithm: string; Message: string }) => {
      only(KeyId, keys.lookup);
      if (MacAlgorithm !== 'HMAC_SHA_256') throw new AwsFault('InvalidKeyUsageException');
      return { KeyId, MacAlgorithm, Mac: base64(createHmac('sha256', secret).update(Buffer.from(Message, 'base64')).digest()) };
    },
    Sign: ({ KeyId, Message, MessageType, SigningAlgorithm }: { KeyId: string; Message: string; MessageType: string; SigningAlgorithm: string }) => {
      only(KeyId, keys.signing);
      // The service refuses a digest for this algorithm.
      if (MessageType !== 'RAW' || SigningAlgorithm !== 'ED25519_SHA_512') throw new AwsFault('ValidationException');
      return { KeyId, SigningAlgorithm, Signature: base64(sign(null, Buffer.from(Message, 'base64'), pair.privateKey)) };
    },
    GetPublicKey: ({ KeyId }: { KeyId: string }) => {
      only(KeyId, keys.signing);
      return { KeyId, KeySpec: 'ECC_NIST_EDWARDS25519', KeyUsage: 'SIGN_VERIFY', PublicKey: base64(pair.publicKey.export({ format: 'der', type: 'spki' })) };
    },
  });
}
