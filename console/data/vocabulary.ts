import { useEffect, useSyncExternalStore } from 'react';
import { get } from './client.ts';
import type { Vocabulary } from './generated.ts';

let known: Vocabulary | null = null;
let asking: Promise<void> | null = null;
const watchers = new Set<() => void>();

async function ask(): Promise<void> {
  try {
    known = await get('/vocabulary');
    for (const watcher of watchers) watcher();
  } catch {
    // Codes speak for themselves, if curtly; the next page that needs words asks again.
    asking = null;
  }
}

export interface Words {
  /** The words of a reason code; until they are there, the code made readable. */
  readonly of: (code: string) => string;
  readonly vocabulary: Vocabulary | null;
}

/** Reason codes in words, as the API gives them to this role. */
export function useWords(): Words {
  const vocabulary = useSyncExternalStore((watcher) => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  }, () => known);
  useEffect(() => {
    if (known === null) asking ??= ask();
  }, []);
  return { vocabulary, of: (code) => vocabulary?.reasons.find((each) => each.code === code)?.words ?? readable(code) };
}

/** `REGISTER_NAME_MISMATCH` as `Register name mismatch`. */
export function readable(code: string): string {
  const words = code.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').replaceAll('_', ' ').toLowerCase();
  return (words.charAt(0).toUpperCase() + words.slice(1)).replaceAll(/\b(mrz|id)\b/gi, (short) => short.toUpperCase());
}

export const registerNames = { GMC: 'GMC · doctors', GDC: 'GDC · dental team', NMC: 'NMC · nurses, midwives', GPC: 'GPhC · pharmacy' } as const;

/** The register as its members call it: GPC is the General Pharmaceutical Council, the GPhC. */
export const registerShort = (register: keyof typeof registerNames): string => (register === 'GPC' ? 'GPhC' : register);
