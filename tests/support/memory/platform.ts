import { randomBytes, randomUUID } from 'node:crypto';
import { policyOf, newestPolicy } from '../../../aggregates/policy/policies.ts';
import type { Bus, BusEntry } from '../../../gateways/bus/port.ts';
import type { Registrant } from '../../../gateways/registers/registrant.ts';
import type { Deps } from '../../../handlers/deps.ts';
import { draw, drawnMatcher, drawnReader, passportZone, prepareDrawn, type DrawnImage } from '../drawn-images.ts';
import { uuidv7 } from '../events.ts';
import { createMemoryEventStore } from './event-store.ts';
import { createMemoryLedger } from './ledger.ts';
import { MemoryMessenger } from './messenger.ts';
import { MemoryQueue } from './queue.ts';
import { MemoryPendingCallbacks, MemoryRegisterCache, MemoryRegisterHealth } from './records.ts';
import { MemoryRegisters } from './registers.ts';
import { MemoryWorkflow } from './workflow.ts';

class MemoryBus implements Bus {
  readonly entries: BusEntry[] = [];
  async publish(entries: readonly BusEntry[]) { this.entries.push(...entries); }
}

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: unknown;
}

/** Everything the handlers reach, in memory, with real sealing, real decisions and a clock that the test moves. */
export function createMemoryPlatform(changes: Partial<Deps> = {}) {
  const time = { now: Date.parse('2026-11-20T10:00:00.000Z') };
  const clock = () => new Date(time.now);
  const store = createMemoryEventStore();
  const ledger = createMemoryLedger({ store, clock });
  const parts = {
    scanJobs: new MemoryQueue('scan-jobs'),
    kycJobs: new MemoryQueue('kyc-jobs'),
    pendingCallbacks: new MemoryPendingCallbacks(),
    registerCache: new MemoryRegisterCache(),
    registerHealth: new MemoryRegisterHealth(),
    messenger: new MemoryMessenger(),
    workflow: new MemoryWorkflow(),
    registers: new MemoryRegisters(),
    bus: new MemoryBus(),
  };
  const lines: LogLine[] = [];
  const log = (level: LogLine['level']) => (message: string, fields: unknown = {}) => { lines.push({ level, message, fields }); };
  let number = 0;
  const deps: Deps = {
    ledger, store, ...parts,
    prepareImage: prepareDrawn,
    documentReader: drawnReader,
    faceMatcher: drawnMatcher,
    numbers: { next: async () => { number += 1; return number; } },
    policy: policyOf(newestPolicy),
    settings: {
      callbackBaseUrl: 'http://127.0.0.1:8080', registerDeadlineMs: 60_000, registerCacheMs: 86_400_000,
      reviewerAddress: 'reviewers@example.test', limits: { maxBytes: 1_000_000, maxPixels: 40_000_000, maxSide: 10_000 },
    },
    clock,
    newId: () => uuidv7(time.now),
    random: randomBytes,
    log: { info: log('info'), warn: log('warn'), error: log('error') },
    ...changes,
  };
  return { deps, lines, time, ...parts };
}

export type MemoryPlatform = ReturnType<typeof createMemoryPlatform>;

export const ada: Registrant = {
  register: 'GMC', number: '7000001', surname: 'Example', givenNames: 'Ada May', formerNames: [],
  profession: 'Doctor', statusWording: 'Registered with a licence to practise', answers: 'promptly',
};

/** Ada's passport: valid until May 2032. */
export function passport(changes: Partial<DrawnImage> & { number?: string; expires?: string } = {}): Uint8Array {
  const { number = '925076473', expires = '320501', ...image } = changes;
  const mrz = passportZone({ surname: 'Example', givenNames: 'Ada May', number, born: '880911', expires });
  const lines = [
    'PASSPORT', 'UNITED KINGDOM OF GREAT BRITAIN AND NORTHERN IRELAND',
    'Passport No.', number, 'Surname (1)', 'EXAMPLE', 'Given names (2)', 'ADA MAY', 'Nationality (3)', 'BRITISH CITIZEN',
    'Date of birth (4)', '11 SEP 1988', 'Sex (5)', 'F', 'Date of issue (7)', '01 MAY 2022', 'Date of expiry (9)', printedDate(expires),
  ];
  return draw({ lines, mrz, face: 'a', ...image });
}

function printedDate(yymmdd: string): string {
  const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
  return `${yymmdd.slice(4)} ${months[Number(yymmdd.slice(2, 4)) - 1]} 20${yymmdd.slice(0, 2)}`;
}

export const selfie = (changes: Partial<DrawnImage> = {}): Uint8Array => draw({ face: 'a', ...changes });

export const applicantInput = (changes: Partial<{ email: string; registrationNumber: string; applicantId: string }> = {}) => ({
  applicantId: randomUUID(), registerType: 'GMC', registrationNumber: '7000001', email: 'ada@example.test',
  name: { surname: 'Example', givenNames: 'Ada May' },
  actor: { kind: 'applicant' as const, id: 'ada' }, correlationId: 'case-1', ...changes,
});
