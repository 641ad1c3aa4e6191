import { useEffect, useImperativeHandle, useRef, useState, type PointerEvent, type ReactNode, type Ref } from 'react';
import { getBlob } from '../data/client.ts';
import { asApiError, type ApiError } from '../data/problem.ts';
import { Button } from './button.tsx';
import { ErrorNote, Loading } from './states.tsx';
import './photo.css';

/** A place on the picture; `box` is left, top, width, height as fractions of it. */
export interface Mark {
  readonly box: readonly number[];
  readonly label: string | null;
  readonly tone: 'field' | 'text' | 'doubt';
}

/** For the keys of a page. */
export interface PhotoHandle {
  readonly zoom: (factor: number) => void;
  readonly rotate: () => void;
  readonly fit: () => void;
}

const fitted = { scale: 1, turn: 0, x: 0, y: 0 };
const limits = { min: 1, max: 8 };

/** Evidence as an image: fetched when it is shown (and recorded as viewed), zoomed by wheel, keys or buttons, moved by dragging, turned. */
export function Photo({ path, alt, marks, ref, children }: {
  /** Below /api/v1. */
  readonly path: string;
  readonly alt: string;
  readonly marks?: readonly Mark[];
  readonly ref?: Ref<PhotoHandle>;
  /** More buttons for its bar. */
  readonly children?: ReactNode;
}) {
  const [source, setSource] = useState<string | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [round, setRound] = useState(0);
  const [view, setView] = useState(fitted);
  const frame = useRef<HTMLDivElement>(null);
  const drag = useRef<{ x: number; y: number } | null>(null);

  useEffect(() => {
    const ended = new AbortController();
    let made: string | null = null;
    const load = async (): Promise<void> => {
      try {
        const blob = await getBlob(path, ended.signal);
        if (ended.signal.aborted) return;
        made = URL.createObjectURL(blob);
        setSource(made);
        setError(null);
      } catch (thrown) {
        if (!ended.signal.aborted) setError(asApiError(thrown));
      }
    };
    void load();
    return () => {
      ended.abort();
      if (made !== null) URL.revokeObjectURL(made);
      setSource(null);
    };
  }, [path, round]);

  const zoom = (factor: number): void => setView((before) => {
    const scale = Math.min(limits.max, Math.max(limits.min, before.scale * factor));
    return scale === 1 ? { ...before, scale, x: 0, y: 0 } : { ...before, scale };
  });
  const rotate = (): void => setView((before) => ({ ...before, turn: (before.turn + 90) % 360 }));
  const fit = (): void => setView(fitted);
  useImperativeHandle(ref, () => ({ zoom, rotate, fit }));

  // A listener of its own, because React's may not keep the page from scrolling.
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const onWheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, []);

  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    if (view.scale === 1) return;
    drag.current = { x: event.clientX - view.x, y: event.clientY - view.y };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent): void => {
    const from = drag.current;
    if (from !== null) setView((before) => ({ ...before, x: event.clientX - from.x, y: event.clientY - from.y }));
  };
  const onPointerUp = (): void => {
    drag.current = null;
  };

  return (
    <figure className="photo">
      <div className={view.scale > 1 ? 'photo-frame zoomed' : 'photo-frame'} ref={frame} onPointerDown={onPointerDown} onPointerMove={onPointerMove} onPointerUp={onPointerUp} onPointerCancel={onPointerUp} onDoubleClick={() => (view.scale > 1 ? fit() : zoom(2.5))}>
        {error === null ? null : <div className="photo-error"><ErrorNote error={error} /><Button size="small" icon="reload" onClick={() => setRound((count) => count + 1)}>Try again</Button></div>}
        {source === null ? (error === null ? <Loading what="Opening the image" /> : null) : (
          <div className={`photo-page turn-${view.turn}`} style={{ transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale}) rotate(${view.turn}deg)` }}>
            <img src={source} alt={alt} draggable={false} />
            {marks?.map(({ box: [left = 0, top = 0, width = 0, height = 0], label, tone }, index) => (
              <span key={`${left}-${top}-${index}`} className={`photo-mark ${tone} ${left + width > 0.85 ? 'label-above' : ''}`} title={label ?? undefined} style={{ left: `${left * 100}%`, top: `${top * 100}%`, width: `${width * 100}%`, height: `${height * 100}%` }}>
                {label === null ? null : <span>{label}</span>}
              </span>
            ))}
          </div>
        )}
      </div>
      <figcaption>
        <Button variant="quiet" size="small" icon="zoomIn" aria-label={`Zoom in: ${alt}`} title="Zoom in (also Ctrl and wheel)" onClick={() => zoom(1.4)} />
        <Button variant="quiet" size="small" icon="zoomOut" aria-label={`Zoom out: ${alt}`} title="Zoom out" onClick={() => zoom(1 / 1.4)} />
        <Button variant="quiet" size="small" icon="rotate" aria-label={`Rotate: ${alt}`} title="Rotate" onClick={rotate} />
        <Button variant="quiet" size="small" icon="fit" aria-label={`Fit: ${alt}`} title="Fit" onClick={fit} />
        {children}
      </figcaption>
    </figure>
  );
}
