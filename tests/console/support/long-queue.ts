import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright-core';
import { sql } from 'slonik';
import { openDatabase } from '../../../projectors/sql.ts';
import { startPlatform } from '../../../runtime/embedded.ts';
import type { RunningPlatform } from '../../../runtime/running.ts';
import { readSettings } from '../../../runtime/settings.ts';
import { chromiumArguments } from './chromium.ts';

export interface LongQueue {
  readonly running: RunningPlatform;
  /** A browser's context in which a senior reviewer is signed in. */
  readonly context: () => Promise<BrowserContext>;
  stop(): Promise<void>;
}

/** Every so many cases one waits for a second person, and one has a reason that hardly any has. */
export const secondEvery = 1_000;
export const rareReason = { code: 'DOCUMENT_EXPIRED', every: 50_000 };

/** The platform with `cases` rows in its review queue. They are rows alone: no events stand behind them, so they can be listed but not opened. */
export async function startWithLongQueue(cases: number, executablePath: string): Promise<LongQueue> {
  const folder = await mkdtemp(join(tmpdir(), 'kyc-queue-'));
  const platform = await startPlatform(readSettings({ KYC_DATA: folder, KYC_PORT: '0', KYC_LOG: 'error' }));
  await platform.prepareConsole();
  const { running } = platform;
  await fill(running.databaseUrl, cases);
  const browser = await chromium.launch({ executablePath, args: chromiumArguments });
  return {
    running,
    context: async () => {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, baseURL: running.url, locale: 'en-GB' });
      await context.addCookies([{ name: 'kyc-session', value: running.sessions['senior_reviewer'] ?? '', url: running.url, httpOnly: true, sameSite: 'Strict' }]);
      return context;
    },
    stop: async () => {
      await browser.close();
      await platform.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function fill(databaseUrl: string, cases: number): Promise<void> {
  const pool = await openDatabase(databaseUrl, { statementTimeout: 300_000 });
  const event = randomUUID();
  try {
    await pool.transaction(async (transaction) => {
      await transaction.query(sql.unsafe`
        INSERT INTO kyc.users (id, email, reg_no, reg_type, status, created_at, applicant_id, event_id)
        SELECT (n << 16) + 1, 'case-' || n || '@example.org', NULL, (ARRAY['GMC', 'GDC', 'NMC', 'GPC'])[1 + n % 4]::kyc.reg_type_enum, 'REVIEW',
          '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 minute', gen_random_uuid(), ${event}
        FROM generate_series(1, ${cases}::bigint) AS n`);
      await transaction.query(sql.unsafe`
        INSERT INTO kyc.kyc_decisions (id, user_id, decision, reasons, decided_at, version, decided_by, event_id)
        SELECT id + 10, id, 'MANUAL_REVIEW', ARRAY['MRZ_INVALID'], created_at, 11, 'decision', ${event} FROM kyc.users`);
      await transaction.query(sql.unsafe`
        INSERT INTO kyc.reviews (id, user_id, decision_id, status, reasons, opened_at, event_id)
        SELECT id + 10, id, id + 10, (CASE WHEN (id >> 16) % ${secondEvery} = 0 THEN 'PROPOSED' ELSE 'OPEN' END)::kyc.review_status_enum,
          CASE WHEN (id >> 16) % ${rareReason.every} = 7 THEN ARRAY[${rareReason.code}] ELSE ARRAY['FACE_SIMILARITY_BELOW_THRESHOLD', 'MRZ_INVALID'] END, created_at, ${event}
        FROM kyc.users`);
      await transaction.query(sql.unsafe`
        INSERT INTO kyc.projection_positions (read_model, stream, version, state) SELECT 'relational', 'applicant-' || applicant_id, 11, '{}' FROM kyc.users`);
    });
    await pool.query(sql.unsafe`VACUUM ANALYZE kyc.users, kyc.reviews, kyc.projection_positions`);
  } finally {
    await pool.end();
  }
}
