import { useEffect, useRef, useState } from 'react';
import { get, postLines, type GetAnswer, type PostAnswer } from '../../data/client.ts';
import { ApiError, asApiError } from '../../data/problem.ts';
import { useQuery } from '../../data/use-query.ts';
import { readable } from '../../data/vocabulary.ts';
import { Button } from '../../parts/button.tsx';
import { SelectField, TextField } from '../../parts/field.tsx';
import { Answered, ErrorNote, Note } from '../../parts/states.tsx';
import { useSearch } from '../../router.tsx';
import { BacktestResult } from './backtest-result.tsx';
import '../../styles/layout.css';
import './policy-lab.css';

type InUse = GetAnswer<'/policy'>;
type Result = PostAnswer<'/policy/backtest'>;

/** What would another policy have decided? Thresholds are changed here and tried on every decision of the past. */
export function Page() {
  const policy = useQuery('policy', (signal) => get('/policy', { signal }));
  return (
    <div className="page stack">
      <header className="page-head"><div><h1>Policy lab</h1><p>Try other thresholds on every decision that was ever made. Nothing is changed by it, and nothing personal is read.</p></div></header>
      <Answered query={policy} what="Fetching the policy in use">{(inUse) => <Lab inUse={inUse} />}</Answered>
    </div>
  );
}

function Lab({ inUse }: { readonly inUse: InUse }) {
  const search = useSearch();
  const [version, setVersion] = useState(inUse.versions.find((each) => each.version === search.get('version'))?.version ?? inUse.version);
  const [similarity, setSimilarity] = useState(search.get('similarity') ?? String(inUse.settings.minSimilarity));
  const [age, setAge] = useState(search.get('age') ?? String(inUse.settings.maxSnapshotAgeDays));
  const [liveness, setLiveness] = useState((search.get('liveness') ?? String(inUse.settings.livenessRequired)) === 'true');
  const [progress, setProgress] = useState<Progress | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const [error, setError] = useState<ApiError | null>(null);
  const [result, setResult] = useState<Result | null>(null);

  const wrongSimilarity = !/^(?:\d*\.)?\d{1,6}$/.test(similarity) || Number(similarity) > 1 ? 'A number from 0 to 1.' : undefined;
  const wrongAge = /^\d{1,4}$/.test(age) ? undefined : 'A whole number of days, from 0.';
  const settings = { minSimilarity: Number(similarity), livenessRequired: liveness, maxSnapshotAgeDays: Number(age) };
  const same = version === inUse.version && settings.minSimilarity === inUse.settings.minSimilarity && settings.livenessRequired === inUse.settings.livenessRequired && settings.maxSnapshotAgeDays === inUse.settings.maxSnapshotAgeDays;
  const rules = inUse.versions.find((each) => each.version === version)?.rules ?? [];

  const run = async (): Promise<void> => {
    const ended = new AbortController();
    running.current?.abort();
    running.current = ended;
    setProgress({ events: 0, of: null });
    setError(null);
    setResult(null);
    search.set({ version, similarity, age, liveness: String(liveness) });
    try {
      setResult(await backtest({ version, settings }, ended.signal, setProgress));
    } catch (thrown) {
      if (!ended.signal.aborted) setError(asApiError(thrown));
    } finally {
      if (running.current === ended) setProgress(null);
    }
  };
  const reset = (): void => {
    setVersion(inUse.version);
    setSimilarity(String(inUse.settings.minSimilarity));
    setAge(String(inUse.settings.maxSnapshotAgeDays));
    setLiveness(inUse.settings.livenessRequired);
  };

  return (
    <>
      <section className="panel" aria-labelledby="lab-title">
        <header><h2 id="lab-title">The policy to try</h2>{same ? <span className="soft">the one in use</span> : <Button size="small" onClick={reset}>Back to the one in use</Button>}</header>
        <form className="panel-body lab-form" onSubmit={(event) => {
          event.preventDefault();
          if (wrongSimilarity === undefined && wrongAge === undefined) void run();
        }}>
          <SelectField label="Version" hint={`In use: ${inUse.version}`} value={version} options={inUse.versions.map((each) => ({ value: each.version, words: `${each.version}${each.newest ? ' (newest)' : ''}` }))} onChange={(event) => setVersion(event.target.value)} />
          <div className="lab-similarity">
            <TextField label="Lowest similarity of faces" hint={`In use: ${inUse.settings.minSimilarity}`} inputMode="decimal" value={similarity} onChange={(event) => setSimilarity(event.target.value.replace(',', '.'))} error={wrongSimilarity} />
            <input type="range" min={0} max={1} step={0.01} aria-label="Lowest similarity of faces, as a slider" value={wrongSimilarity === undefined ? similarity : '0'} onChange={(event) => setSimilarity(event.target.value)} />
          </div>
          <TextField label="Oldest answer of a register, days" hint={`In use: ${inUse.settings.maxSnapshotAgeDays}`} inputMode="numeric" value={age} onChange={(event) => setAge(event.target.value)} error={wrongAge} />
          <label className="lab-check"><input type="checkbox" checked={liveness} onChange={(event) => setLiveness(event.target.checked)} /><span>A live capture is required<br /><span className="soft">In use: {inUse.settings.livenessRequired ? 'yes' : 'no'}</span></span></label>
          <div className="cluster"><Button variant="primary" type="submit" icon="flask" busy={progress !== null}>Try it on the whole history</Button>{progress === null ? null : <Button onClick={() => running.current?.abort()}>Stop</Button>}</div>
        </form>
        <div className="panel-body lab-rules">
          <details>
            <summary>The {rules.length} rules of {version}</summary>
            <div className="scroll-x" tabIndex={0} role="region" aria-label="Rules">
              <table className="plain-table">
                <thead><tr><th scope="col">Rule</th><th scope="col">Threshold under the settings in use</th></tr></thead>
                <tbody>{rules.map(({ rule, threshold }) => <tr key={rule}><td>{readable(rule)}</td><td><code>{threshold === null || threshold === undefined ? '–' : JSON.stringify(threshold)}</code></td></tr>)}</tbody>
              </table>
            </div>
          </details>
        </div>
      </section>
      <div role="status">{progress === null ? null : <Running {...progress} />}</div>
      {error === null ? null : <ErrorNote error={error} />}
      {result === null ? null : result.decisions === 0 ? <Note>Nothing was decided yet, so there is nothing to try it on.</Note> : <BacktestResult result={result} />}
    </>
  );
}

