import { useCallback, useEffect, useRef, useState } from 'react';
import { asApiError, type ApiError } from '../../data/problem.ts';
import { useQuery } from '../../data/use-query.ts';
import { toHex } from '../../log/bytes.ts';
import { LogBroken, type Checkpoint } from '../../log/checkpoint.ts';
import { verifyAll } from '../../log/verify.ts';
import { Button } from '../../parts/button.tsx';
import { Figure, GrowthLine } from '../../parts/figure.tsx';
import { Icon } from '../../parts/icon.tsx';
import { formatDateTime } from '../../parts/moment.tsx';
import { Answered, ErrorNote, Note } from '../../parts/states.tsx';
import { examineLog, growthOf, type Examined } from './examine-log.ts';
import { ProveEvent } from './prove-event.tsx';
import { TrustedKey } from './trusted-key.tsx';
import { readLog } from '../../data/read-log.ts';
import '../../styles/layout.css';
import './ledger.css';

/** Is the ledger complete and unaltered? Not by the platform's word: this browser fetches the log's files and computes. */
export function Page() {
  const examined = useQuery('log', examineLog);
  return (
    <div className="page stack ledger-page">
      <header className="page-head">
        <div><h1>Ledger</h1><p>Every event is a leaf of a Merkle tree whose root is signed. Your browser checks it by the key shown below.</p></div>
        <Button icon="reload" busy={examined.loading && examined.data !== undefined} onClick={examined.reload}>Check again</Button>
      </header>
      <Answered query={examined} what="Fetching the log and checking it">{(data) => <Checked examined={data} onCompared={examined.reload} />}</Answered>
    </div>
  );
}

function Checked({ examined: { checkpoint, keyId, verifierKey, keyChanged, comparedAt, checks, broken }, onCompared }: { readonly examined: Examined; readonly onCompared: () => void }) {
  const [found, setFound] = useState(false);
  const onBroken = useCallback(() => setFound(true), []);
  const bad = broken || found;
  return (
    <>
      <section className={bad ? 'verdict bad' : 'verdict good'} aria-labelledby="verdict-title" role={bad ? 'alert' : undefined}>
        <span className="verdict-icon"><Icon name={bad ? 'warning' : 'shield'} size={26} /></span>
        <div>
          <h2 id="verdict-title">{bad ? 'This log is broken' : 'Whole and unaltered, as far as this browser has looked'}</h2>
          {bad ? <p>Do not rely on what this platform shows. Keep this page as it is, tell the operator and the auditor, and run <code>kyc ledger verify</code> on the machine.</p> : null}
          <ul className="checks">
            {checks.map(({ title, outcome, words }) => (
              <li key={title} className={outcome}><Icon name={outcome === 'good' ? 'check' : 'cross'} size={16} /><div><strong>{title}</strong><span className="visually-hidden">: {outcome === 'good' ? 'holds' : 'does not hold'}</span><p>{words}</p></div></li>
            ))}
          </ul>
        </div>
      </section>
      {keyChanged ? <TrustedKey {...{ verifierKey, comparedAt, onCompared }} changed /> : null}
      {checkpoint === null ? null : (
        <>
          <section className="panel" aria-labelledby="checkpoint-title">
            <header><h2 id="checkpoint-title">Checkpoint</h2></header>
            <div className="panel-body">
              <dl className="facts">
                <div><dt>Entries</dt><dd className="big">{checkpoint.size.toLocaleString('en-GB')}</dd></div>
                <div><dt>Log</dt><dd>{checkpoint.origin}</dd></div>
                <div><dt>Key</dt><dd className="hash">{keyId}</dd></div>
                <div className="wide"><dt>Root</dt><dd className="hash">{toHex(checkpoint.root)}</dd></div>
              </dl>
            </div>
          </section>
          <div className="ledger-pair">
            <Growth size={checkpoint.size} />
            <EveryEntry checkpoint={checkpoint} onBroken={onBroken} />
          </div>
          <ProveEvent checkpoint={checkpoint} onBroken={onBroken} />
          {keyChanged ? null : <TrustedKey {...{ verifierKey, comparedAt, onCompared }} changed={false} />}
        </>
      )}
    </>
  );
}

