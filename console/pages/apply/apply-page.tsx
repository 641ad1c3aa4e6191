import { useEffect, useRef, useState, type ReactNode } from 'react';
import { get } from '../../data/client.ts';
import type { ApplicantView } from '../../data/generated.ts';
import { useLive } from '../../data/live.ts';
import { useQuery } from '../../data/use-query.ts';
import { Button } from '../../parts/button.tsx';
import { SelectField } from '../../parts/field.tsx';
import { Icon } from '../../parts/icon.tsx';
import { ErrorState, Loading } from '../../parts/states.tsx';
import { useMe } from '../../session.tsx';
import { ConsentStep } from './consent-step.tsx';
import { PhotoStep } from './photo-step.tsx';
import { RegisterStep } from './register-step.tsx';
import { Standing } from './standing.tsx';
import '../../styles/layout.css';
import './apply.css';

const pollMs = 5_000;
const documentTypes = [
  { value: 'passport', words: 'Passport' },
  { value: 'driving_licence', words: 'Driving licence' },
  { value: 'identity_card', words: 'Identity card' },
  { value: 'residence_permit', words: 'Residence permit' },
];

/** The applicant's own page: what is asked of them, what became of it, and how to contest it. */
export function Page() {
  const { subject: id } = useMe();
  const status = useQuery(id, (signal) => get('/applicants/{id}', { params: { id }, signal }));
  const view = status.data?.view === 'applicant' ? status.data : null;
  useLive(status.reload);
  const waits = view?.status === 'IN_PROGRESS' || view?.status === 'IN_REVIEW';
  const { reload } = status;
  useEffect(() => {
    if (!waits) return;
    // The live connection says it at once; a network that lets none through gets it a little later.
    const timer = setInterval(reload, pollMs);
    return () => clearInterval(timer);
  }, [waits, reload]);

  return (
    <div className="page apply">
      <header className="page-head"><div><h1>Your verification</h1><p>We check who you are and that you are on your professional register. It takes about five minutes.</p></div></header>
      {view !== null ? <Steps view={view} onChange={reload} />
        : status.error?.code === 'NOT_REGISTERED' ? <Steps view={null} onChange={reload} />
          : status.error !== null ? <ErrorState error={status.error} onRetry={reload} /> : <Loading what="Looking where you stand" />}
    </div>
  );
}

type StepName = 'registration' | 'consent' | 'document' | 'selfie';

function Steps({ view, onChange }: { readonly view: ApplicantView | null; readonly onChange: () => void }) {
  const [again, setAgain] = useState<StepName | null>(null);
  const [documentType, setDocumentType] = useState('passport');
  const done: Readonly<Record<StepName, boolean>> = {
    registration: view !== null,
    consent: view !== null && view.sent.consent !== 'missing',
    document: view?.sent.document === true,
    selfie: view?.sent.selfie === true,
  };
  const order: readonly StepName[] = ['registration', 'consent', 'document', 'selfie'];
  const current = again ?? order.find((name) => !done[name]) ?? null;
  const changed = (): void => {
    setAgain(null);
    onChange();
  };
  if (view?.status === 'ERASED') return <Standing view={view} onChange={onChange} />;
  // Photos can be sent anew until somebody is verified: a better one may settle a review.
  const mayResend = view !== null && view.status !== 'VERIFIED';
  const id = view?.id ?? '';
  const step = (name: StepName, title: string, summary: string, body: ReactNode, change: string | null): ReactNode => (
    <Step key={name} title={title} state={current === name ? 'current' : done[name] ? 'done' : 'later'} summary={summary} {...(change === null || !done[name] ? {} : { change, onChange: () => setAgain(name) })} {...(again === name ? { onBack: () => setAgain(null) } : {})}>{body}</Step>
  );
  return (
    <>
      {view === null || current !== null && again === null ? null : <Standing view={view} onChange={onChange} />}
      <ol className="steps">
        {step('registration', 'Your registration', 'We have your registration.', <RegisterStep onDone={changed} />, null)}
        {step('consent', 'Comparing your photos', view?.sent.consent === 'given' ? 'You agreed to a comparison by computer.' : 'A person compares your photos.', <ConsentStep id={id} given={view?.sent.consent === 'given'} onDone={changed} />, 'Change')}
        {step('document', 'Identity document', 'We have your document.', (
          <PhotoStep
            path={`/applicants/${id}/documents`} fields={{ documentType }} facing="environment" onSent={changed}
            tips={['Lay it on a dark, plain table', 'The whole page in the picture, all four corners', 'No flash: it leaves a white spot']}
            before={<SelectField label="What kind of document is it?" hint="Of a passport, the page with your photo." options={documentTypes} value={documentType} onChange={(event) => setDocumentType(event.target.value)} />}
          />
        ), mayResend ? 'Send another' : null)}
        {step('selfie', 'A photo of yourself', 'We have your photo.', (
          <PhotoStep path={`/applicants/${id}/selfies`} facing="user" onSent={changed} tips={['Your face alone, looking at the camera', 'Light from the front', 'No sunglasses, no hat']} />
        ), mayResend ? 'Send another' : null)}
      </ol>
    </>
  );
}

function Step({ title, state, summary, children, change, onChange, onBack }: {
  readonly title: string;
  readonly state: 'done' | 'current' | 'later';
  readonly summary: string;
  readonly children: ReactNode;
  readonly change?: string;
  readonly onChange?: () => void;
  readonly onBack?: () => void;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(state);
  // What was worked with is gone when a step ends: whoever cannot see that is taken to the next one.
  useEffect(() => {
    if (state === 'current' && before.current !== state) heading.current?.focus();
    before.current = state;
  }, [state]);
  return (
    <li className={`step ${state}`} aria-current={state === 'current' ? 'step' : undefined}>
      <span className="step-mark">{state === 'done' ? <Icon name="check" size={15} /> : null}</span>
      <div className="step-body">
        <div className="step-head">
          <h2 ref={heading} tabIndex={-1}>{title}<span className="visually-hidden">{state === 'done' ? ', done' : state === 'later' ? ', comes later' : ''}</span></h2>
          {onBack === undefined ? null : <Button size="small" onClick={onBack}>Leave it as it is</Button>}
          {state === 'done' && change !== undefined ? <Button size="small" onClick={onChange} aria-label={`${change}: ${title.toLowerCase()}`}>{change}</Button> : null}
        </div>
        {state === 'done' ? <p className="step-summary">{summary}</p> : null}
        {state === 'current' ? children : null}
      </div>
    </li>
  );
}
