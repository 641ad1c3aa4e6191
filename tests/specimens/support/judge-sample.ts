import { datesArePlausible, daysBetween } from '../../../aggregates/document/dates.ts';
import { interpretDocument } from '../../../aggregates/document/interpret.ts';
import { defaultSettings } from '../../../aggregates/policy/policies.ts';
import { policy202611 } from '../../../aggregates/policy/2026-11/policy.ts';
import type { PolicyVerdict } from '../../../aggregates/policy/policy.ts';
import { judgeEntry } from '../../../aggregates/registers/judge.ts';
import { drawSample } from '../../../cli/specimens/draw.ts';
import { samples } from '../../../cli/specimens/samples.ts';
import type { Sample } from '../../../cli/specimens/samples.ts';
import type { Signals } from '../../../events/signals.ts';
import type { PersonName } from '../../../events/vocabulary.ts';
import type { DocumentReader, DocumentReading } from '../../../gateways/document-reader/port.ts';
import type { FaceMatcher } from '../../../gateways/face-matcher/port.ts';
import { prepareImage } from '../../../gateways/images/prepare-image.ts';
import { fictionalRegistrants } from '../../../gateways/registers/fictional-registrants.ts';

const limits = { maxBytes: 10_000_000, maxPixels: 40_000_000, maxSide: 10_000 };

async function uploaded(bytes: Uint8Array): Promise<Uint8Array> {
  const prepared = await prepareImage(bytes, limits);
  if (prepared.kind === 'refused') throw new Error(prepared.code);
  return prepared.bytes;
}

/** What the policy makes of a sample that was drawn, uploaded, read, compared and looked up with the real parts. */
export async function judgeSample(sample: Sample, today: string, reader: DocumentReader, matcher: FaceMatcher): Promise<PolicyVerdict> {
  const drawn = await drawSample(sample, today);
  const [document, selfie] = [await uploaded(drawn.document), await uploaded(drawn.selfie)];
  const [reading, comparison] = await Promise.all([reader.read(document), matcher.compare(document, selfie)]);
  const { signal, name } = documentSignal(sample, reading, today);
  const signals: Signals = {
    asOf: today,
    biometricConsent: 'given',
    document: signal,
    face: comparison.kind === 'compared'
      ? { state: 'matched', failure: null, similarity: comparison.similarity }
      : { state: 'failed', failure: comparison.reason, similarity: null },
    liveness: 'NOT_PERFORMED',
    register: registerSignal(sample, name),
  };
  return policy202611(defaultSettings).evaluate(signals);
}

function documentSignal(sample: Sample, reading: DocumentReading, today: string): { signal: Signals['document']; name: PersonName | null } {
  const nothing = { failure: null, type: null, mrz: null, zonesAgree: null, missingFields: [], daysToExpiry: null, datesPlausible: null, claimedName: null, usedByAnotherApplicant: false };
  if (reading.kind === 'failed') return { signal: { ...nothing, state: 'failed', failure: reading.reason }, name: null };
  const { fields, documentType, mrz, zonesAgree, missingFields, claimedName } = interpretDocument({
    lines: reading.text.lines, mrzCandidates: reading.text.mrzCandidates, claimedType: sample.documentType, claimedName: sample.name, today,
  });
  const first = samples.find((each) => each.drawing.person.documentNumber === fields.documentNumber);
  return {
    name: fields.name,
    signal: {
      state: 'scanned', failure: null, type: documentType, mrz, zonesAgree, missingFields, claimedName,
      daysToExpiry: fields.expiryDate === null ? null : daysBetween(today, fields.expiryDate),
      datesPlausible: datesArePlausible(fields, today),
      usedByAnotherApplicant: first !== undefined && samples.indexOf(first) < samples.indexOf(sample),
    },
  };
}

function registerSignal(sample: Sample, documentName: PersonName | null): Signals['register'] {
  const silent = { type: sample.register, failure: null, outcome: null, status: null, name: null, snapshotAgeDays: null };
  const entry = fictionalRegistrants.find((each) => each.register === sample.register && each.number === sample.registrationNumber);
  if (entry?.answers === 'never') return { ...silent, state: 'failed', failure: 'TIMED_OUT' };
  const judged = judgeEntry(sample.register, {
    kind: entry === undefined ? 'not_found' : 'entry',
    registrationNumber: entry?.number ?? null,
    registeredName: entry === undefined ? null : { surname: entry.surname, givenNames: entry.givenNames },
    formerNames: entry?.formerNames ?? [],
    statusWording: entry?.statusWording ?? null,
    profession: entry?.profession ?? null,
  }, { registrationNumber: sample.registrationNumber, documentName, claimedName: sample.name });
  return { ...silent, state: 'checked', outcome: judged.outcome, status: judged.status, name: judged.documentName, snapshotAgeDays: 0 };
}