function Growth({ size }: { readonly size: number }) {
  const growth = useQuery(`growth-${size}`, () => growthOf(size));
  const points = growth.data ?? [];
  if (points.length < 2) return null;
  const [first, last] = [points[0], points.at(-1)];
  const label = `The log grew from ${first?.value} entries on ${formatDateTime(new Date(first?.at ?? 0).toISOString())} to ${last?.value} on ${formatDateTime(new Date(last?.at ?? 0).toISOString())}.`;
  return (
    <Figure title="Growth" columns={['Until', 'Entries']} rows={points.map(({ at, value }) => [formatDateTime(new Date(at).toISOString()), value])}>
      <GrowthLine points={points} label={label} />
    </Figure>
  );
}

/** Up to here every entry is checked at every visit: a second's work, and nothing altered can hide. */
const checkedAtOnce = 10_000;

type Run = { readonly kind: 'idle' } | { readonly kind: 'running'; readonly done: number } | { readonly kind: 'whole'; readonly seconds: number } | { readonly kind: 'broken'; readonly words: string } | { readonly kind: 'failed'; readonly error: ApiError };

function EveryEntry({ checkpoint, onBroken }: { readonly checkpoint: Checkpoint; readonly onBroken: () => void }) {
  const [run, setRun] = useState<Run>({ kind: 'idle' });
  const ending = useRef<AbortController | null>(null);
  const start = useCallback(async (): Promise<void> => {
    ending.current?.abort();
    const ended = new AbortController();
    ending.current = ended;
    const began = performance.now();
    setRun({ kind: 'running', done: 0 });
    try {
      await verifyAll(readLog, checkpoint, (done) => setRun({ kind: 'running', done }), ended.signal);
      setRun({ kind: 'whole', seconds: (performance.now() - began) / 1000 });
    } catch (thrown) {
      if (ended.signal.aborted) setRun((now) => (ending.current === ended ? { kind: 'idle' } : now));
      else if (thrown instanceof LogBroken) {
        setRun({ kind: 'broken', words: thrown.message });
        onBroken();
      } else setRun({ kind: 'failed', error: asApiError(thrown) });
    }
  }, [checkpoint, onBroken]);
  useEffect(() => {
    if (checkpoint.size <= checkedAtOnce) void start();
    return () => ending.current?.abort();
  }, [checkpoint, start]);
  return (
    <section className="panel" aria-labelledby="every-title">
      <header><h2 id="every-title">Every entry</h2></header>
      <div className="panel-body stack">
        <p className="figure-says">Fetches all {checkpoint.size.toLocaleString('en-GB')} entries, hashes each and builds the whole tree anew. Every tile must hold its hashes, and the root be the one that was signed.{checkpoint.size <= checkedAtOnce ? '' : ' So large a log is checked when you ask for it.'}</p>
        <div role="status">
          {run.kind === 'running' ? <div className="every-progress"><progress value={run.done} max={checkpoint.size} aria-label="Entries checked" /><span>{run.done.toLocaleString('en-GB')} of {checkpoint.size.toLocaleString('en-GB')}</span></div> : null}
          {run.kind === 'whole' ? <Note tone="good" icon="check"><strong>All {checkpoint.size.toLocaleString('en-GB')} entries add up to the signed root.</strong> Checked in {run.seconds < 1 ? `${Math.round(run.seconds * 1000)} ms` : `${run.seconds.toFixed(1)} s`}.</Note> : null}
          {run.kind === 'broken' ? <Note tone="bad" icon="warning"><strong>They do not hold.</strong> {run.words}</Note> : null}
          {run.kind === 'failed' ? <ErrorNote error={run.error} /> : null}
        </div>
        <div className="cluster">
          {run.kind === 'running' ? <Button onClick={() => ending.current?.abort()}>Stop</Button> : <Button icon="shield" onClick={() => void start()}>Check every entry{run.kind === 'idle' ? '' : ' again'}</Button>}
        </div>
      </div>
    </section>
  );
}
