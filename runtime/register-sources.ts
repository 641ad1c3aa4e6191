import type { ApifyOptions } from '../gateways/registers/apify.ts';
import type { Settings } from './settings.ts';

/** The pinned builds as the gateway takes them. */
export function sourcesOf(actors: Settings['values']['KYC_APIFY_ACTORS']): ApifyOptions['sources'] {
  return Object.fromEntries(
    Object.entries(actors).flatMap(([register, source]) =>
      source === undefined ? [] : [[register, { build: source.build, ...(source.actor !== undefined && { actor: source.actor }) }]]),
  );
}
