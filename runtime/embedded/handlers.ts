import { prepareImage } from '../../gateways/images/prepare-image.ts';
import { createApplicantNumbers, createPendingCallbacks, createRegisterCache } from '../../gateways/records/dynamodb.ts';
import { createRegisterHealth } from '../../gateways/records/register-health.ts';
import { policyOf, newestPolicy } from '../../aggregates/policy/policies.ts';
import type { Deps, Log } from '../../handlers/deps.ts';
import type { Settings } from '../settings.ts';
import { clock, newId, random, type Gateways } from './gateways.ts';
import type { Stores } from './stores.ts';

export interface HandlerParts {
  readonly settings: Settings;
  readonly stores: Stores;
  readonly gateways: Gateways;
  readonly log: Log;
  readonly callbackBaseUrl: string;
}

export function handlerDeps({ settings, stores, gateways, log, callbackBaseUrl }: HandlerParts): Deps {
  const { values } = settings;
  const { client, tables, ledger, store } = stores;
  const { documentReader, faceMatcher, registers, workflow, scanJobs, kycJobs, bus, messenger } = gateways;
  return {
    ledger,
    store,
    prepareImage,
    documentReader,
    faceMatcher,
    registers,
    pendingCallbacks: createPendingCallbacks({ client, table: tables['pending-callbacks'] }),
    registerCache: createRegisterCache({ client, table: tables['register-cache'] }),
    registerHealth: createRegisterHealth({ client, table: tables.counters }),
    workflow,
    scanJobs,
    kycJobs,
    bus,
    messenger,
    numbers: createApplicantNumbers({ client, table: tables.counters }),
    policy: policyOf(newestPolicy, {
      minSimilarity: values.KYC_MIN_SIMILARITY,
      livenessRequired: values.KYC_LIVENESS_REQUIRED,
      maxSnapshotAgeDays: values.KYC_REGISTER_MAX_AGE_DAYS,
    }),
    settings: {
      callbackBaseUrl,
      registerDeadlineMs: values.KYC_REGISTER_DEADLINE_SECONDS * 1000,
      registerCacheMs: values.KYC_REGISTER_CACHE_HOURS * 3_600_000,
      reviewerAddress: values.KYC_REVIEWER_ADDRESS,
      limits: { maxBytes: values.KYC_MAX_UPLOAD_BYTES, maxPixels: values.KYC_MAX_PIXELS, maxSide: 10_000 },
    },
    clock,
    newId,
    random,
    log,
  };
}
