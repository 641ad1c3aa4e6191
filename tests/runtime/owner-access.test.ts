import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Session, SessionStore } from '../../api/sign-in/session-store.ts';
import { sha256Hex } from '../../api/http/hash.ts';
import type { Log } from '../../handlers/deps.ts';
import { letOwnerIn } from '../../runtime/embedded/owner-access.ts';
import { RunningPlatform } from '../../runtime/running.ts';

const LIFETIME = 12 * 3_600_000;
const platform = {
  pid: process.pid, startedAt: '2026-03-01T09:00:00.000Z', url: 'http://127.0.0.1:8080', publicUrl: 'https://kyc.example', databaseUrl: 'postgresql://owner@127.0.0.1/kyc',
  analystUrl: 'postgresql://analyst@127.0.0.1/kyc', dynamodbEndpoint: 'http://127.0.0.1:8000',
};

let folder: string;
let sessions: Map<string, Session>;
beforeEach(async () => {
  vi.useFakeTimers({ now: new Date('2026-03-01T09:00:00.000Z'), toFake: ['Date', 'setInterval', 'clearInterval'] });
  folder = await mkdtemp(join(tmpdir(), 'kyc-owner-'));
  sessions = new Map();
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true });
});

const announced = async () => RunningPlatform.parse(JSON.parse(await readFile(join(folder, 'run', 'platform.json'), 'utf8')));
const open = (putSession: SessionStore['putSession']) => letOwnerIn({
  clock: () => new Date(), random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)), sessions: { putSession } as SessionStore,
  settings: { publicUrl: platform.publicUrl, linkLifetimeMs: LIFETIME, sessionLifetimeMs: LIFETIME },
}, { dataFolder: folder, platform, log: { info: vi.fn<Log['info']>(), warn: vi.fn<Log['warn']>(), error: failed } });
const failed = vi.fn<Log['error']>();
const keep = async (session: Session): Promise<void> => {
  sessions.set(session.idHash, session);
};
/** Is the session that is announced for this role still good? */
const good = async (role: string): Promise<boolean> => {
  const session = sessions.get(await sha256Hex((await announced()).sessions[role] ?? ''));
  return session !== undefined && session.role === role && session.expiresAt > new Date();
};

test('the owner of the folder is let in for as long as the platform runs, however long that is', async () => {
  const access = await open(keep);
  for (let hour = 0; hour < 72; hour += 1) {
    expect([hour, await good('operator'), await good('reviewer')]).toEqual([hour, true, true]);
    vi.advanceTimersByTime(3_600_000);
    await vi.waitFor(async () => expect(await good('analyst')).toBe(true));
  }
  await access.stop();
  await expect(announced()).rejects.toThrow('ENOENT');
});

test('a renewal that fails is told, and the next one is tried all the same', async () => {
  let down = false;
  const access = await open((session) => (down ? Promise.reject(new Error('the database is away')) : keep(session)));
  const { sessions: first } = access.running;
  down = true;
  vi.advanceTimersByTime(LIFETIME / 2);
  await vi.waitFor(() => expect(failed).toHaveBeenCalledOnce());
  expect((await announced()).sessions).toEqual(first);
  down = false;
  vi.advanceTimersByTime(LIFETIME / 2);
  await vi.waitFor(async () => expect((await announced()).sessions).not.toEqual(first));
  await access.stop();
});
