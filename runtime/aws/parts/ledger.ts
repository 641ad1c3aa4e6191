import type { ObjectLock } from '../../../gateways/aws/objects.ts';
import type { EvidenceStore } from '../../../gateways/evidence-store/port.ts';
import { createS3EvidenceStore } from '../../../gateways/evidence-store/s3.ts';
import { createKmsKeys } from '../../../gateways/keys/kms.ts';
import { createLedger, type DisclosingLedger } from '../../../ledger/create-ledger.ts';
import { createDynamoEventStore } from '../../../ledger/dynamodb/dynamodb-event-store.ts';
import { createDynamoSubjectKeys } from '../../../ledger/dynamodb/dynamodb-subject-keys.ts';
import type { EventStore } from '../../../ledger/event-store.ts';
import type { SubjectKeyTable } from '../../../ledger/ports.ts';
import { measureEvents } from '../metrics.ts';
import { readGroup, settingGroups } from '../settings.ts';
import { openKms, openS3 } from './clients.ts';
import type { Core } from './core.ts';

export interface LedgerParts {
  readonly store: EventStore;
  readonly ledger: DisclosingLedger;
  readonly evidence: EvidenceStore;
  readonly subjectKeys: SubjectKeyTable;
}

export function openLedgerParts({ client, tables, clock }: Core): LedgerParts {
  const settings = readGroup(settingGroups.ledger);
  const keys = createKmsKeys({ client: openKms(), wrappingKey: settings.KYC_KMS_WRAPPING_KEY, lookupKey: settings.KYC_KMS_LOOKUP_KEY });
  const evidence = createS3EvidenceStore({ client: openS3(), bucket: settings.KYC_EVIDENCE_BUCKET, ...lockOf(settings) });
  const store = createDynamoEventStore({ client, tables });
  const subjectKeys = createDynamoSubjectKeys({ client, tables });
  return { store, evidence, subjectKeys, ledger: createLedger({ store, keys, evidence, subjectKeys, clock, onAppended: measureEvents }) };
}

export function lockOf({ KYC_LOCK_MODE: mode, KYC_LOCK_DAYS: days }: { readonly KYC_LOCK_MODE: 'none' | ObjectLock['mode']; readonly KYC_LOCK_DAYS: number }): { readonly lock?: ObjectLock } {
  return mode === 'none' ? {} : { lock: { mode, days } };
}
