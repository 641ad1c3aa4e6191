import { useEffect, useRef, useState } from 'react';
import { get } from '../../data/client.ts';
import { actorWords, eventWords } from '../../data/event-words.ts';
import type { HistoryEvent } from '../../data/generated.ts';
import { useQuery } from '../../data/use-query.ts';
import { Button } from '../../parts/button.tsx';
import { Icon } from '../../parts/icon.tsx';
import { useKeys } from '../../parts/keys.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Answered, EmptyState } from '../../parts/states.tsx';
import { useToast } from '../../parts/toast.tsx';
import { Link, useSearch } from '../../router.tsx';
import { useMe } from '../../session.tsx';
import type { PageProps } from '../../pages.ts';
import { RecordThen } from './record-then.tsx';
import '../../styles/layout.css';
import './time-travel.css';

/** An applicant's record at any moment of its past, and what each step changed. The moment is in the address. */
export function Page({ params }: PageProps) {
  const id = params['id'] ?? '';
  const history = useQuery(id, (signal) => get('/applicants/{id}/history', { params: { id }, signal }));
  return (
    <div className="page stack">
      <Answered query={history} what="Opening the history">
        {({ events }) => (events.length === 0 ? <EmptyState title="Nothing has happened yet" /> : <Travel id={id} events={events} />)}
      </Answered>
    </div>
  );
}

/** The version that was the newest at a moment; 0 before the first. */
function versionAt(events: readonly HistoryEvent[], time: string): number {
  const at = Date.parse(time);
  return events.findLast((event) => Date.parse(event.recordedAt) <= at)?.version ?? 0;
}

function Travel({ id, events }: { readonly id: string; readonly events: readonly HistoryEvent[] }) {
  const me = useMe();
  const search = useSearch();
  const say = useToast();
  const [first, last] = [events[0], events.at(-1)];
  const newest = last?.version ?? 1;
  const time = search.get('time');
  const asked = time === undefined ? Number(search.get('at') ?? newest) : versionAt(events, time);
  const before = time !== undefined && asked === 0;
  const version = Number.isInteger(asked) ? Math.min(newest, Math.max(1, asked)) : newest;
  const event = events[version - 1];
  const list = useRef<HTMLOListElement>(null);
  const [personal, setPersonal] = useState(false);

  const go = (to: number): void => search.set({ at: String(Math.min(newest, Math.max(1, to))), time: undefined });
  useKeys('Time travel', [
    { keys: 'ArrowLeft', does: 'One event back', run: () => go(version - 1), enabled: version > 1 },
    { keys: 'ArrowRight', does: 'One event on', run: () => go(version + 1), enabled: version < newest },
    { keys: 'Home', does: 'The first event', run: () => go(1) },
    { keys: 'End', does: 'The newest event', run: () => go(newest) },
  ]);

  useEffect(() => {
    const item = list.current?.querySelector('[aria-current]');
    if (item instanceof HTMLElement && list.current !== null) list.current.scrollTop = item.offsetTop - list.current.clientHeight / 2;
  }, [version]);

  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(`${location.origin}${location.pathname}?at=${version}`).then(() => say('Copied the link to this moment.'), () => say('The browser did not let the link be copied; it is in the address bar.', 'bad'));
  };

  if (event === undefined || first === undefined) return null;
  const words = eventWords(event);
  return (
    <>
      <header className="page-head">
        <div><h1>Time travel</h1><p>Applicant <span className="hash">{id}</span>: as it was known at any moment.</p></div>
        <div className="cluster">
          {me.may('cases.read') ? <Link className="button secondary" to={`/cases/${id}`}><Icon name="person" />The case today</Link> : null}
          <Button icon="link" onClick={() => void copy()}>Link to this moment</Button>
        </div>
      </header>

      <section className="panel travel-bar" aria-label="The moment">
        <div className="travel-row">
          <Button icon="left" aria-label="One event back" disabled={version <= 1} onClick={() => go(version - 1)} />
          <div className="travel-slider">
            <input type="range" min={1} max={newest} step={1} value={version} aria-label="Event" aria-valuetext={`${version} of ${newest}: ${words.title}`} onChange={(change) => go(Number(change.target.value))} />
            <div className="travel-ends" aria-hidden="true"><Moment at={first.recordedAt} /><Moment at={last?.recordedAt ?? first.recordedAt} /></div>
          </div>
          <Button icon="right" aria-label="One event on" disabled={version >= newest} onClick={() => go(version + 1)} />
        </div>
        <div className="travel-now">
          <p role="status"><strong>{before ? 'Before anything was recorded; this is the first event' : `${version} of ${newest}: ${words.title}`}</strong><br /><span className="soft"><Moment at={event.recordedAt} />, by {actorWords(event.actor)}</span></p>
          <label className="travel-time">Go to a moment
            <input type="datetime-local" step={1} value={localOf(time ?? event.recordedAt)} onChange={(change) => {
              const chosen = new Date(change.target.value);
              if (!Number.isNaN(chosen.getTime())) search.set({ time: chosen.toISOString(), at: undefined });
            }} />
          </label>
        </div>
      </section>

      <div className="travel-columns">
        <nav className="panel" aria-label="Events">
          <ol className="travel-list" ref={list}>
            {events.map((each) => {
              const { title, icon, tone } = eventWords(each);
              return (
                <li key={each.id}>
                  <button type="button" aria-current={each.version === version ? 'step' : undefined} className={each.version > version ? 'later' : undefined} onClick={() => go(each.version)}>
                    <span className={`timeline-dot ${tone}`}><Icon name={icon} size={14} /></span>
                    <span><span className="travel-title">{title}</span><span className="travel-meta"><Moment at={each.recordedAt} /></span></span>
                  </button>
                </li>
              );
            })}
          </ol>
        </nav>
        <RecordThen id={id} event={event} erasedAt={events.find(({ type }) => type === 'ApplicantErased')?.recordedAt ?? null} personal={personal} onPersonal={setPersonal} />
      </div>
    </>
  );
}

/** For an input of type datetime-local: the reader's own time. */
function localOf(moment: string): string {
  const at = new Date(moment);
  if (Number.isNaN(at.getTime())) return '';
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
