import { useEffect, useRef, useState } from 'react';
import { get } from '../../data/client.ts';
import { asApiError, type ApiError } from '../../data/problem.ts';
import { LogBroken, openCheckpoint, parseLogKey } from '../../log/checkpoint.ts';
import { proveGrowth } from '../../log/verify.ts';
import { verifyBag, type VerifiedBag } from '../../log/verify-bag.ts';
import { readZip, ZipUnreadable } from '../../log/zip.ts';
import { Button } from '../../parts/button.tsx';
import { ErrorNote, Note } from '../../parts/states.tsx';
import { readLog } from '../../data/read-log.ts';

type State = { readonly kind: 'idle' } | { readonly kind: 'running'; readonly share: number } | { readonly kind: 'holds'; readonly bag: VerifiedBag } | { readonly kind: 'broken'; readonly words: string } | { readonly kind: 'failed'; readonly error: ApiError };

/** Verifies an export in this browser: the one just fetched, or any file. Nothing of it is sent anywhere. */
export function VerifyBag({ fetched }: { readonly fetched: Blob | null }) {
  const input = useRef<HTMLInputElement>(null);
  const [state, setState] = useState<State>({ kind: 'idle' });

  const verify = async (file: Blob): Promise<void> => {
    setState({ kind: 'running', share: 0 });
    try {
      const key = await parseLogKey((await get('/ledger')).verifierKey);
      const bag = await verifyBag(readZip(new Uint8Array(await file.arrayBuffer())), key, (share) => setState({ kind: 'running', share }));
      const note = await readLog('checkpoint');
      if (note === null) throw new LogBroken('The log has published no checkpoint.');
      // The log may have grown since; it must still begin with what the export was proven under.
      await proveGrowth(readLog, bag.checkpoint, await openCheckpoint(new TextDecoder().decode(note), key));
      setState({ kind: 'holds', bag });
    } catch (thrown) {
      if (thrown instanceof LogBroken || thrown instanceof ZipUnreadable || thrown instanceof SyntaxError) setState({ kind: 'broken', words: thrown instanceof SyntaxError ? 'A file in it cannot be read.' : thrown.message });
      else setState({ kind: 'failed', error: asApiError(thrown) });
    }
  };
  useEffect(() => {
    if (fetched === null) setState({ kind: 'idle' });
    else void verify(fetched);
  }, [fetched]);

  return (
    <section className="panel" aria-labelledby="verify-title">
      <header><h2 id="verify-title">Verify an export</h2></header>
      <div className="panel-body stack">
        <p className="soft export-none">Its signature, every file, and every event's way to the signed root of the log. It is done in this browser. Whoever receives an export does the same with the <code>index.html</code> inside it.</p>
        <input ref={input} type="file" accept=".zip,application/zip" className="visually-hidden" tabIndex={-1} aria-label="An export" onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file !== undefined) void verify(file);
        }} />
        <div className="cluster"><Button icon="upload" busy={state.kind === 'running'} onClick={() => input.current?.click()}>Choose an export to verify</Button></div>
        <div role="status" className="stack">
          {state.kind === 'running' ? <progress className="export-progress" value={state.share} max={1} aria-label="Verifying the export" /> : null}
          {state.kind === 'holds' ? <Note tone="good" icon="check"><strong>It holds.</strong> {state.bag.files} files are as signed, and {state.bag.events} events are proven to be in the log at {state.bag.checkpoint.size} entries, which is the beginning of the log as it is now. Export <span className="hash">{state.bag.exportId}</span>.</Note> : null}
          {state.kind === 'broken' ? <Note tone="bad" icon="warning"><strong>It does not hold.</strong> {state.words}</Note> : null}
          {state.kind === 'failed' ? <ErrorNote error={state.error} /> : null}
        </div>
      </div>
    </section>
  );
}
