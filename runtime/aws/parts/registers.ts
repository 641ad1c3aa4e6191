import type { Deps } from '../../../handlers/deps.ts';
import { createPendingCallbacks, createRegisterCache } from '../../../gateways/records/dynamodb.ts';
import { createRegisterHealth } from '../../../gateways/records/register-health.ts';
import { createApifyRegisters } from '../../../gateways/registers/apify.ts';
import { sourcesOf } from '../../register-sources.ts';
import { readGroup, settingGroups } from '../settings.ts';
import type { Core } from './core.ts';
import { readSecret } from './secret.ts';

export const openPendingCallbacks = ({ client, tables }: Core) => createPendingCallbacks({ client, table: tables['pending-callbacks'] });

export async function openRegisterParts(core: Core): Promise<Pick<Deps, 'registers' | 'pendingCallbacks' | 'registerCache' | 'registerHealth'>> {
  const { client, tables } = core;
  const settings = readGroup(settingGroups.registers);
  const { apifyToken = '' } = await readSecret();
  return {
    registers: createApifyRegisters({
      token: apifyToken,
      sources: apifyToken === '' ? {} : sourcesOf(settings.KYC_APIFY_ACTORS),
      timeoutSeconds: Math.min(600, settings.KYC_REGISTER_DEADLINE_SECONDS),
      memoryMegabytes: 1024,
      ...(settings.KYC_APIFY_BASE_URL !== undefined && { baseUrl: settings.KYC_APIFY_BASE_URL }),
    }),
    pendingCallbacks: openPendingCallbacks(core),
    registerCache: createRegisterCache({ client, table: tables['register-cache'] }),
    registerHealth: createRegisterHealth({ client, table: tables.counters }),
  };
}

export function registerSettings(): { readonly callbackBaseUrl: string; readonly registerDeadlineMs: number; readonly registerCacheMs: number } {
  const settings = readGroup(settingGroups.registers);
  return {
    callbackBaseUrl: settings.KYC_PUBLIC_URL,
    registerDeadlineMs: settings.KYC_REGISTER_DEADLINE_SECONDS * 1000,
    registerCacheMs: settings.KYC_REGISTER_CACHE_HOURS * 3_600_000,
  };
}
