import { createKmsKeys } from '../../../gateways/keys/kms.ts';
import { s3Tiles } from '../../../gateways/tiles/s3.ts';
import { createDynamoEventStore } from '../../../ledger/dynamodb/dynamodb-event-store.ts';
import type { SequencerOptions } from '../../../ledger/log/sequencer.ts';
import { readGroup, settingGroups } from '../settings.ts';
import { openKms, openS3 } from './clients.ts';
import type { Core } from './core.ts';
import { lockOf } from './ledger.ts';

/** What the sequencer needs: the bucket of the log, and the signing key, which nobody else may use. */
export function openLogParts({ client, tables, clock }: Core): SequencerOptions {
  const settings = readGroup(settingGroups.log);
  return {
    tiles: s3Tiles({ client: openS3(), bucket: settings.KYC_TILES_BUCKET, ...lockOf(settings) }),
    store: createDynamoEventStore({ client, tables }),
    signer: createKmsKeys({ client: openKms(), wrappingKey: settings.KYC_KMS_WRAPPING_KEY, signingKey: settings.KYC_KMS_SIGNING_KEY }),
    origin: settings.KYC_LEDGER_ORIGIN,
    clock,
  };
}
