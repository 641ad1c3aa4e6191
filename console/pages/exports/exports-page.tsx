import { useEffect, useState } from 'react';
import { get, getBlob, post, type PostAnswer } from '../../data/client.ts';
import { asApiError, type ApiError } from '../../data/problem.ts';
import { saveFile } from '../../data/save-file.ts';
import { registerNames } from '../../data/vocabulary.ts';
import { useQuery } from '../../data/use-query.ts';
import { Button } from '../../parts/button.tsx';
import { SelectField, TextField } from '../../parts/field.tsx';
import { FindPerson } from '../../parts/find-person.tsx';
import { formatDateTime, Moment } from '../../parts/moment.tsx';
import { Answered, ErrorNote, Loading, Note } from '../../parts/states.tsx';
import { useToast } from '../../parts/toast.tsx';
import { Link, useSearch } from '../../router.tsx';
import { useMe } from '../../session.tsx';
import { VerifyBag } from './verify-bag.tsx';
import '../../styles/layout.css';
import './exports.css';

/** A whole ledger takes its time to be proven and packed. */
const patienceMs = 600_000;
/** How long the tables may lag behind the ledger before a list is fetched anew. */
const lagMs = 1_500;

type Made = Extract<PostAnswer<'/exports'>, { readonly state: 'made' }>;
/** As events write codes: events/vocabulary.ts. */
const code = /^[A-Z][A-Z0-9_]{0,79}$/;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const registers = ['GMC', 'GDC', 'NMC', 'GPC'] as const;
const decisions = [{ value: 'PASS', words: 'Pass' }, { value: 'FAIL', words: 'Fail' }, { value: 'MANUAL_REVIEW', words: 'Manual review' }] as const;

/** Bags for auditors and regulators: made here, fetched here, verified here or anywhere else. */
export function Page() {
  const me = useMe();
  const [made, setMade] = useState<Made | null>(null);
  const [archive, setArchive] = useState<Blob | null>(null);
  return (
    <div className="page stack">
      <header className="page-head"><div><h1>Exports</h1><p>An export proves itself: it holds the events, their proofs and a page that verifies it without a network.</p></div></header>
      <Make onMade={(next) => {
        setMade(next);
        setArchive(null);
      }} />
      {made === null ? null : <Fetch made={made} onFetched={setArchive} />}
      <VerifyBag fetched={archive} />
      {me.may('audit.search') ? <Before key={made?.id} /> : null}
    </div>
  );
}

