import type { DomainEvent } from './catalogue.ts';
import type { EvidenceRef } from './vocabulary.ts';

/** The evidence that an event keeps beside itself; null for events that keep none. */
export function evidenceOf(event: DomainEvent): EvidenceRef | null {
  switch (event.type) {
    case 'IdDocumentUploaded':
    case 'SelfieUploaded':
      return event.data.evidence;
    case 'DocScanned':
      return event.data.ocr;
    case 'RegisterChecked':
      return event.data.answer;
    default:
      return null;
  }
}
