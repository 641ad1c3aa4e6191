import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Is there an openssl that can play the time-stamping authority? */
export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

const CONFIG = `
[req]
distinguished_name = dn
prompt = no
[dn]
CN = unused
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[stamping]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[signing]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,codeSigning,timeStamping
[tsa]
default_tsa = authority
[authority]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256,sha512
accuracy = secs:1
ess_cert_id_alg = sha256
`;

export interface Authority {
  /** PEM of the root that vouches for the authority. */
  readonly root: string;
  /** Answers a DER request with a DER response, as `openssl ts -reply` gives it. */
  readonly reply: (request: Uint8Array) => Buffer;
  /** A response over SHA-512 of `bytes`, which nobody asked for. */
  readonly replySha512: (bytes: Uint8Array) => Buffer;
  /** The time of `response`, signed again with a certificate of the same root that is not for time-stamping alone. */
  readonly resign: (response: Uint8Array) => Buffer;
  /** Removes its keys and files. */
  readonly close: () => void;
}

/** A time-stamping authority of the test's own: a root, its certificate, and openssl to answer. */
export function makeAuthority(key: readonly string[] = ['rsa:2048']): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'kyc-tsa-'));
  const run = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  writeFileSync(join(folder, 'tsa.cnf'), CONFIG);
  writeFileSync(join(folder, 'serial'), '01\n');
  const newKey = (name: string) => ['-newkey', ...key, '-nodes', '-keyout', `${name}.key`, '-config', 'tsa.cnf'];
  run('req', '-x509', ...newKey('root'), '-out', 'root.pem', '-days', '2', '-subj', '/CN=Test root', '-extensions', 'root');
  const certify = (name: string, extensions: 'stamping' | 'signing') => {
    run('req', '-new', ...newKey(name), '-out', `${name}.csr`, '-subj', '/CN=Test authority');
    run('x509', '-req', '-in', `${name}.csr`, '-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial', '-out', `${name}.pem`,
      '-days', '1', '-extfile', 'tsa.cnf', '-extensions', extensions);
  };
  certify('tsa', 'stamping');
  certify('other', 'signing');
  const reply = (request: Uint8Array) => {
    writeFileSync(join(folder, 'request.tsq'), request);
    run('ts', '-reply', '-config', 'tsa.cnf', '-section', 'authority', '-queryfile', 'request.tsq', '-signer', 'tsa.pem',
      '-inkey', 'tsa.key', '-out', 'response.tsr');
    return readFileSync(join(folder, 'response.tsr'));
  };
  return {
    root: readFileSync(join(folder, 'root.pem'), 'utf8'),
    close: () => rmSync(folder, { recursive: true }),
    reply,
    replySha512: (bytes) => {
      writeFileSync(join(folder, 'data'), bytes);
      run('ts', '-query', '-data', 'data', '-sha512', '-cert', '-out', 'query512.tsq');
      return reply(readFileSync(join(folder, 'query512.tsq')));
    },
    resign: (response) => {
      writeFileSync(join(folder, 'honest.tsr'), response);
      run('ts', '-reply', '-in', 'honest.tsr', '-token_out', '-out', 'token.der');
      run('cms', '-verify', '-noverify', '-inform', 'DER', '-in', 'token.der', '-out', 'time.der');
      run('cms', '-sign', '-binary', '-nodetach', '-cades', '-econtent_type', '1.2.840.113549.1.9.16.1.4', '-in', 'time.der',
        '-signer', 'other.pem', '-inkey', 'other.key', '-md', 'sha256', '-outform', 'DER', '-out', 'forged.der');
      const body = Buffer.concat([Buffer.from('3003020100', 'hex'), readFileSync(join(folder, 'forged.der'))]);
      const header = Buffer.from([0x30, 0x82, 0, 0]);
      header.writeUInt16BE(body.length, 2);
      return Buffer.concat([header, body]);
    },
  };
}
