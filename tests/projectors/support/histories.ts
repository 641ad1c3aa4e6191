import { decide } from '../../../aggregates/applicant/decide.ts';
import { evolve, initial } from '../../../aggregates/applicant/evolve.ts';
import type { ApplicantCommand } from '../../../aggregates/applicant/commands.ts';
import type { Applicant, ApplicantState } from '../../../aggregates/applicant/state.ts';
import { defaultSettings, newestPolicy, policyOf } from '../../../aggregates/policy/policies.ts';
import type { DomainEvent, EventOfType } from '../../../events/catalogue.ts';
import type { Actor } from '../../../events/envelope.ts';
import type { LedgerEvent } from '../../../events/read.ts';
import type { NameComparison, RegisterType } from '../../../events/vocabulary.ts';
import { randomFrom, type Random } from './random.ts';

export interface History {
  readonly stream: string;
  readonly events: LedgerEvent[];
}

const policy = policyOf(newestPolicy, defaultSettings);
const DAY = 86_400_000;
const START = Date.parse('2026-01-05T09:00:00.000Z');
const registrationNumbers: Record<RegisterType, (random: Random) => string> = {
  GMC: (random) => String(random.int(1_000_000, 9_999_999)),
  GDC: (random) => String(random.int(100_000, 299_999)),
  NMC: (random) => `${random.int(10, 99)}A${random.int(1000, 9999)}E`,
  GPC: (random) => `2${random.int(100_000, 999_999)}`,
};

/** An applicant's stream as commands and the aggregate make it: the usual way to a decision, then `extra` random commands. */
export function makeHistory(seed: number, number: number, extra: number): History {
  const random = randomFrom(seed * 7_919 + number);
  const stream = `applicant-${random.uuid()}`;
  const events: LedgerEvent[] = [];
  let state: ApplicantState = initial;
  let now = START + random.int(0, 90) * DAY + random.int(0, DAY);
  const tell = (command: ApplicantCommand, actor: Actor = { kind: 'system', id: 'handler' }) => {
    const result = decide(state, command);
    if (result.kind === 'refused') return;
    for (const event of result.events) {
      now += random.int(1_000, 600_000);
      const recorded = envelope(random, stream, events.length + 1, new Date(now).toISOString(), event, actor);
      events.push(recorded);
      state = evolve(state, recorded);
    }
  };
  tell(registration(random, number));
  for (const next of usualWay) {
    if (state.kind !== 'registered') break;
    const command = next(random, state, today(now));
    tell(command, actorOf(command));
    if (extra > 0 && random.chance(0.1)) break;
  }
  for (let step = 0; step < extra && state.kind === 'registered'; step += 1) {
    const command = random.pick(anything)(random, state, today(now));
    if (command.command === 'expire-documents' || command.command === 'request-erasure') now += random.int(1, 400) * DAY;
    tell(command, actorOf(command));
  }
  return { stream, events };
}

/** `count` applicants with different numbers. */
export function makeHistories(seed: number, count: number, extra: number): History[] {
  return Array.from({ length: count }, (_, index) => makeHistory(seed, index + 1, extra));
}

/** What the ledger gives of these events once the subject's key is destroyed. */
export function withoutPersonal(events: readonly LedgerEvent[]): LedgerEvent[] {
  return events.map((event) => ({ ...event, personal: null }) as LedgerEvent);
}

export function envelope(random: Random, stream: string, version: number, at: string, event: DomainEvent, actor: Actor): LedgerEvent {
  const correlationId = random.uuid();
  return { ...event, id: random.uuid(), stream, version, occurredAt: at, recordedAt: at, actor, correlationId, causationId: null };
}

type Maker = (random: Random, state: Applicant, today: string) => ApplicantCommand;

function today(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}

function actorOf(command: ApplicantCommand): Actor {
  if ('by' in command) return command.by;
  return { kind: command.command === 'appeal' ? 'applicant' : 'system', id: 'handler' };
}

function registration(random: Random, number: number): ApplicantCommand {
  const registerType = random.pick(['GMC', 'GDC', 'NMC', 'GPC'] as const);
  return {
    command: 'register',
    event: {
      type: 'ApplicantRegistered',
      data: { number, registerType, emailHash: random.hex(64) },
      personal: {
        email: `person.${number}.${random.hex(6)}@example.org`,
        registrationNumber: registrationNumbers[registerType](random),
        name: random.chance(0.7) ? { surname: 'O\'Hara "Quote"', givenNames: 'Zoë\\Ann' } : null,
      },
    },
  };
}

