import { useMemo, useState } from 'react';
import { post } from '../../data/client.ts';
import type { ReviewCase } from '../../data/generated.ts';
import { asApiError } from '../../data/problem.ts';
import { readable, registerNames, registerShort, useWords, type Words } from '../../data/vocabulary.ts';
import { Button } from '../../parts/button.tsx';
import { Chip } from '../../parts/chip.tsx';
import { Segments, SelectField } from '../../parts/field.tsx';
import { useKeys } from '../../parts/keys.tsx';
import { formatAge, formatDateTime, useNow } from '../../parts/moment.tsx';
import { EmptyState, ErrorNote, ErrorState, Loading } from '../../parts/states.tsx';
import { useToast } from '../../parts/toast.tsx';
import { WindowedTable, type Column } from '../../parts/windowed-table.tsx';
import { Link, navigate, useSearch } from '../../router.tsx';
import { useMe } from '../../session.tsx';
import { filterOf, registers } from './queue-filter.ts';
import { useQueue, type Queue } from './use-queue.ts';
import './queue.css';

const hour = 3_600_000;
const whose = [{ value: '', words: 'All' }, { value: 'nobody', words: 'Unclaimed' }, { value: 'mine', words: 'Mine' }] as const;

/** The cases that wait for a person. */
export function Page() {
  const search = useSearch();
  const words = useWords();
  const filter = useMemo(() => filterOf(search.get), [search]);
  const queue = useQueue(filter);
  const filtered = search.text !== '';
  const count = queue.cases?.length ?? 0;
  return (
    <div className="page queue-page">
      <div className="page-head">
        <div>
          <h1>Review queue</h1>
          <p>{queue.cases === undefined ? 'Cases that wait for a person' : `${count === 0 ? 'No' : count.toLocaleString('en-GB')} ${count < 2 ? 'case waits' : 'cases wait'} for a person${filtered ? ', by these filters' : ''}`}</p>
        </div>
      </div>
      <div className="queue-filters" role="search" aria-label="Filter the queue">
        <Segments label="Claimed by" options={whose} value={filter.claimed ?? ''} onChange={(claimed) => search.set({ claimed })} />
        <SelectField label="Register" value={filter.registerType ?? ''} onChange={(event) => search.set({ register: event.target.value })} options={[{ value: '', words: 'Every register' }, ...registers.map((value) => ({ value, words: registerNames[value] }))]} />
        <SelectField label="Reason" value={filter.reason ?? ''} onChange={(event) => search.set({ reason: event.target.value })} options={[{ value: '', words: 'Every reason' }, ...(words.vocabulary?.reasons ?? []).map(({ code, words: sentence }) => ({ value: code, words: sentence }))]} />
        <label className="queue-check"><input type="checkbox" checked={filter.awaitsSecond === 'true'} onChange={(event) => search.set({ second: event.target.checked ? 'only' : undefined })} />Awaiting a second person</label>
        {filtered ? <Button variant="quiet" icon="cross" onClick={() => navigate('/queue')}>Clear filters</Button> : null}
      </div>
      {queue.error !== null && queue.cases !== undefined ? <ErrorNote error={queue.error} /> : null}
      {queue.cases === undefined ? (
        queue.error === null ? <Loading what="Fetching the queue" /> : <ErrorState error={queue.error} onRetry={queue.reload} />
      ) : count === 0 ? (
        filtered
          ? <EmptyState icon="search" title="No case fits these filters" action={<Button onClick={() => navigate('/queue')}>Show the whole queue</Button>}>Others may be waiting: the filters hide them.</EmptyState>
          : <EmptyState icon="check" title="Nothing waits for a person">New cases appear here by themselves.</EmptyState>
      ) : (
        <Cases cases={queue.cases} words={words} look={queue.look} reload={queue.reload} />
      )}
    </div>
  );
}