interface Progress { readonly events: number; readonly of: number | null }

function Running({ events, of }: Progress) {
  return (
    <div className="lab-running">
      <progress aria-label="Events gone through" {...(of === null || events === 0 ? {} : { value: Math.min(events, of), max: of })} />
      <p>Deciding every case of the past anew{events === 0 ? ' …' : `: ${events.toLocaleString('en-GB')}${of === null ? '' : ` of about ${Math.max(of, events).toLocaleString('en-GB')}`} events gone through.`}</p>
    </div>
  );
}

/** Throws ApiError, also when the answer ends without a result. */
async function backtest(body: { readonly version: string; readonly settings: InUse['settings'] }, signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<Result> {
  let result: Result | null = null;
  await postLines('/policy/backtest/lines', {
    body, signal, patienceMs: 60_000,
    onLine: (line) => {
      const { result: done, events, of, error } = line as { readonly result?: Result; readonly events?: number; readonly of?: number | null; readonly error?: { readonly code: string; readonly correlationId: string } };
      if (done !== undefined) result = done;
      if (events !== undefined) onProgress({ events, of: of ?? null });
      if (error !== undefined) throw new ApiError({ status: 500, code: error.code, said: 'The history could not be gone through to its end.', correlationId: error.correlationId });
    },
  });
  if (result === null) throw new ApiError({ status: 0, code: 'OFFLINE', said: 'The connection broke before there was a result.' });
  return result;
}
