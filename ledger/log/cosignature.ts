import { COSIGNATURE_V1, type NoteSignature, type NoteSigner, verifierKey, type VerifierKey, verifyEd25519 } from './note-key.ts';

const TIME_SIZE = 8;
const SIGNATURE_SIZE = 64;

/** The bytes a witness signs (C2SP tlog-cosignature): header, time in seconds since the epoch, the whole note text. */
export function cosignedMessage(text: string, time: number): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${time}\n${text}`);
}

/** Cosigns a checkpoint's text as the witness `name`. */
export async function cosign(text: string, name: string, time: number, signer: NoteSigner): Promise<NoteSignature> {
  const { id } = verifierKey(name, await signer.publicKey(), COSIGNATURE_V1);
  const signature = Buffer.alloc(TIME_SIZE + SIGNATURE_SIZE);
  signature.writeBigUInt64BE(BigInt(time));
  signature.set(await signer.sign(cosignedMessage(text, time)), TIME_SIZE);
  return { name, id, signature };
}

/** Why a cosignature does not hold; null when it does. */
export function cosignatureFault(key: VerifierKey, text: string, signature: Uint8Array): 'MALFORMED' | 'BAD_SIGNATURE' | null {
  if (signature.length !== TIME_SIZE + SIGNATURE_SIZE) return 'MALFORMED';
  const time = cosignatureTime(signature);
  if (!Number.isSafeInteger(time)) return 'MALFORMED';
  return verifyEd25519(key.publicKey, cosignedMessage(text, time), signature.subarray(TIME_SIZE)) ? null : 'BAD_SIGNATURE';
}

/** When the witness says that it looked, in seconds since the epoch. */
export function cosignatureTime(signature: Uint8Array): number {
  return Number(Buffer.from(signature).readBigUInt64BE());
}