function Cases({ cases, words, look, reload }: { readonly cases: readonly (ReviewCase | undefined)[]; readonly words: Words; readonly look: Queue['look']; readonly reload: () => void }) {
  const me = useMe();
  const now = useNow();
  const say = useToast();
  const { text } = useSearch();
  // The case, not its place: what happens above must not move the selection to another one. A place that is jumped to is
  // no case yet until it is fetched.
  const [at, setAt] = useState<{ readonly id: string | null; readonly index: number } | null>(null);
  const [claiming, setClaiming] = useState<string | null>(null);
  const selected = at === null ? -1 : at.id === null ? Math.min(at.index, cases.length - 1) : cases[at.index]?.id === at.id ? at.index : cases.findIndex((row) => row?.id === at.id);
  const current = cases[selected];
  if (at !== null && at.id === null && current !== undefined) setAt({ id: current.id, index: selected });
  const works = me.may('reviews.work');
  const target = (words.vocabulary?.reviewTargetHours ?? 24) * hour;
  const go = (index: number): void => setAt({ id: cases[index]?.id ?? null, index });
  const move = (step: number): void => go(Math.min(cases.length - 1, Math.max(0, selected + step)));
  const open = (row: ReviewCase): void => navigate(caseAddress(row, text));
  const claim = async (row: ReviewCase): Promise<void> => {
    const mine = row.claimedBy === me.subject;
    setClaiming(row.id);
    try {
      await post(mine ? '/reviews/{id}/release' : '/reviews/{id}/claim', { params: { id: row.id } });
      say(mine ? `No. ${row.number} is back in the queue.` : `No. ${row.number} is yours.`);
    } catch (thrown) {
      const error = asApiError(thrown);
      say(`${error.message} ${error.advice}`, 'bad');
    } finally {
      setClaiming(null);
      reload();
    }
  };
  useKeys('Queue', [
    { keys: 'j', does: 'Next case', run: () => move(1) },
    { keys: 'ArrowDown', does: 'Next case', run: () => move(1) },
    { keys: 'k', does: 'Case before', run: () => move(-1) },
    { keys: 'ArrowUp', does: 'Case before', run: () => move(-1) },
    { keys: 'Home', does: 'First case', run: () => go(0) },
    { keys: 'End', does: 'Last case', run: () => go(cases.length - 1) },
    { keys: 'Enter', does: 'Open the case', enabled: current !== undefined, run: () => current !== undefined && open(current) },
    { keys: 'c', does: 'Claim the case, or give it back', enabled: works && current !== undefined && mayClaim(current, me.subject), run: () => current !== undefined && void claim(current) },
    { keys: 'f', does: 'Clear the filters', enabled: text !== '', run: () => navigate('/queue') },
  ]);

  const age = (row: ReviewCase) => {
    const waited = now - Date.parse(row.since);
    const overdue = waited > target;
    return <span className={overdue ? 'queue-age overdue' : 'queue-age'} title={`Since ${formatDateTime(row.since)}; the target is ${formatAge(target)}`}><time dateTime={row.since}>{formatAge(waited)}</time>{overdue ? ' overdue' : ''}</span>;
  };
  const holder = (row: ReviewCase) => (row.claimedBy === null ? <span className="queue-nobody">nobody</span> : row.claimedBy === me.subject ? <Chip tone="good" icon="person">you</Chip> : <span title={row.claimedBy}>{row.claimedBy}</span>);
  const button = (row: ReviewCase) => (works && mayClaim(row, me.subject) ? <Button size="small" busy={claiming === row.id} onClick={() => void claim(row)} aria-label={row.claimedBy === null ? `Claim no. ${row.number}` : `Release no. ${row.number}`}>{row.claimedBy === null ? 'Claim' : 'Release'}</Button> : null);
  const columns: readonly Column<ReviewCase>[] = [
    { id: 'case', title: 'Case', width: '6.5rem', cell: (row) => <Link to={caseAddress(row, text)} className="queue-case">No. {row.number}</Link> },
    { id: 'register', title: 'Register', width: '5.5rem', cell: (row) => <span title={registerNames[row.registerType]}>{registerShort(row.registerType)}</span> },
    { id: 'reasons', title: 'Why a person has to look', cell: (row) => <span className="queue-reasons"><Kinds row={row} /><Reasons codes={row.reasons} words={words} /></span> },
    { id: 'age', title: 'Waiting', width: '10rem', cell: age },
    { id: 'claimed', title: 'Claimed by', width: '11rem', cell: holder },
    ...(works ? [{ id: 'do', title: 'Take it', width: '6.5rem', align: 'end' as const, cell: button }] : []),
  ];
  return (
    <WindowedTable
      caption="Cases that wait for a person"
      columns={columns}
      rows={cases}
      rowKey={(row) => row.id}
      selected={selected}
      onSelect={go}
      onOpen={open}
      onView={look}
      narrowHeight={104}
      narrow={(row) => (
        <div className="queue-card">
          <p><Link to={caseAddress(row, text)} className="queue-case">No. {row.number}</Link><span>{registerShort(row.registerType)}</span>{age(row)}</p>
          <div className="queue-reasons"><Kinds row={row} /><Reasons codes={row.reasons} words={words} shown={1} /></div>
          <div className="queue-card-foot"><span>Claimed by {holder(row)}</span>{button(row)}</div>
        </div>
      )}
    />
  );
}

function Kinds({ row }: { readonly row: ReviewCase }) {
  return (
    <>
      {row.awaitsSecond ? <Chip tone="info" icon="people" title="A colleague has proposed an outcome; a second person has to approve it.">Second person</Chip> : null}
      {row.appeal ? <Chip tone="warn" icon="flag" title="The applicant contests the decision.">Appeal</Chip> : null}
    </>
  );
}

function Reasons({ codes, words, shown = 2 }: { readonly codes: readonly string[]; readonly words: Words; readonly shown?: number }) {
  const rest = codes.slice(shown);
  return (
    <>
      {codes.slice(0, shown).map((code) => <Chip key={code} title={words.of(code)}>{words.of(code).replace(/\.$/, '')}</Chip>)}
      {rest.length === 0 ? null : <Chip title={rest.map(words.of).join('\n')}>and {rest.length} more<span className="visually-hidden">: {rest.map(readable).join(', ')}</span></Chip>}
    </>
  );
}

const mayClaim = (row: ReviewCase, subject: string): boolean => row.claimedBy === null || row.claimedBy === subject;
const caseAddress = (row: ReviewCase, text: string): string => `/cases/${row.id}${text === '' ? '' : `?queue=${encodeURIComponent(text.slice(1))}`}`;
