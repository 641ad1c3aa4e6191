import { isPaused } from '../aggregates/registers/pause.ts';
import type { RegisterType } from '../events/vocabulary.ts';
import type { Deps } from './deps.ts';

/** So long a paused register is left alone; after that each lookup is a trial that renews the pause or ends it. */
export const pauseMs = 3_600_000;

/** Has the register's scraper stopped making sense? Then asking it again only burns lookups. */
export async function isRegisterPaused(deps: Pick<Deps, 'registerHealth' | 'clock'>, register: RegisterType): Promise<boolean> {
  const latest = await deps.registerHealth.latest(register);
  if (!isPaused(latest.map((each) => each.outcome))) return false;
  const last = Math.max(...latest.map((each) => Date.parse(each.at)));
  return deps.clock().getTime() - last < pauseMs;
}
