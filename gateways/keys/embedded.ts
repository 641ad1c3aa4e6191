import {
  type KeyObject,
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  randomBytes,
  sign,
} from 'node:crypto';
import { link, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { KeyRefused, KeysUnavailable } from './errors.ts';
import type { Keys } from './port.ts';

const MasterKeyFile = z.strictObject({
  form: z.literal('kyc-master-key/v1'),
  secret: z.base64().refine((text) => Buffer.from(text, 'base64').length === 32, 'is not 32 bytes'),
});

const IV_BYTES = 12;
const TAG_BYTES = 16;
/** PKCS #8 around the 32 secret bytes of an Ed25519 key (RFC 8410). */
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * The master keys from one file, made with mode 0600 at first use. It holds one secret of 32 bytes; the wrapping key, the
 * lookup key and the Ed25519 signing key are derived from it, each under a label of its own (HKDF-SHA-256, RFC 5869).
 * Whoever loses the file loses everything that is sealed. Throws KeysUnavailable for a file that others may read, that
 * belongs to somebody else, or that does not hold a master key.
 */
export async function openEmbeddedKeys(file: string): Promise<Keys> {
  const secret = (await readSecret(file)) ?? (await createSecret(file));
  const wrapping = derive(secret, 'kyc-keys/wrap/v1');
  const lookup = derive(secret, 'kyc-keys/lookup/v1');
  const signing = createPrivateKey({
    key: Buffer.concat([ED25519_PKCS8, derive(secret, 'kyc-keys/sign/v1')]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = rawPublicKey(signing);
  secret.fill(0);

  return {
    wrap: async (key, context) => {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', wrapping, iv).setAAD(Buffer.from(context));
      return new Uint8Array(Buffer.concat([iv, cipher.update(key), cipher.final(), cipher.getAuthTag()]));
    },
    unwrap: async (wrapped, context) => unwrap(wrapping, wrapped, context),
    mac: async (data) => new Uint8Array(createHmac('sha256', lookup).update(data).digest()),
    sign: async (data) => new Uint8Array(sign(null, data, signing)),
    publicKey: async () => Uint8Array.from(publicKey),
  };
}

function unwrap(wrapping: Uint8Array, wrapped: Uint8Array, context: string): Uint8Array {
  try {
    const decipher = createDecipheriv('aes-256-gcm', wrapping, wrapped.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(context)).setAuthTag(wrapped.subarray(-TAG_BYTES));
    return new Uint8Array(Buffer.concat([decipher.update(wrapped.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]));
  } catch (error) {
    throw new KeyRefused({ cause: error });
  }
}

function derive(secret: Uint8Array, label: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, new Uint8Array(0), label, 32));
}

/** The last 32 bytes of the SubjectPublicKeyInfo (RFC 8410). */
function rawPublicKey(signing: KeyObject): Buffer {
  return createPublicKey(signing).export({ format: 'der', type: 'spki' }).subarray(-32);
}

/** null when there is no such file. */
async function readSecret(file: string): Promise<Buffer | null> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return null;
    throw new KeysUnavailable(`The master key ${file} cannot be read`, { cause: error });
  });
  if (handle === null) return null;
  try {
    const { mode, uid } = await handle.stat();
    if ((mode & 0o077) !== 0) {
      throw new KeysUnavailable(`The master key ${file} can be read by others: chmod 600 it, and consider whether they have`);
    }
    const user = process.getuid?.();
    if (user !== undefined && user !== 0 && uid !== user) throw new KeysUnavailable(`The master key ${file} belongs to another user`);
    const parsed = MasterKeyFile.safeParse(parseJson(await handle.readFile('utf8')));
    if (!parsed.success) throw new KeysUnavailable(`${file} does not hold a master key`);
    return Buffer.from(parsed.data.secret, 'base64');
  } finally {
    await handle.close();
  }
}

/** Written beside its place and linked there when complete: never half a key, and of two makers at once the first wins. */
async function createSecret(file: string): Promise<Buffer> {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const content: z.infer<typeof MasterKeyFile> = { form: 'kyc-master-key/v1', secret: randomBytes(32).toString('base64') };
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const handle = await open(draft, 'wx', 0o600);
    await handle.writeFile(`${JSON.stringify(content)}\n`);
    await handle.sync();
    await handle.close();
    await link(draft, file).catch((error: unknown) => {
      if (!isCode(error, 'EEXIST')) throw error;
    });
    await syncFolder(dirname(file));
  } catch (error) {
    throw new KeysUnavailable(`The master key ${file} cannot be written`, { cause: error });
  } finally {
    await rm(draft, { force: true });
  }
  const secret = await readSecret(file);
  if (secret === null) throw new KeysUnavailable(`The master key ${file} was removed while it was being made`);
  return secret;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
