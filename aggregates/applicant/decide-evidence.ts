import type { DomainEvent } from '../../events/catalogue.ts';
import type { ApplicantCommand, DecideResult } from './commands.ts';
import { biometricConsent, documentAt, newestDocument, newestSelfie, selfieAt, selfieOfSession } from './queries.ts';
import { nothing, record, refuse, type Refusal } from './result.ts';
import type { Applicant } from './state.ts';

export type EvidenceCommand = Extract<ApplicantCommand, {
  command:
    | 'record-consent' | 'upload-document' | 'upload-selfie' | 'record-live-capture' | 'record-scan' | 'record-liveness' | 'record-reminder'
    | 'expire-documents';
}>;

/** Nobody needs this many attempts; more is a script. Counted per kind of upload. */
export const maxUploads = 50;

/** Consent, uploads, scans, liveness, reminders and expiry. */
export function decideEvidence(state: Applicant, command: EvidenceCommand): DecideResult {
  switch (command.command) {
    case 'record-consent': {
      const { given, textVersion } = command.event.data;
      const same = state.consent?.given === given && state.consent.textVersion === textVersion;
      return same ? nothing : record(command.event);
    }
    case 'upload-document': {
      const newest = newestDocument(state);
      const repeated = isRepeated(newest, command.event) && newest?.documentType === command.event.data.documentType;
      return repeated ? nothing : upload(state, state.documents.length, command.event);
    }
    case 'upload-selfie': {
      const repeated = isRepeated(newestSelfie(state), command.event);
      return repeated ? nothing : upload(state, state.selfies.length, command.event);
    }
    case 'record-live-capture': {
      if (selfieOfSession(state, command.capture.sessionId) !== null) return nothing;
      return captureObstacle(state, command.consentVersion) ?? record(command.selfie, {
        type: 'LivenessChecked', data: { ...command.capture, selfieVersion: state.version + 1 }, personal: null,
      });
    }
    case 'record-scan': {
      const document = documentAt(state, command.event.data.documentVersion);
      if (document === null) return refuse('UNKNOWN_DOCUMENT', 'No document was uploaded at this version.');
      return document.scan.kind === 'pending' ? record(command.event) : nothing;
    }
    case 'record-liveness': {
      const selfie = selfieAt(state, command.event.data.selfieVersion);
      if (selfie === null) return refuse('UNKNOWN_SELFIE', 'No selfie was uploaded at this version.');
      if (selfie.liveness !== null) return nothing;
      if (command.event.data.method !== 'none' && biometricConsent(state) !== 'given') {
        return refuse('CONSENT_MISSING', 'Faces are processed only with explicit consent.');
      }
      return record(command.event);
    }
    case 'record-reminder': {
      const document = documentAt(state, command.event.data.documentVersion);
      if (document === null) return refuse('UNKNOWN_DOCUMENT', 'No document was uploaded at this version.');
      return document.reminders.includes(command.event.data.thresholdDays) ? nothing : record(command.event);
    }
    case 'expire-documents':
      return record(...expired(state, command.today));
  }
}

function upload(state: Applicant, already: number, event: DomainEvent): DecideResult {
  return uploadObstacle(state, already) ?? record(event);
}

function uploadObstacle(state: Applicant, already: number): Refusal | null {
  if (state.retention.ended !== null) return refuse('RELATIONSHIP_ENDED', 'The relationship has ended; nothing more is taken in.');
  if (already >= maxUploads) return refuse('TOO_MANY_UPLOADS', `No more than ${maxUploads} images of a kind are taken in.`);
  return null;
}

/** What stands in the way of a live capture, null if nothing does. A consent that was withdrawn meanwhile and given anew is another one. */
export function captureObstacle(state: Applicant, consentVersion: number | null = null): Refusal | null {
  if (biometricConsent(state) !== 'given') return refuse('CONSENT_MISSING', 'Faces are processed only with explicit consent.');
  if (consentVersion !== null && state.consent?.version !== consentVersion) {
    return refuse('LIVENESS_CONSENT_CHANGED', 'The consent under which this capture was begun is no longer the one in force.');
  }
  return uploadObstacle(state, state.selfies.length);
}

function isRepeated(
  newest: { readonly evidence: { readonly key: string }; readonly plainSha256: string | null } | null,
  event: { readonly data: { readonly evidence: { readonly key: string } }; readonly personal: { readonly plainSha256: string } | null },
): boolean {
  if (newest === null) return false;
  if (newest.evidence.key === event.data.evidence.key) return true;
  return newest.plainSha256 !== null && newest.plainSha256 === event.personal?.plainSha256;
}

function expired(state: Applicant, today: string): DomainEvent[] {
  const events: DomainEvent[] = [];
  for (const document of state.documents) {
    const expiryDate = document.scan.kind === 'scanned' ? document.scan.fields?.expiryDate ?? null : null;
    // The expiry date is the last day of validity.
    if (document.expired || expiryDate === null || expiryDate >= today) continue;
    events.push({ type: 'IdDocumentExpired', data: { documentVersion: document.version }, personal: null });
  }
  return events;
}
