import type { EventOfType } from '../../events/catalogue.ts';
import type { LedgerEvent } from '../../events/read.ts';
import { nameMayBeCut } from '../document/interpret.ts';
import type { Applicant, IdDocument, Scan, Selfie } from './state.ts';

/** Consent, documents and their scans, selfies and their liveness, reminders. */
export function evolveEvidence(state: Applicant, event: LedgerEvent): Applicant {
  switch (event.type) {
    case 'ConsentRecorded':
      return { ...state, consent: { given: event.data.given, textVersion: event.data.textVersion, version: event.version } };
    case 'IdDocumentUploaded':
      return {
        ...state,
        documents: [...state.documents, {
          version: event.version,
          uploadedAt: event.occurredAt,
          documentType: event.data.documentType,
          evidence: event.data.evidence,
          plainSha256: event.personal?.plainSha256 ?? null,
          scan: { kind: 'pending' },
          expired: false,
          reminders: [],
        }],
      };
    case 'SelfieUploaded':
      return {
        ...state,
        selfies: [...state.selfies, {
          version: event.version,
          uploadedAt: event.occurredAt,
          evidence: event.data.evidence,
          plainSha256: event.personal?.plainSha256 ?? null,
          liveness: null,
        }],
      };
    case 'DocScanned':
      return scanned(state, event.data.documentVersion, {
        kind: 'scanned',
        version: event.version,
        data: event.data,
        fields: event.personal?.fields ?? null,
        nameMayBeCut: isNameCut(event.personal),
      });
    case 'DocScanFailed':
      return scanned(state, event.data.documentVersion, { kind: 'failed', version: event.version, reason: event.data.reason });
    case 'LivenessChecked':
      return {
        ...state,
        selfies: state.selfies.map((selfie): Selfie =>
          selfie.version === event.data.selfieVersion
            ? { ...selfie, liveness: { version: event.version, outcome: event.data.outcome, sessionId: event.data.sessionId } }
            : selfie),
      };
    case 'ExpiryReminderSent':
      return onDocument(state, event.data.documentVersion, (document) => ({
        ...document, reminders: [...document.reminders, event.data.thresholdDays],
      }));
    case 'IdDocumentExpired':
      return onDocument(state, event.data.documentVersion, (document) => ({ ...document, expired: true }));
    default:
      return state;
  }
}

function scanned(state: Applicant, version: number, scan: Scan): Applicant {
  return onDocument(state, version, (document) => ({ ...document, scan }));
}

function onDocument(state: Applicant, version: number, change: (document: IdDocument) => IdDocument): Applicant {
  return { ...state, documents: state.documents.map((each) => (each.version === version ? change(each) : each)) };
}

function isNameCut(personal: EventOfType<'DocScanned'>['personal']): boolean {
  const name = personal?.fields.name ?? null;
  return personal !== null && name !== null && nameMayBeCut(personal.mrzLines, name);
}
