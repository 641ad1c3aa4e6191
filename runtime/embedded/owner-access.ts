import type { Role } from '../../api/access-policy.ts';
import { PostgresSessionStore } from '../../api/sign-in/postgres-session-store.ts';
import { issueSignInLink, openSession, type SignInDeps, signInLifetimes, type SignInLink } from '../../api/sign-in/sign-in.ts';
import type { Log } from '../../handlers/deps.ts';
import { openDatabase } from '../../projectors/sql.ts';
import { errorFields } from '../log.ts';
import { announce, withdraw, type RunningPlatform } from '../running.ts';

/** Roles of staff, in the order in which they are shown. */
export const STAFF = ['operator', 'reviewer', 'senior_reviewer', 'auditor', 'analyst'] as const satisfies readonly Role[];
export type StaffRole = (typeof STAFF)[number];

/** Who somebody in this role is where nobody is named. */
export const localName = (role: StaffRole): string => `local-${role.replace('_', '-')}`;

/** A sign-in link for somebody of the staff; works once. */
export function staffLink(deps: SignInDeps, role: StaffRole, name: string = localName(role)): Promise<SignInLink> {
  return issueSignInLink(deps, { role, subject: name });
}

/** The same for the platform that runs on a data folder, from another process. */
export async function staffLinkOf({ databaseUrl, publicUrl }: RunningPlatform, role: StaffRole, name: string): Promise<SignInLink> {
  const pool = await openDatabase(databaseUrl, { maxPoolSize: 1 });
  try {
    return await staffLink({
      clock: () => new Date(), random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
      sessions: new PostgresSessionStore(pool), settings: { publicUrl, ...signInLifetimes },
    }, role, name);
  } finally {
    await pool.end();
  }
}

interface OwnerAccess {
  readonly running: RunningPlatform;
  /** Takes the announcement back. */
  stop(): Promise<void>;
}

/**
 * Lets the owner of the data folder in for as long as the platform runs: a session in every role of staff, announced where
 * nobody else can read it (runtime/running.ts). A session ends some day and the platform may not, so they are opened anew
 * at half their life.
 */
export async function letOwnerIn(deps: SignInDeps, { dataFolder, platform, log }: { readonly dataFolder: string; readonly platform: Omit<RunningPlatform, 'sessions'>; readonly log: Log }): Promise<OwnerAccess> {
  const open = async (): Promise<RunningPlatform> => {
    const sessions = await Promise.all(STAFF.map(async (role) => [role, (await openSession(deps, { role, subject: localName(role) })).secret] as const));
    const running = { ...platform, sessions: Object.fromEntries(sessions) };
    await announce(dataFolder, running);
    return running;
  };
  const running = await open();
  let renewing: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    renewing = open().catch((error: unknown) => log.error('the command line\'s sessions could not be renewed', errorFields(error)));
  }, deps.settings.sessionLifetimeMs / 2);
  timer.unref();
  return {
    running,
    stop: async () => {
      clearInterval(timer);
      await renewing;
      await withdraw(dataFolder);
    },
  };
}
