import type { DatabasePool } from 'slonik';
import { databaseToken } from '../../../gateways/aws/sign.ts';
import { openDatabase } from '../../../projectors/sql.ts';
import { once } from '../once.ts';
import { readGroup, settingGroups } from '../settings.ts';
import type { Core } from './core.ts';

let opening: (() => Promise<DatabasePool>) | null = null;

/**
 * Aurora through its proxy. A URL without a password is entered by IAM: a fresh token for each new connection. One
 * function works on one request at a time, so it holds few connections; the proxy shares the rest.
 */
export function openPool({ client }: Core, maxPoolSize = 2): Promise<DatabasePool> {
  opening ??= once(async () => {
    const { KYC_DATABASE_URL } = readGroup(settingGroups.database);
    const url = new URL(KYC_DATABASE_URL);
    if (url.password !== '') return openDatabase(KYC_DATABASE_URL, { maxPoolSize });
    const target = { host: url.hostname, port: Number(url.port === '' ? 5432 : url.port), user: decodeURIComponent(url.username) };
    const region = await client.config.region();
    const password = () => databaseToken(target, { region, credentials: () => client.config.credentials() });
    return openDatabase(KYC_DATABASE_URL, { maxPoolSize, password });
  });
  return opening();
}
