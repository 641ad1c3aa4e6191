import { useMemo, useState, type Ref } from 'react';
import { readable } from '../../data/vocabulary.ts';
import { Button } from '../../parts/button.tsx';
import { Chip } from '../../parts/chip.tsx';
import { Meter } from '../../parts/meter.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Photo, type PhotoHandle } from '../../parts/photo.tsx';
import { Note } from '../../parts/states.tsx';
import type { CaseFacts } from './case-facts.ts';
import { marksOf } from './field-marks.ts';

/** Document with the read fields marked on it, selfie, and how alike the faces are. Images only once they are asked for. */
export function EvidencePanel({ id, facts, revealed, mayReveal, erased, onReveal, marked, onMark, documentRef, selfieRef }: {
  readonly id: string;
  readonly facts: CaseFacts;
  readonly revealed: boolean;
  readonly mayReveal: boolean;
  readonly erased: boolean;
  readonly onReveal: () => void;
  readonly marked: boolean;
  readonly onMark: () => void;
  readonly documentRef: Ref<PhotoHandle>;
  readonly selfieRef: Ref<PhotoHandle>;
}) {
  const { document, scan, scanFailure, selfie } = facts;
  const marks = useMemo(() => (scan === null ? [] : marksOf(scan)), [scan]);
  const [looked, setLooked] = useState(false);
  const images = revealed && mayReveal;
  const zone = scan?.personal?.mrzLines ?? [];
  return (
    <section className="panel" aria-labelledby="evidence-title">
      <header>
        <h2 id="evidence-title">Evidence</h2>
        {scan === null ? null : <Chip tone={scan.data.mrz === 'valid' ? 'good' : scan.data.mrz === 'invalid' ? 'bad' : 'neutral'} title={scan.data.failedChecks.length > 0 ? `Check digits that do not hold: ${scan.data.failedChecks.map(readable).join(', ')}` : undefined}>{zoneWords[scan.data.mrz]}</Chip>}
      </header>
      <div className="evidence">
        <div className="evidence-document">
          <h3>{document === null ? 'No document' : readable(document.data.documentType)} {document === null ? null : <small>sent <Moment at={document.recordedAt} /></small>}</h3>
          {document === null ? <Note>The applicant has not sent a document.</Note> : images ? (
            <Photo path={`/applicants/${id}/evidence/${document.version}`} alt="Identity document" {...(marked ? { marks } : {})} ref={documentRef}>
              <Button variant="quiet" size="small" icon="marks" onClick={onMark}>{marked ? 'Hide what was read' : 'Mark what was read'}</Button>
            </Photo>
          ) : <Hidden what="document" onReveal={onReveal} mayReveal={mayReveal} erased={erased} />}
          {scanFailure === null ? null : <Note tone="warn" icon="warning">The document could not be read: {readable(scanFailure.data.reason).toLowerCase()}.</Note>}
          {scan !== null && scan.data.disagreements.length > 0 ? <Note tone="warn" icon="warning">Printed and coded part differ in: {scan.data.disagreements.map(readable).join(', ').toLowerCase()}.</Note> : null}
          {images && zone.length > 0 ? (
            <details open={looked} onToggle={(event) => setLooked(event.currentTarget.open)}><summary>Machine-readable zone as it was read</summary><pre className="mrz">{zone.join('\n')}</pre></details>
          ) : null}
        </div>
        <div className="evidence-selfie">
          <h3>Selfie {selfie === null ? null : <small>sent <Moment at={selfie.recordedAt} /></small>}</h3>
          {selfie === null ? <Note>The applicant has not sent a selfie.</Note> : images ? <Photo path={`/applicants/${id}/evidence/${selfie.version}`} alt="Selfie" ref={selfieRef} /> : <Hidden what="selfie" onReveal={onReveal} mayReveal={mayReveal} erased={erased} />}
          <Similarity facts={facts} />
        </div>
      </div>
    </section>
  );
}

const zoneWords = { valid: 'Machine-readable zone holds', invalid: 'Machine-readable zone does not hold', absent: 'No machine-readable zone found', not_applicable: 'No machine-readable zone on this kind' } as const;

function Similarity({ facts: { face, faceFailure, liveness, decision } }: { readonly facts: CaseFacts }) {
  const threshold = decision?.data.policySettings.minSimilarity ?? null;
  return (
    <div className="similarity">
      {face === null ? null : (
        <>
          <p><strong>{face.data.similarity.toFixed(2)}</strong> similarity{threshold === null ? '' : <>, the policy asks for <strong>{threshold.toFixed(2)}</strong></>}</p>
          <Meter value={face.data.similarity} threshold={threshold} label={`Similarity ${face.data.similarity.toFixed(2)} of 1${threshold === null ? '' : `, threshold ${threshold.toFixed(2)}`}`} />
          <p className="fine">{face.data.matcher}; {readable(face.data.raw.measure).toLowerCase()} {face.data.raw.value.toFixed(3)}. A score is a hint: look at the faces.</p>
        </>
      )}
      {faceFailure === null ? null : <Note tone="warn" icon="warning">The faces were not compared: {readable(faceFailure.data.reason).toLowerCase()}.</Note>}
      {liveness === null ? null : <p className="fine">Liveness: {liveness.data.outcome === 'NOT_PERFORMED' ? 'not performed, a still cannot show it.' : readable(liveness.data.outcome).toLowerCase()}</p>}
    </div>
  );
}

function Hidden({ what, mayReveal, erased, onReveal }: { readonly what: string; readonly mayReveal: boolean; readonly erased: boolean; readonly onReveal: () => void }) {
  return (
    <div className="hidden-photo">
      <p>{erased ? `The ${what} was destroyed.` : mayReveal ? `The ${what} is hidden until you ask for it.` : `Your role does not see the ${what}.`}</p>
      {mayReveal ? <Button icon="eye" size="small" onClick={onReveal}>Show personal data</Button> : null}
    </div>
  );
}