const evidence = (random: Random) => ({ key: `evidence/${random.hex(16)}`, sha256: random.hex(64), bytes: 120_000, mediaType: 'image/jpeg' });
const reviewer = (random: Random): Actor => ({ kind: 'reviewer', id: random.pick(['reviewer-1', 'reviewer-2', 'reviewer-3']) });
const compared = (random: Random): NameComparison =>
  random.chance(0.9) ? { matched: true, evidence: 'exact', rule: 'ALL_EQUAL' } : { matched: false, evidence: 'mismatch', rule: 'SURNAME_DIFFERS' };

const consent: Maker = (random) => ({
  command: 'record-consent',
  event: { type: 'ConsentRecorded', data: { purpose: 'biometrics', given: random.chance(0.9), textVersion: '2026-01' }, personal: null },
});

const uploadDocument: Maker = (random) => ({
  command: 'upload-document',
  event: {
    type: 'IdDocumentUploaded',
    data: { documentType: random.pick(['passport', 'driving_licence'] as const), evidence: evidence(random) },
    personal: { plainSha256: random.hex(64) },
  },
});

const uploadSelfie: Maker = (random) => ({
  command: 'upload-selfie',
  event: { type: 'SelfieUploaded', data: { evidence: evidence(random) }, personal: { plainSha256: random.hex(64) } },
});

const scan: Maker = (random, state) => {
  const documentVersion = state.documents.findLast((each) => each.scan.kind === 'pending')?.version ?? 1;
  return { command: 'record-scan', event: random.chance(0.85) ? scanned(random, documentVersion) : scanFailed(documentVersion) };
};

function scanFailed(documentVersion: number): EventOfType<'DocScanFailed'> {
  return { type: 'DocScanFailed', data: { documentVersion, reader: 'tesseract.js', reason: 'BAD_DOCUMENT' }, personal: null };
}

function scanned(random: Random, documentVersion: number): EventOfType<'DocScanned'> {
  const readable = random.chance(0.95);
  const expiryDate = today(START + random.int(30, 900) * DAY);
  const lines = Array.from({ length: 14 }, (_, index) => ({
    text: `LINE ${index} ${random.hex(16).toUpperCase()}`,
    confidence: random.int(700, 999) / 10,
    box: [0.1, index / 20, 0.8, 0.04] as [number, number, number, number],
  }));
  return {
    type: 'DocScanned',
    data: {
      documentVersion, parserVersion: '1', reader: 'tesseract.js', ocr: evidence(random), documentType: 'passport', mrz: 'valid', mrzFormat: 'TD3',
      failedChecks: [], zonesAgree: true, disagreements: [], missingFields: readable ? [] : ['expiryDate'], claimedName: compared(random),
      documentNumberHash: random.hex(64), alsoUsedBy: null,
    },
    personal: {
      fields: {
        name: random.chance(0.9) ? { surname: 'DOE', givenNames: random.chance(0.9) ? 'JANE ANN' : '' } : null,
        dateOfBirth: '1984-02-29', expiryDate: readable ? expiryDate : null, issueDate: null, documentNumber: '925076473',
        issuingState: 'GBR', nationality: 'GBR', sex: 'F',
      },
      mrzLines: ['P<GBRDOE<<JANE<ANN<<<<<<<<<<<<<<<<<<<<<<<<<<', '9250764733GBR8402290F3401012<<<<<<<<<<<<<<08'],
      lines,
      ocrPlainSha256: random.hex(64),
    },
  };
}

const liveness: Maker = (random, state) => ({
  command: 'record-liveness',
  event: {
    type: 'LivenessChecked',
    data: {
      selfieVersion: state.selfies.at(-1)?.version ?? 1, outcome: random.pick(['PASSED', 'FAILED', 'NOT_PERFORMED', 'NOT_PERFORMED'] as const),
      method: 'none', confidence: null, sessionId: null,
    },
    personal: null,
  },
});

const start: Maker = () => ({ command: 'start-kyc' });

const face: Maker = (random, state) => {
  const run = state.runs.at(-1);
  const pair = { documentVersion: run?.documentVersion ?? 1, selfieVersion: run?.selfieVersion ?? 1, matcher: 'face-api' };
  return {
    command: 'record-face-match',
    event: random.chance(0.85)
      ? {
          type: 'FaceMatched',
          data: { ...pair, similarity: random.int(0, 1_000) / 1_000, raw: { measure: 'euclidean_distance', value: 0.4 }, jobId: random.hex(12) },
          personal: null,
        }
      : { type: 'FaceMatchFailed', data: { ...pair, reason: 'NO_FACE' }, personal: null },
  };
};

const ask: Maker = (random, state) => ({
  command: 'request-register-check',
  event: {
    type: 'RegisterCheckRequested',
    data: {
      requestId: random.uuid(), startVersion: state.runs.at(-1)?.startVersion ?? 1, register: state.registerType, provider: 'directory',
      tokenHash: random.hex(64), deadline: '2026-12-31T00:00:00.000Z',
    },
    personal: null,
  },
});

