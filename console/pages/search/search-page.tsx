import { useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { FindPerson } from '../../parts/find-person.tsx';
import { EmptyState, ErrorNote, ErrorState, Loading } from '../../parts/states.tsx';
import { SelectField, TextField } from '../../parts/field.tsx';
import { formatDateTime, timeZone } from '../../parts/moment.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { useToast } from '../../parts/toast.tsx';
import { WindowedTable, type Column } from '../../parts/windowed-table.tsx';
import { Link, navigate, useSearch } from '../../router.tsx';
import { asApiError } from '../../data/problem.ts';
import { readable, useWords } from '../../data/vocabulary.ts';
import { saveFile } from '../../data/save-file.ts';
import { Accesses } from './accesses.tsx';
import { auditCsv, fetchAll, useAudit, type Entry, type Query } from './audit.ts';
import { eventTypes } from './event-types.ts';
import '../../styles/layout.css';
import './search.css';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The audit trail: who did what to which record, when and why; and who looked at whom. */
export function Page() {
  const search = useSearch();
  return (
    <div className="page stack search-page">
      <header className="page-head"><div><h1>Audit trail</h1><p>Every event of every record, nothing personal among them. The filters are in the address: a link shows what you see. Times and days are those of {timeZone}; the CSV file has UTC.</p></div></header>
      <Tabs label="What to look for" chosen={search.get('view') ?? 'events'} onChoose={(view) => search.set({ view: view === 'events' ? undefined : view })} tabs={[
        { id: 'events', words: 'What happened', content: () => <Events /> },
        { id: 'accesses', words: 'Who looked at a record', content: () => <Accesses /> },
      ]} />
    </div>
  );
}

/** The filters of the address as the API takes them. */
function queryOf(get: (name: string) => string | undefined): Query {
  const day = (name: string, end: boolean): string | undefined => {
    const text = get(name);
    if (text === undefined || !/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
    return new Date(`${text}T${end ? '23:59:59.999' : '00:00:00'}`).toISOString();
  };
  const applicant = get('applicant');
  return {
    text: get('text'), applicant: applicant !== undefined && uuid.test(applicant) ? applicant : undefined,
    types: get('type'), actorId: get('actor'), reason: get('reason'), from: day('from', false), to: day('to', true),
  };
}

function Events() {
  const search = useSearch();
  const say = useToast();
  const { vocabulary, of } = useWords();
  const query = queryOf(search.get);
  const { rows, more, error, loading, next, reload } = useAudit(query);
  const [text, setText] = useState(search.get('text') ?? '');
  const [actor, setActor] = useState(search.get('actor') ?? '');
  const [applicant, setApplicant] = useState(search.get('applicant') ?? '');
  const [saving, setSaving] = useState<number | null>(null);
  const filtered = ['text', 'actor', 'applicant', 'type', 'reason', 'from', 'to'].some((name) => search.get(name) !== undefined);
  const wrongId = applicant !== '' && !uuid.test(applicant.trim());

  const save = async (): Promise<void> => {
    setSaving(0);
    try {
      const { entries, whole } = await fetchAll(query, setSaving);
      saveFile('audit-trail.csv', auditCsv(entries), 'text/csv');
      const count = entries.length.toLocaleString('en-GB');
      if (whole) say(`Saved ${count} events.`);
      else say(`Saved the newest ${count} events; more fit. Narrow the days, or make an export.`, 'bad');
    } catch (thrown) {
      say(`${asApiError(thrown).message} ${asApiError(thrown).advice}`, 'bad');
    } finally {
      setSaving(null);
    }
  };
  const clear = (): void => {
    setText('');
    setActor('');
    setApplicant('');
    search.set({ text: undefined, actor: undefined, applicant: undefined, type: undefined, reason: undefined, from: undefined, to: undefined });
  };

  const columns: readonly Column<Entry>[] = [
    { id: 'at', title: 'Recorded', width: '13.5rem', cell: (entry) => <Link to={placeOf(entry)}>{formatDateTime(entry.recordedAt)}</Link> },
    { id: 'type', title: 'What', width: '14.5rem', cell: (entry) => readable(entry.type) },
    { id: 'actor', title: 'By', width: '9rem', cell: (entry) => (entry.actorKind === 'system' ? 'the platform' : entry.actorId) },
    { id: 'reasons', title: 'Reasons', cell: (entry) => <span title={entry.reasons.map(of).join(' ')}>{entry.reasons.map(of).join(' ') || '–'}</span> },
    { id: 'stream', title: 'Record', width: '13.5rem', cell: (entry) => <span className="hash" title={`${entry.stream} · ${entry.version}`}>{entry.stream.slice(0, entry.stream.indexOf('-') + 9)}… · {entry.version}</span> },
  ];
  return (
    <div className="stack">
      <form className="filters" onSubmit={(event) => {
        event.preventDefault();
        if (!wrongId) search.set({ text: text.trim(), actor: actor.trim(), applicant: applicant.trim() });
      }}>
        <TextField label="Words" value={text} onChange={(event) => setText(event.target.value)} maxLength={200} placeholder="in events and reasons" />
        <TextField label="Applicant's id" value={applicant} onChange={(event) => setApplicant(event.target.value)} spellCheck={false} autoComplete="off" error={wrongId ? 'This is no applicant\'s id.' : undefined} />
        <TextField label="Who did it" value={actor} onChange={(event) => setActor(event.target.value)} maxLength={100} spellCheck={false} placeholder="for example local-reviewer" />
        <SelectField label="What happened" value={search.get('type') ?? ''} options={[{ value: '', words: 'Anything' }, ...eventTypes.map((value) => ({ value, words: readable(value) }))]} onChange={(event) => search.set({ type: event.target.value })} />
        <SelectField label="Reason" value={search.get('reason') ?? ''} options={[{ value: '', words: 'Any' }, ...(vocabulary?.reasons ?? []).map(({ code, words }) => ({ value: code, words: words.length > 70 ? `${words.slice(0, 70)} …` : words }))]} onChange={(event) => search.set({ reason: event.target.value })} />
        <TextField label="From" type="date" value={search.get('from') ?? ''} onChange={(event) => search.set({ from: event.target.value })} />
        <TextField label="Until" type="date" value={search.get('to') ?? ''} onChange={(event) => search.set({ to: event.target.value })} />
        <div className="cluster search-go">
          <Button variant="primary" type="submit" icon="search">Search</Button>
          <FindPerson onChoose={(id) => {
            setApplicant(id);
            search.set({ applicant: id });
          }} />
          {filtered ? <Button onClick={clear}>Clear</Button> : null}
        </div>
      </form>
      {rows.length === 0 && error !== null ? <ErrorState error={error} onRetry={reload} />
        : rows.length === 0 && loading ? <Loading what="Searching" />
          : rows.length === 0 ? <EmptyState icon="search" title={filtered ? 'No event fits these filters' : 'Nothing has happened yet'}>{filtered ? 'Take a filter away to see more.' : 'The first applicant will be the first entry.'}</EmptyState> : (
            <>
              {error === null ? null : <ErrorNote error={error} />}
              <WindowedTable caption="Events, newest first" columns={columns} rows={rows} rowKey={(entry) => entry.id} onOpen={(entry) => navigate(placeOf(entry))} onNearEnd={next} narrow={(entry) => (
                <div className="search-narrow"><strong>{readable(entry.type)}</strong><span><Link to={placeOf(entry)}>{formatDateTime(entry.recordedAt)}</Link> · {entry.actorKind === 'system' ? 'the platform' : entry.actorId}</span><span className="soft">{entry.reasons.map(of).join(' ')}</span></div>
              )} />
              <div className="cluster search-foot">
                <span className="soft" role="status">{saving === null ? `${rows.length.toLocaleString('en-GB')} shown${more ? '; scroll for more' : ', that is all of them'}.` : `Fetching: ${saving.toLocaleString('en-GB')} so far …`}</span>
                <Button icon="download" busy={saving !== null} onClick={() => void save()}>Save all as CSV</Button>
              </div>
            </>
          )}
    </div>
  );
}

/** Where an event is shown: in its applicant's past, or among who looked. */
function placeOf({ stream, version }: Entry): string {
  const id = stream.slice(stream.indexOf('-') + 1);
  if (stream.startsWith('applicant-')) return `/applicants/${id}?at=${version}`;
  return stream.startsWith('access-') ? `/search?view=accesses&applicant=${id}` : `/ledger?stream=${stream}&version=${version}`;
}
