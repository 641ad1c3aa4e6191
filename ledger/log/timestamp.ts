import { X509Certificate } from 'node:crypto';
import { fromBER, Integer, Null, OctetString } from 'asn1js';
import {
  AlgorithmIdentifier, Certificate, ContentInfo, ExtKeyUsage, MessageImprint, SignedData, TimeStampReq, TimeStampResp, TSTInfo,
} from 'pkijs';
import { TimestampRefused } from './errors.ts';
import { equalBytes, sha256 } from './hash.ts';
import { namesSigningCertificate } from './signing-certificate.ts';

const SHA256 = '2.16.840.1.101.3.4.2.1';
const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
const GRANTED = new Set([0, 1]);

/** What a time-stamp that holds says. */
export interface Timestamp {
  /** RFC 3339; by the authority's clock. */
  readonly time: string;
  /** The authority's policy, as an object identifier. */
  readonly policy: string;
  /** Subject of the authority's certificate. */
  readonly authority: string;
}

/** A request for a time-stamp over SHA-256 of `bytes` (RFC 3161 section 2.4.1), asking for the certificate. `nonce`: 8 bytes. */
export function timestampRequest(bytes: Uint8Array, nonce: Uint8Array): Buffer {
  const request = new TimeStampReq({
    version: 1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: SHA256, algorithmParams: new Null() }),
      hashedMessage: new OctetString({ valueHex: arrayBuffer(sha256(bytes)) }),
    }),
    nonce: nonceInteger(nonce),
    certReq: true,
  });
  return Buffer.from(request.toSchema().toBER());
}

/**
 * Verifies a response (RFC 3161 section 2.4.2) over `bytes`: granted, SHA-256 of these bytes, signed by a certificate for
 * time-stamping alone that chains to one of `roots` (PEM or DER) and was valid at that time, and with the `nonce` if one was sent.
 * Throws TimestampRefused.
 */
export async function verifyTimestamp(
  response: Uint8Array, bytes: Uint8Array, roots: readonly (string | Uint8Array)[], nonce?: Uint8Array,
): Promise<Timestamp> {
  const signedData = readResponse(response);
  const info = readInfo(signedData);
  if (info.messageImprint.hashAlgorithm.algorithmId !== SHA256) throw new TimestampRefused('It is over another hash than SHA-256');
  if (!equalBytes(new Uint8Array(info.messageImprint.hashedMessage.getValue()), sha256(bytes))) throw new TimestampRefused('It is over other bytes');
  if (nonce !== undefined && info.nonce?.isEqual(nonceInteger(nonce)) !== true) throw new TimestampRefused('It answers another request');
  const signer = await verifySignature(signedData, bytes, roots);
  requireTimeStampingOnly(signer);
  requireSigningCertificate(signedData, signer);
  return {
    time: info.genTime.toISOString(),
    policy: info.policy,
    authority: new X509Certificate(Buffer.from(signer.toSchema().toBER())).subject.replaceAll('\n', ', '),
  };
}

function readResponse(response: Uint8Array): SignedData {
  return reading('It is no time-stamp response', () => {
    const parsed = new TimeStampResp({ schema: parseDer(response) });
    if (!GRANTED.has(parsed.status.status)) throw new TimestampRefused(`The authority did not grant it (status ${parsed.status.status})`);
    if (parsed.timeStampToken === undefined) throw new TimestampRefused('It carries no token');
    if (parsed.timeStampToken.contentType !== ContentInfo.SIGNED_DATA) throw new TimestampRefused('Its token is not signed');
    return new SignedData({ schema: parsed.timeStampToken.content });
  });
}

function readInfo(signedData: SignedData): TSTInfo {
  return reading('Its token is malformed', () => {
    const { eContent, eContentType } = signedData.encapContentInfo;
    if (eContentType !== TST_INFO || eContent === undefined) throw new TimestampRefused('Its token holds no time');
    if (signedData.signerInfos.length !== 1) throw new TimestampRefused('Its token must have exactly one signer');
    return new TSTInfo({ schema: parseDer(new Uint8Array(eContent.getValue())) });
  });
}

async function verifySignature(signedData: SignedData, bytes: Uint8Array, roots: readonly (string | Uint8Array)[]): Promise<Certificate> {
  const trustedCerts = roots.map((root) => Certificate.fromBER(arrayBuffer(new X509Certificate(root).raw)));
  const result = await signedData
    .verify({ signer: 0, data: arrayBuffer(bytes), trustedCerts, checkChain: true, extendedMode: true })
    .catch((cause: unknown) => {
      throw new TimestampRefused('Its signature or its certificate does not hold', { cause });
    });
  if (result.signatureVerified !== true || !(result.signerCertificate instanceof Certificate)) throw new TimestampRefused('Its signature is bad');
  return result.signerCertificate;
}

/** RFC 3161 section 2.3: a certificate with one, critical, extended key usage. */
function requireTimeStampingOnly(signer: Certificate): void {
  const usage = signer.extensions?.find((extension) => extension.extnID === EXTENDED_KEY_USAGE);
  const purposes = usage?.parsedValue instanceof ExtKeyUsage ? usage.parsedValue.keyPurposes : [];
  if (usage?.critical !== true || purposes.length !== 1 || purposes[0] !== TIME_STAMPING) {
    throw new TimestampRefused('Its certificate is not one for time-stamping alone');
  }
}

/** RFC 5816: the signed attributes name the certificate, so that no other with the same key can take its place. */
function requireSigningCertificate(signedData: SignedData, signer: Certificate): void {
  const der = Buffer.from(signer.toSchema().toBER());
  if (!namesSigningCertificate(signedData, der)) throw new TimestampRefused('It does not name the certificate that signed it');
}

function reading<T>(why: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof TimestampRefused) throw cause;
    throw new TimestampRefused(why, { cause });
  }
}

function parseDer(bytes: Uint8Array) {
  const parsed = fromBER(arrayBuffer(bytes));
  if (parsed.offset !== bytes.length) throw new TimestampRefused('It is not one DER value');
  return parsed.result;
}

/** A positive INTEGER of the nonce's bytes. */
function nonceInteger(nonce: Uint8Array): Integer {
  return Integer.fromBigInt(BigInt(`0x${Buffer.from(nonce).toString('hex')}`));
}

function arrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
