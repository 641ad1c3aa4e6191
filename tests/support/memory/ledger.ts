import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { createLedger, type DisclosingLedger, type LedgerOptions } from '../../../ledger/create-ledger.ts';
import type { EvidenceShelf, LedgerKeys, SubjectKeyRecord, SubjectKeyTable } from '../../../ledger/ports.ts';
import { createMemoryEventStore } from './event-store.ts';

export function createMemorySubjectKeys(): SubjectKeyTable {
  const records = new Map<string, SubjectKeyRecord>();
  return {
    find: async (streams) => new Map(streams.flatMap((stream) => {
      const record = records.get(stream);
      return record === undefined ? [] : [[stream, record] as const];
    })),
    create: async (stream, wrapped) => {
      const record = records.get(stream) ?? { kind: 'wrapped' as const, wrapped };
      records.set(stream, record);
      return record;
    },
    destroy: async (stream) => {
      records.set(stream, { kind: 'destroyed' });
    },
  };
}

export function createMemoryEvidence(): EvidenceShelf & { readonly kept: Map<string, Uint8Array> } {
  const kept = new Map<string, Uint8Array>();
  return {
    kept,
    put: async (key, bytes) => {
      if (kept.has(key)) return 'exists';
      kept.set(key, Uint8Array.from(bytes));
      return 'stored';
    },
    get: async (key) => kept.get(key) ?? null,
  };
}

export function createMemoryKeys(secret: Uint8Array = randomBytes(32)): LedgerKeys {
  return {
    wrap: async (key, context) => {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', secret, iv).setAAD(Buffer.from(context));
      return Buffer.concat([iv, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
    },
    unwrap: async (wrapped, context) => {
      const decipher = createDecipheriv('aes-256-gcm', secret, wrapped.subarray(0, 12));
      decipher.setAAD(Buffer.from(context)).setAuthTag(wrapped.subarray(-16));
      return Buffer.concat([decipher.update(wrapped.subarray(12, -16)), decipher.final()]);
    },
    mac: async (data) => createHmac('sha256', secret).update(data).digest(),
  };
}

/** A whole ledger without a disk, with real sealing; any part can be given. */
export function createMemoryLedger(parts: Partial<LedgerOptions> = {}): DisclosingLedger {
  return createLedger({
    store: createMemoryEventStore(),
    keys: createMemoryKeys(),
    evidence: createMemoryEvidence(),
    subjectKeys: createMemorySubjectKeys(),
    clock: () => new Date(),
    ...parts,
  });
}
