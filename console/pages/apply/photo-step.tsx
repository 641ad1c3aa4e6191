import { useEffect, useRef, useState, type DragEvent, type ReactNode } from 'react';
import { asApiError, type ApiError } from '../../data/problem.ts';
import { upload } from '../../data/upload.ts';
import { Button } from '../../parts/button.tsx';
import { ErrorNote, Note } from '../../parts/states.tsx';
import { Camera } from './camera.tsx';
import { checkImage } from './check-image.ts';
import { findings, type Finding } from './image-checks.ts';

interface Chosen { readonly file: File; readonly url: string; readonly findings: readonly Finding[] | null; readonly key: string }

/** One photo: chosen as a file, dropped, or taken here; checked in the browser, looked at, then sent. */
export function PhotoStep({ path, fields = {}, facing, tips, before, onSent }: {
  /** Where it is sent, below /api/v1. */
  readonly path: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly facing: 'user' | 'environment';
  readonly tips: readonly string[];
  readonly before?: ReactNode;
  readonly onSent: () => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [camera, setCamera] = useState(false);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [progress, setProgress] = useState<number | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [over, setOver] = useState(false);

  const body = useRef<HTMLDivElement>(null);
  const place = camera ? 'camera' : chosen === null ? 'choice' : 'chosen';
  const placed = useRef(place);
  // The button that was pressed is gone: the keyboard goes on where the next one is.
  useEffect(() => {
    if (placed.current === place) return;
    placed.current = place;
    body.current?.querySelector<HTMLElement>(place === 'chosen' ? '.chosen' : '.drop button')?.focus();
  }, [place]);

  const url = chosen?.url;
  useEffect(() => () => {
    if (url !== undefined) URL.revokeObjectURL(url);
  }, [url]);

  const choose = (file: File | undefined): void => {
    setCamera(false);
    setError(null);
    if (file === undefined) return;
    // One key a photo: sending the same one again after a lost answer sends it once.
    const next: Chosen = { file, url: URL.createObjectURL(file), findings: null, key: crypto.randomUUID() };
    setChosen(next);
    void checkImage(file).then((found) => setChosen((now) => (now?.key === next.key ? { ...next, findings: found } : now)));
  };

  const send = async (): Promise<void> => {
    if (chosen === null) return;
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set('file', chosen.file, chosen.file.name);
    setError(null);
    setProgress(0);
    try {
      await upload(path, form, { idempotencyKey: chosen.key, onProgress: setProgress });
      setChosen(null);
      onSent();
    } catch (thrown) {
      setError(asApiError(thrown));
    } finally {
      setProgress(null);
    }
  };

  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    choose(event.dataTransfer.files[0]);
  };

  if (camera) return <Camera facing={facing} onPhoto={choose} onCancel={() => setCamera(false)} />;
  const stops = chosen?.findings?.some((each) => findings[each].stops) ?? false;
  const doubtful = (chosen?.findings?.length ?? 0) > 0;
  const another = <Button variant={doubtful ? 'primary' : 'secondary'} disabled={progress !== null} onClick={() => setChosen(null)}>Take another</Button>;
  return (
    <div className="photo-step" ref={body}>
      {before}
      <ul className="tips">{tips.map((tip) => <li key={tip}>{tip}</li>)}</ul>
      {error === null ? null : <ErrorNote error={error} />}
      <input ref={input} type="file" accept="image/jpeg,image/png" className="visually-hidden" tabIndex={-1} aria-label="Image file" onChange={(event) => {
        choose(event.target.files?.[0]);
        event.target.value = '';
      }} />
      {chosen === null ? (
        <div className={over ? 'drop over' : 'drop'} onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
          <div className="cluster">
            <Button variant="primary" icon="camera" onClick={() => setCamera(true)}>Use the camera</Button>
            <Button icon="upload" onClick={() => input.current?.click()}>Choose a file</Button>
          </div>
          <p>or drop one here. JPEG or PNG, up to 10 MB.</p>
        </div>
      ) : (
        <div className="chosen" role="group" aria-label="The photo you chose" tabIndex={-1}>
          <img src={chosen.url} alt="What you are about to send" className={chosen.findings?.some((each) => findings[each].shows === false) === true ? 'visually-hidden' : undefined} />
          <div className="chosen-side" role="status">
            {chosen.findings === null ? <p>Checking the photo …</p> : chosen.findings.length === 0
              ? <Note tone="good" icon="check">It looks fine. Can you read everything on it yourself?</Note>
              : chosen.findings.map((each) => <Note key={each} tone={findings[each].stops ? 'bad' : 'warn'} icon="warning">{findings[each].words}</Note>)}
            {progress === null ? null : (
              <div className="sending">
                <progress value={progress} max={1} aria-label="Sending the photo" />
                <span>{progress < 1 ? `${Math.round(progress * 100)} %` : 'Sent; waiting for the answer …'}</span>
              </div>
            )}
          </div>
          <div className="cluster">
            {doubtful ? another : null}
            {stops ? null : <Button variant={doubtful ? 'secondary' : 'primary'} icon="upload" busy={progress !== null} disabled={chosen.findings === null} onClick={() => void send()}>{doubtful ? 'Send it anyway' : 'Send this photo'}</Button>}
            {doubtful ? null : another}
          </div>
        </div>
      )}
    </div>
  );
}
