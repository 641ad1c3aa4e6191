import { useCallback, useEffect, useState } from 'react';
import { get } from '../../data/client.ts';
import { asApiError, type ApiError } from '../../data/problem.ts';
import { LogBroken, type Checkpoint } from '../../log/checkpoint.ts';
import { toHex } from '../../log/bytes.ts';
import { proveEntry, type Proven } from '../../log/verify.ts';
import { Button } from '../../parts/button.tsx';
import { Segments, TextField } from '../../parts/field.tsx';
import { Moment } from '../../parts/moment.tsx';
import { ErrorNote, Note } from '../../parts/states.tsx';
import { useSearch } from '../../router.tsx';
import { entryOf } from './examine-log.ts';
import { readLog } from '../../data/read-log.ts';
import { saveFile } from '../../data/save-file.ts';

type Result = { readonly kind: 'proven'; readonly proven: Proven } | { readonly kind: 'broken'; readonly words: string } | { readonly kind: 'failed'; readonly error: ApiError };

/** Proves that one event is in the log, in this browser: by its place, or by its stream and version. */
export function ProveEvent({ checkpoint, onBroken }: { readonly checkpoint: Checkpoint; readonly onBroken: () => void }) {
  const search = useSearch();
  const by = search.get('stream') !== undefined || search.get('by') === 'event' ? 'event' : 'index';
  const [index, setIndex] = useState(search.get('index') ?? '');
  const [stream, setStream] = useState(search.get('stream') ?? '');
  const [version, setVersion] = useState(search.get('version') ?? '');
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<Result | null>(null);

  const prove = useCallback(async (place: { readonly index: number } | { readonly stream: string; readonly version: number }): Promise<void> => {
    setBusy(true);
    setResult(null);
    try {
      const at = 'index' in place ? place.index : (await get('/ledger/position', { query: { stream: fullName(place.stream), version: place.version } })).index;
      const proven = await proveEntry(readLog, checkpoint, at);
      const event = entryOf(proven.entry);
      if ('stream' in place && (event.stream !== fullName(place.stream) || event.version !== place.version)) throw new LogBroken(`The platform says that the event is entry ${at}, but that is ${event.stream} version ${event.version}.`);
      setResult({ kind: 'proven', proven });
    } catch (thrown) {
      if (thrown instanceof LogBroken) {
        setResult({ kind: 'broken', words: thrown.message });
        onBroken();
      } else setResult({ kind: 'failed', error: asApiError(thrown) });
    } finally {
      setBusy(false);
    }
  }, [checkpoint, onBroken]);

  const wanted = by === 'index' ? (/^\d{1,15}$/.test(index) && Number(index) < checkpoint.size ? { index: Number(index) } : null)
    : (/^[a-z]*-?[0-9a-z-]{3,}$/.test(stream.trim()) && /^[1-9]\d{0,8}$/.test(version) ? { stream: stream.trim(), version: Number(version) } : null);

  // A link to a proof proves it at once.
  const [linked] = useState(search.get('index') !== undefined || search.get('stream') !== undefined ? wanted : null);
  useEffect(() => {
    if (linked !== null) void prove(linked);
  }, [linked, prove]);

  return (
    <section className="panel" aria-labelledby="prove-title">
      <header><h2 id="prove-title">Prove an event</h2><Segments label="Find it by" value={by} options={[{ value: 'index', words: 'Place in the log' }, { value: 'event', words: 'Applicant and version' }]} onChange={(value) => search.set({ by: value === 'event' ? 'event' : undefined, stream: undefined, version: undefined, index: undefined })} /></header>
      <div className="panel-body stack">
        <form className="prove-form" onSubmit={(event) => {
          event.preventDefault();
          if (wanted === null) return;
          search.set('index' in wanted ? { index: String(wanted.index) } : { stream: wanted.stream, version: String(wanted.version) });
          void prove(wanted);
        }}>
          {by === 'index' ? <TextField label="Place in the log" hint={checkpoint.size === 0 ? 'The log is empty.' : `0 to ${checkpoint.size - 1}`} inputMode="numeric" value={index} onChange={(event) => setIndex(event.target.value)} autoComplete="off" /> : (
            <>
              <TextField label="Applicant or stream" hint="The applicant's id, or a stream such as access-…" value={stream} onChange={(event) => setStream(event.target.value)} autoComplete="off" spellCheck={false} />
              <TextField label="Version" hint="Which event of the stream" inputMode="numeric" value={version} onChange={(event) => setVersion(event.target.value)} autoComplete="off" />
            </>
          )}
          <Button variant="primary" type="submit" icon="shield" busy={busy} disabled={wanted === null}>Prove it</Button>
        </form>
        <div role="status" className="stack">
          {result === null ? null : result.kind === 'failed' ? <ErrorNote error={result.error} />
            : result.kind === 'broken' ? <Note tone="bad" icon="warning"><strong>This does not hold.</strong> {result.words}</Note> : <ProvenEntry proven={result.proven} size={checkpoint.size} />}
        </div>
      </div>
    </section>
  );
}

function ProvenEntry({ proven, size }: { readonly proven: Proven; readonly size: number }) {
  const event = entryOf(proven.entry);
  return (
    <>
      <Note tone="good" icon="check"><strong>It is in the log, unaltered.</strong> Entry {proven.index} of {size}: this browser hashed its {proven.entry.length} bytes and joined {proven.path.length} hashes up to the signed root.</Note>
      <dl className="facts">
        <div><dt>Event</dt><dd>{event.type}</dd></div>
        <div><dt>Recorded</dt><dd>{event.recordedAt === undefined ? '–' : <Moment at={event.recordedAt} />}</dd></div>
        <div><dt>By</dt><dd>{event.actor}</dd></div>
        <div><dt>Stream and version</dt><dd className="hash">{event.stream} · {event.version}</dd></div>
        <div><dt>Leaf hash</dt><dd className="hash">{toHex(proven.leafHash)}</dd></div>
      </dl>
      <details>
        <summary>The entry, byte for byte (set out on lines)</summary>
        <pre className="code" tabIndex={0} role="region" aria-label="The entry"><code>{event.text}</code></pre>
      </details>
      <div className="cluster"><Button icon="download" onClick={() => saveFile(`entry-${proven.index}.tlog-proof`, proven.file, 'text/plain')}>Save the proof</Button><span className="soft">A C2SP tlog-proof: it verifies without this platform.</span></div>
    </>
  );
}

/** Applicants are named by their id alone everywhere else. */
function fullName(stream: string): string {
  return /^[0-9a-f-]{36}$/.test(stream) ? `applicant-${stream}` : stream;
}