const answer: Maker = (random, state) => {
  const run = state.runs.at(-1);
  const register = state.registerType;
  if (run?.request === null || run === undefined || random.chance(0.1)) {
    return {
      command: 'record-register-check',
      event: {
        type: 'RegisterCheckFailed',
        data: { requestId: run?.request?.requestId ?? null, startVersion: run?.startVersion ?? 1, register, reason: 'NO_CALLBACK' },
        personal: null,
      },
    };
  }
  return {
    command: 'record-register-check',
    event: {
      type: 'RegisterChecked',
      data: {
        requestId: run.request.requestId, register, runId: random.hex(17), cached: false, outcome: random.chance(0.9) ? 'clear' : 'problem',
        status: 'registered', matchedStatus: true, documentName: random.chance(0.9) ? compared(random) : null,
        claimedName: random.chance(0.5) ? compared(random) : null, snapshotDate: '2026-04-01', answer: evidence(random),
      },
      personal: {
        registrationNumber: '1234567', registeredName: { surname: 'Doe', givenNames: 'Jane Ann' }, formerNames: [], statusWording: 'Registered',
        response: { items: [{ name: 'Jane Ann Doe', status: 'Registered', note: 'it\'s "quoted" \\ {and} braced' }], pages: 1 },
        answerPlainSha256: random.hex(64),
      },
    },
  };
};

const judge: Maker = (_random, _state, on) => ({ command: 'decide', policy, today: on ?? '2026-04-01' });
const publish: Maker = (_random, state) => ({
  command: 'record-publication',
  event: {
    type: 'ResultPublished',
    data: { decisionVersion: state.inForce?.version ?? 1, channels: [{ channel: 'webhook', messageId: 'm1' }, { channel: 'console', messageId: 'm2' }] },
    personal: null,
  },
});
const review: Maker = (random, state) => ({
  command: 'review', by: state.review.claim?.by ?? reviewer(random), outcome: random.pick(['PASS', 'FAIL'] as const), reason: 'MACHINE_ERROR',
  note: 'The photograph is old.', seenVersion: state.version,
});
const second: Maker = (random, state) => {
  const by = reviewer(random);
  const approve = random.chance(0.5);
  return { command: 'second', by, approve, reason: approve ? 'NEW_EVIDENCE' : 'DISAGREE', note: 'Seen.', seenVersion: state.version };
};
const holdId = (state: Applicant, which: number) => `0190${which}000-0000-7000-8000-${String(state.number).padStart(12, '0')}`;

const usualWay: readonly Maker[] = [consent, uploadDocument, uploadSelfie, scan, liveness, start, face, ask, answer, judge, publish];

const anything: readonly Maker[] = [
  ...usualWay, ...usualWay, ...usualWay, review, review, review, second, second, scan, answer,
  (random) => ({ command: 'claim', by: reviewer(random) }),
  (random) => ({ command: 'claim', by: reviewer(random) }),
  (random, state) => ({ command: 'release', by: state.review.claim?.by ?? reviewer(random) }),
  (random) => ({ command: 'note', by: reviewer(random), note: 'Called back.' }),
  () => ({ command: 'appeal', statement: 'This is not right.' }),
  () => ({ command: 'appeal', statement: 'This is not right.' }),
  (random, state) => ({
    command: 'record-reminder',
    event: {
      type: 'ExpiryReminderSent',
      data: { documentVersion: state.documents.at(-1)?.version ?? 1, thresholdDays: random.pick([90, 30, 7] as const), messageId: 'm3' },
      personal: null,
    },
  }),
  (_random, _state, on) => ({ command: 'expire-documents', today: on }),
  (random, state) => ({
    command: 'hold',
    event: { type: 'RetentionHeld', data: { holdId: holdId(state, random.int(1, 2)), basis: 'LITIGATION' }, personal: { note: 'A claim.' } },
  }),
  (random, state) => ({
    command: 'release-hold',
    event: { type: 'RetentionReleased', data: { holdId: holdId(state, random.int(1, 2)), basis: 'SETTLED' }, personal: { note: 'Over.' } },
  }),
  (_random, _state, on) => ({
    command: 'end-relationship',
    event: { type: 'RelationshipEnded', data: { endedOn: on, reason: 'LEFT', dueOn: on, retentionPolicy: '2026-01' }, personal: null },
  }),
  (_random, _state, on) => ({ command: 'request-erasure', basis: 'RETENTION_PERIOD_OVER', today: on }),
  (_random, state) => ({
    command: 'record-erasure',
    event: {
      type: 'ApplicantErased',
      data: { requestVersion: state.erasure.kind === 'requested' ? state.erasure.version : 1, purged: { reservations: 1, evidence: 3 } },
      personal: null,
    },
  }),
];
