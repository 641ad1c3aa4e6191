import { createHash } from 'node:crypto';
import { type AsnType, ObjectIdentifier, OctetString, Sequence } from 'asn1js';
import type { SignedData } from 'pkijs';
import { equalBytes } from './hash.ts';

const HASHES: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** Attribute types of SigningCertificate (RFC 2634, always SHA-1) and SigningCertificateV2 (RFC 5035) with their default hash. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.9.16.2.12': 'sha1',
  '1.2.840.113549.1.9.16.2.47': 'sha256',
};

/** Do the signed attributes name the certificate `der` as the one that signed? False when they name none. */
export function namesSigningCertificate(signedData: SignedData, der: Uint8Array): boolean {
  const attributes = signedData.signerInfos[0]?.signedAttrs?.attributes ?? [];
  return attributes.some(({ type, values }) => {
    const algorithm = ATTRIBUTES[type];
    const value: unknown = values[0];
    const certificate = child(child(value, 0), 0);
    return algorithm !== undefined && certificate !== null && hashes(certificate, der, algorithm);
  });
}

/** ESSCertID is {hash, issuerSerial?}, ESSCertIDv2 {algorithm DEFAULT sha256, hash, issuerSerial?}. */
function hashes(certificate: AsnType, der: Uint8Array, defaultAlgorithm: string): boolean {
  const first = child(certificate, 0);
  const [algorithm, hash] = first instanceof Sequence ? [algorithmOf(first), child(certificate, 1)] : [defaultAlgorithm, first];
  if (algorithm === undefined || !(hash instanceof OctetString)) return false;
  return equalBytes(createHash(algorithm).update(der).digest(), new Uint8Array(hash.getValue()));
}

function algorithmOf(identifier: Sequence): string | undefined {
  const id = child(identifier, 0);
  return id instanceof ObjectIdentifier ? HASHES[id.getValue()] : undefined;
}

function child(value: unknown, index: number): AsnType | null {
  return value instanceof Sequence ? (value.valueBlock.value[index] ?? null) : null;
}
