import { captureObstacle } from '../aggregates/applicant/decide-evidence.ts';
import { newestSelfie, selfieOfSession } from '../aggregates/applicant/queries.ts';
import type { Applicant } from '../aggregates/applicant/state.ts';
import type { Actor } from '../events/envelope.ts';
import type { CaptureResult, LiveCaptures, OpenedCapture } from '../gateways/face-matcher/port.ts';
import type { CaptureSessions } from '../gateways/records/port.ts';
import { loadCase } from './case.ts';
import type { Deps } from './deps.ts';
import { execute, type Refused } from './execute.ts';
import type { Answer } from './record-consent.ts';
import { queueScan } from './upload.ts';

export interface CaptureDeps extends Pick<Deps, 'ledger' | 'prepareImage' | 'scanJobs' | 'clock' | 'newId'> {
  readonly settings: Pick<Deps['settings'], 'limits'>;
  readonly captures: LiveCaptures;
  readonly captureSessions: CaptureSessions;
}

export interface OpenCapture {
  readonly stream: string;
  /** The same again opens the same session; at most 64 of `[\w-]`. */
  readonly token: string;
}

/** `version` is that of the stream: opening records nothing. `expiresAt` is RFC 3339. */
export type CaptureOpened = { readonly kind: 'done'; readonly version: number; readonly expiresAt: string } & OpenedCapture | Refused;

/** As long as the service waits for the video and keeps what it saw. */
const SESSION_MS = 180_000;

/** Opens a session for one live capture. It belongs to this applicant and to the consent in force. */
export async function openCapture(deps: CaptureDeps, { stream, token }: OpenCapture): Promise<CaptureOpened> {
  const loaded = await loadCase(deps, stream);
  if (loaded === null) return notRegistered;
  const { state } = loaded;
  const obstacle = obstacleTo(state);
  if (obstacle !== null) return obstacle;
  // Counted from before the service makes it: ours is never over later than its own.
  const expiresAt = new Date(deps.clock().getTime() + SESSION_MS).toISOString();
  const opened = await deps.captures.open(token);
  const kept = await deps.captureSessions.remember(opened.sessionId, { stream, consentVersion: state.consent?.version ?? 0, expiresAt });
  return { kind: 'done', version: state.version, ...opened, expiresAt: kept.expiresAt };
}

export interface TakeCapture {
  readonly stream: string;
  readonly sessionId: string;
  readonly actor: Actor;
  readonly correlationId: string;
}

/**
 * Asks the service what it saw in a session, and records its picture as the selfie together with the outcome: so nobody
 * passes and then sends somebody else's picture. A session counts once. Answers the selfie's version.
 */
export async function takeCapture(deps: CaptureDeps, { stream, sessionId, actor, correlationId }: TakeCapture): Promise<Answer> {
  const session = await deps.captureSessions.get(sessionId);
  // The same answer for a session of somebody else: nobody learns which there are.
  if (session === null || session.stream !== stream) return refuse('LIVENESS_SESSION_UNKNOWN', 'There is no such session of this applicant.');
  const loaded = await loadCase(deps, stream);
  if (loaded === null) return notRegistered;
  const known = selfieOfSession(loaded.state, sessionId);
  if (known !== null) {
    // The message may have been lost with the process that recorded it.
    await queueScan(deps, loaded.state, known.version);
    return used;
  }
  const obstacle = obstacleTo(loaded.state, session.consentVersion);
  if (obstacle !== null) return obstacle;
  if (deps.clock().getTime() >= Date.parse(session.expiresAt)) return expired;
  const result = await deps.captures.result(sessionId);
  const picture = pictureOf(result);
  if (picture.kind === 'refused') return picture;
  const image = await deps.prepareImage(picture.bytes, deps.settings.limits);
  if (image.kind === 'refused') return refuse(image.code, image.message);
  const { ref, plainSha256 } = await deps.ledger.keepEvidence(stream, `selfie-${deps.newId()}`, image.bytes, image.mediaType);
  const done = await execute(deps, stream, {
    command: 'record-live-capture',
    selfie: { type: 'SelfieUploaded', data: { evidence: ref }, personal: { plainSha256 } },
    capture: { outcome: picture.outcome, method: 'rekognition_face_liveness', confidence: picture.confidence, sessionId },
    consentVersion: session.consentVersion,
  }, { actor, correlationId }, { loaded });
  if (done.kind === 'refused') return done;
  if (done.events.length === 0) return used;
  const version = newestSelfie(done.state)?.version ?? done.version;
  await queueScan(deps, done.state, version);
  return { kind: 'done', version };
}

function obstacleTo(state: Applicant, consentVersion: number | null = null): Refused | null {
  if (state.erasure.kind !== 'none') return refuse('ERASED', 'This applicant is being erased, or has been.');
  return captureObstacle(state, consentVersion);
}

type Picture = Pick<Extract<CaptureResult, { kind: 'judged' }>, 'outcome' | 'confidence'> & { readonly kind: 'picture'; readonly bytes: Uint8Array };

function pictureOf(result: CaptureResult): Picture | Refused {
  switch (result.kind) {
    case 'unfinished':
      return refuse('LIVENESS_UNFINISHED', 'The capture has not been finished.');
    case 'expired':
      return expired;
    case 'judged': {
      const { picture, outcome, confidence } = result;
      // Nothing to record it of: an outcome belongs to the picture it was judged on.
      if (picture === null) return refuse('LIVENESS_NO_PICTURE', 'The capture gave no picture that can be used; begin another.');
      return { kind: 'picture', bytes: picture, outcome, confidence };
    }
  }
}

function refuse(code: string, message: string): Refused {
  return { kind: 'refused', code, message };
}

const notRegistered = refuse('NOT_REGISTERED', 'There is no such applicant.');
const used = refuse('LIVENESS_SESSION_USED', 'This session has been taken over already.');
const expired = refuse('LIVENESS_SESSION_EXPIRED', 'This session is over; begin another.');