function Make({ onMade }: { readonly onMade: (made: Made) => void }) {
  const search = useSearch();
  const [applicant, setApplicant] = useState(search.get('applicant') ?? '');
  const [registerType, setRegister] = useState('');
  const [decision, setDecision] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [basis, setBasis] = useState('');
  const [personal, setPersonal] = useState(false);
  const [evidence, setEvidence] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const wrongId = applicant.trim() !== '' && !uuid.test(applicant.trim());
  const wrongBasis = basis.trim() !== '' && !code.test(basis.trim());

  const make = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      onMade(await whenMade(await post('/exports', {
        patienceMs,
        body: {
          ...(applicant.trim() === '' ? {} : { applicant: applicant.trim() }),
          ...(from === '' ? {} : { from: new Date(`${from}T00:00:00`).toISOString() }),
          ...(to === '' ? {} : { to: new Date(`${to}T23:59:59.999`).toISOString() }),
          ...pick(registers, registerType, 'registerType'),
          ...pick(decisions.map(({ value }) => value), decision, 'decision'),
          ...(basis.trim() === '' ? {} : { basis: basis.trim() }),
          personal,
          evidence: personal && evidence,
        },
      })));
    } catch (thrown) {
      setError(asApiError(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="panel" aria-labelledby="make-title">
      <header><h2 id="make-title">Make an export</h2></header>
      <form className="panel-body stack" onSubmit={(event) => {
        event.preventDefault();
        if (!wrongId && !wrongBasis) void make();
      }}>
        <div className="filters">
          <TextField label="Applicant's id" placeholder="everybody who fits" value={applicant} onChange={(event) => setApplicant(event.target.value)} spellCheck={false} autoComplete="off" error={wrongId ? 'This is no applicant\'s id.' : undefined} />
          <SelectField label="Register" value={registerType} options={[{ value: '', words: 'All registers' }, ...registers.map((value) => ({ value, words: registerNames[value] }))]} onChange={(event) => setRegister(event.target.value)} />
          <SelectField label="Decision in force" value={decision} options={[{ value: '', words: 'Any' }, ...decisions]} onChange={(event) => setDecision(event.target.value)} />
          <TextField label="Something happened from" type="date" value={from} onChange={(event) => setFrom(event.target.value)} />
          <TextField label="As it was until" type="date" value={to} onChange={(event) => setTo(event.target.value)} />
          <TextField label="What it is made for" placeholder="REGULATOR_REQUEST" value={basis} onChange={(event) => setBasis(event.target.value)} spellCheck={false} autoComplete="off" error={wrongBasis ? 'A code: capital letters, digits and _.' : undefined} />
        </div>
        <div className="export-checks">
          <label><input type="checkbox" checked={personal} onChange={(event) => setPersonal(event.target.checked)} /> With personal data</label>
          <label><input type="checkbox" checked={personal && evidence} disabled={!personal} onChange={(event) => setEvidence(event.target.checked)} /> With images and registers' answers</label>
        </div>
        {personal ? <Note tone="warn" icon="warning">The export will hold personal data in the clear. Keep it as such and destroy it when its purpose is served. Each record in it will say that you exported it.</Note> : <Note>Without personal data. Each record in it will say that you exported it.</Note>}
        {error === null ? null : <ErrorNote error={error} />}
        <div className="cluster"><Button variant="primary" type="submit" icon="box" busy={busy}>Make it</Button><FindPerson onChoose={setApplicant} /></div>
        <div role="status">{busy ? <Loading what="Collecting, proving and packing" /> : null}</div>
      </form>
    </section>
  );
}

/** A large export takes longer than an answer may: it is asked after until it is made. */
async function whenMade(answer: PostAnswer<'/exports'>): Promise<Made> {
  for (let now = answer; ;) {
    if (now.state === 'made') return now;
    await new Promise((resolve) => { setTimeout(resolve, 2_000); });
    now = await get('/exports/{id}/state', { params: { id: now.id } });
  }
}

function pick<Name extends string, T extends string>(all: readonly T[], text: string, name: Name): Partial<Record<Name, T>> {
  const found = all.find((each) => each === text);
  return found === undefined ? {} : ({ [name]: found } as Record<Name, T>);
}

function Fetch({ made, onFetched }: { readonly made: Made; readonly onFetched: (archive: Blob) => void }) {
  const say = useToast();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const fetchIt = async (save: boolean): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const archive = await getBlob(`/exports/${made.id}`, undefined, patienceMs);
      onFetched(archive);
      if (save) {
        saveFile(`kyc-export-${made.id}.zip`, archive, 'application/zip');
        say('The export was saved.');
      }
    } catch (thrown) {
      setError(asApiError(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="panel export-made" aria-labelledby="made-title">
      <header><h2 id="made-title">Made and recorded</h2><span className="soft">kept until {formatDateTime(made.expiresAt)}</span></header>
      <div className="panel-body stack">
        <dl className="facts">
          <div><dt>Applicants</dt><dd>{made.applicants.toLocaleString('en-GB')}</dd></div>
          <div><dt>Events</dt><dd>{made.events.toLocaleString('en-GB')}</dd></div>
          <div><dt>Proven under a log of</dt><dd>{made.treeSize.toLocaleString('en-GB')} entries</dd></div>
          <div><dt>Size</dt><dd>{(made.bytes / 1024).toLocaleString('en-GB', { maximumFractionDigits: 0 })} kB</dd></div>
          <div className="wide"><dt>SHA-256 of its manifest</dt><dd className="hash">{made.manifestSha256}</dd></div>
        </dl>
        {error === null ? null : <ErrorNote error={error} />}
        <div className="cluster">
          <Button variant="primary" icon="download" busy={busy} onClick={() => void fetchIt(true)}>Download</Button>
          <Button icon="shield" busy={busy} onClick={() => void fetchIt(false)}>Verify it here</Button>
        </div>
      </div>
    </section>
  );
}

function Before() {
  const before = useQuery('exports', (signal) => get('/audit', { query: { types: 'LedgerExported,RecordExported', limit: 50 }, signal }));
  const { reload } = before;
  useEffect(() => {
    const timer = setTimeout(reload, lagMs);
    return () => clearTimeout(timer);
  }, [reload]);
  return (
    <section className="panel" aria-labelledby="before-title">
      <header><h2 id="before-title">Made before</h2><Link to="/search?type=RecordExported">All of them in the audit trail</Link></header>
      <Answered query={before} what="Looking up exports">
        {({ entries }) => (entries.length === 0 ? <p className="panel-body soft export-none">No export has been made.</p> : (
          <div className="scroll-x" tabIndex={0} role="region" aria-label="Exports, newest first">
            <table className="plain-table">
              <thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">Record</th></tr></thead>
              <tbody>{entries.map((each) => <tr key={each.id}><td><Moment at={each.recordedAt} /></td><td>{each.actorId}</td><td>{each.type === 'LedgerExported' ? 'An export of the ledger' : 'A record in an export'}</td><td className="hash">{each.stream}</td></tr>)}</tbody>
            </table>
          </div>
        ))}
      </Answered>
    </section>
  );
}
