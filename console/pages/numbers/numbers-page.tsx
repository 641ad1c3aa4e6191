import { get, type GetAnswer } from '../../data/client.ts';
import { outcomeWords } from '../../data/event-words.ts';
import { useQuery } from '../../data/use-query.ts';
import { registerShort, useWords } from '../../data/vocabulary.ts';
import { Button } from '../../parts/button.tsx';
import { Bars, Figure, type Bar } from '../../parts/figure.tsx';
import { formatAge, formatDate, formatDateTime } from '../../parts/moment.tsx';
import { Answered } from '../../parts/states.tsx';
import '../../styles/layout.css';
import './numbers.css';

type FigureData = GetAnswer<'/numbers/figures'>['figures'][number];
type Row = FigureData['rows'][number];

const count = (row: Row | undefined, name: string): number => Number(row?.[name] ?? 0);
const text = (row: Row, name: string): string => String(row[name] ?? '–');
const register = (row: Row): string => (text(row, 'reg_type') === 'GPC' ? registerShort('GPC') : text(row, 'reg_type'));
const share = (part: number, whole: number): string => (whole === 0 ? '–' : `${Math.round((part / whole) * 100)} %`);
/** Below an hour the seconds matter: `0.8 s`, `43 s`, `1 min 12 s`. */
const duration = (seconds: number): string => (seconds < 10 ? `${Math.round(seconds * 10) / 10} s` : seconds >= 60 && seconds < 3600 ? `${Math.floor(Math.round(seconds) / 60)} min ${Math.round(seconds) % 60} s` : formatAge(seconds * 1000));
const sum = (rows: readonly Row[], name: string): number => rows.reduce((total, row) => total + count(row, name), 0);

/** The dashboard: counts and durations of the last 30 days, each with the SQL that made it. */
export function Page() {
  const figures = useQuery('figures', (signal) => get('/numbers/figures', { signal }));
  return (
    <div className="page stack">
      <header className="page-head">
        <div><h1>Numbers</h1><p>The last 30 days, from the tables that the ledger makes. Every picture has its figures as a table, and its query, which gives the same in psql.</p></div>
        <Button icon="reload" busy={figures.loading && figures.data !== undefined} onClick={figures.reload}>Count again</Button>
      </header>
      <Answered query={figures} what="Counting">{({ figures: all }) => <Pictures figures={all} />}</Answered>
    </div>
  );
}

function Pictures({ figures }: { readonly figures: readonly FigureData[] }) {
  const { of } = useWords();
  const figure = (id: string): FigureData => figures.find((each) => each.id === id) ?? { id, says: '', sql: '', rows: [] };
  return (
    <div className="numbers">
      <Funnel {...figure('funnel')} />
      <DecisionMix {...figure('decisions')} />
      <Waits {...figure('time-to-decision')} />
      <Simple title="Reasons" data={figure('reasons')} columns={['Reason', 'Decisions']} empty="No decision gave a reason."
        bars={(rows) => rows.map((row) => ({ label: of(text(row, 'reason')), parts: [{ name: 'Decisions', value: count(row, 'decisions'), tone: 'accent' }] }))}
        table={(row) => [of(text(row, 'reason')), count(row, 'decisions')]} />
      <Registers {...figure('registers')} />
      <Agreement {...figure('agreement')} />
      <Queue {...figure('queue')} />
      <Simple title="Documents expiring" data={figure('expiring')} columns={['When', 'Documents', 'Reminded']} legend empty="None within 90 days."
        bars={(rows) => rows.map((row) => ({ label: week(count(row, 'week')), parts: [{ name: 'Reminded', value: count(row, 'reminded'), tone: 'good' }, { name: 'Not yet reminded', value: count(row, 'documents') - count(row, 'reminded'), tone: 'neutral' }] }))}
        table={(row) => [week(count(row, 'week')), count(row, 'documents'), count(row, 'reminded')]} />
    </div>
  );
}

const week = (number: number): string => (number < 0 ? 'Already expired' : number === 0 ? 'This week' : number === 1 ? 'In 1 week' : `In ${number} weeks`);

function Simple({ title, data, columns, bars, table, legend = false, empty }: {
  readonly title: string; readonly data: FigureData; readonly columns: readonly string[]; readonly legend?: boolean; readonly empty: string;
  readonly bars: (rows: readonly Row[]) => readonly Bar[]; readonly table: (row: Row) => readonly (string | number)[];
}) {
  return (
    <Figure title={title} says={data.says} columns={columns} rows={data.rows.map(table)} sql={data.sql}>
      {data.rows.length === 0 ? <p className="soft">{empty}</p> : <Bars bars={bars(data.rows)} legend={legend} />}
    </Figure>
  );
}

const steps = [
  ['registered', 'Registered'], ['document_uploaded', 'Sent a document'], ['selfie_uploaded', 'Sent a photo'], ['started', 'Checks started'], ['decided', 'Decided'], ['verified', 'Verified'],
] as const;

function Funnel({ rows, says, sql }: FigureData) {
  const all = sum(rows, 'registered');
  return (
    <Figure title="Funnel" says={says} sql={sql} columns={['Register', ...steps.map(([, words]) => words)]} rows={rows.map((row) => [register(row), ...steps.map(([name]) => count(row, name))])}>
      <Bars max={all} bars={steps.map(([name, words]) => ({ label: words, parts: [{ name: words, value: sum(rows, name), tone: name === 'verified' ? 'good' : 'accent' }], words: `${sum(rows, name).toLocaleString('en-GB')} · ${share(sum(rows, name), all)}` }))} />
    </Figure>
  );
}

function DecisionMix({ rows, says, sql }: FigureData) {
  const days = [...Map.groupBy(rows, (row) => text(row, 'day'))];
  const of = (each: readonly Row[], decision: string): number => sum(each.filter((row) => text(row, 'decision') === decision), 'decisions');
  const bars: Bar[] = days.map(([day, each]) => ({
    label: formatDate(day),
    parts: [
      { name: 'Pass', value: of(each, 'PASS'), tone: 'good' }, { name: 'Manual review', value: of(each, 'MANUAL_REVIEW'), tone: 'warn' }, { name: 'Fail', value: of(each, 'FAIL'), tone: 'bad' },
    ],
  }));
  const machine = rows.filter((row) => row['by_person'] === false);
  return (
    <Figure title="Decisions" says={says} sql={sql} columns={['Day', 'Decision', 'By', 'Decisions']} rows={rows.map((row) => [formatDate(text(row, 'day')), outcomeWords[text(row, 'decision')] ?? '', row['by_person'] === true ? 'a person' : 'the policy', count(row, 'decisions')])}>
      {rows.length === 0 ? <p className="soft">Nothing was decided.</p> : (
        <>
          <p className="numbers-big"><strong>{share(of(machine, 'PASS') + of(machine, 'FAIL'), sum(machine, 'decisions'))}</strong> of the policy's decisions needed no person</p>
          <Bars bars={bars} legend />
        </>
      )}
    </Figure>
  );
}

const percentiles = ['p50', 'p75', 'p90', 'p95', 'p99'] as const;
const waitWords: Readonly<Record<string, string>> = { checks: 'Machine: from the start of the checks to the decision', person: 'Person: from joining the queue to the outcome' };

function Waits({ rows, says, sql }: FigureData) {
  return (
    <Figure title="Time to decision" says={says} sql={sql} columns={['What', 'Cases', ...percentiles]} rows={rows.map((row) => [waitWords[text(row, 'what')] ?? '', count(row, 'cases'), ...percentiles.map((name) => duration(count(row, name)))])}>
      {rows.length === 0 ? <p className="soft">Nothing was decided.</p> : rows.map((row) => (
        <div key={text(row, 'what')} className="numbers-part">
          <h3>{waitWords[text(row, 'what')]}</h3>
          <Bars bars={percentiles.map((name) => ({ label: `${name.slice(1)} % within`, parts: [{ name, value: count(row, name), tone: name === 'p50' ? 'accent' : 'info' }], words: duration(count(row, name)) }))} />
        </div>
      ))}
    </Figure>
  );
}

function Registers({ rows, says, sql }: FigureData) {
  return (
    <Figure title="Registers' health" says={says} sql={sql} columns={['Register', 'Lookups', 'Clear', 'Adverse', 'Unreadable', 'No answer', 'Last usable answer']}
      rows={rows.map((row) => [register(row), count(row, 'lookups'), count(row, 'clear'), count(row, 'adverse'), count(row, 'unreadable'), count(row, 'failed'), row['last_usable'] === null ? 'none' : formatDateTime(text(row, 'last_usable'))])}>
      {rows.length === 0 ? <p className="soft">No register was asked.</p> : (
        <Bars legend bars={rows.map((row) => ({
          label: register(row),
          parts: [
            { name: 'Clear', value: count(row, 'clear'), tone: 'good' }, { name: 'Problem, not found, other name', value: count(row, 'adverse'), tone: 'info' },
            { name: 'Unreadable', value: count(row, 'unreadable'), tone: 'warn' }, { name: 'No answer', value: count(row, 'failed'), tone: 'bad' },
          ],
          words: `${share(count(row, 'clear') + count(row, 'adverse'), count(row, 'lookups'))} usable`,
        }))} />
      )}
    </Figure>
  );
}

function Agreement({ rows, says, sql }: FigureData) {
  const settled = rows.filter((row) => text(row, 'machine_decision') !== 'MANUAL_REVIEW');
  const agreed = settled.filter((row) => text(row, 'machine_decision') === text(row, 'human_decision'));
  const machines = [...new Set(rows.map((row) => text(row, 'machine_decision')))];
  const of = (machine: string, human: string): number => sum(rows.filter((row) => text(row, 'machine_decision') === machine && text(row, 'human_decision') === human), 'cases');
  return (
    <Figure title="Reviewers beside the policy" says={says} sql={sql} columns={['The policy', 'The person', 'Cases', 'Reviewers']} rows={rows.map((row) => [outcomeWords[text(row, 'machine_decision')] ?? '', outcomeWords[text(row, 'human_decision')] ?? '', count(row, 'cases'), count(row, 'reviewers')])}>
      {rows.length === 0 ? <p className="soft">No person has decided yet.</p> : (
        <>
          {settled.length === 0 ? null : <p className="numbers-big"><strong>{share(sum(agreed, 'cases'), sum(settled, 'cases'))}</strong> of the policy's passes and fails that people looked at were kept</p>}
          <Bars legend bars={machines.map((machine) => ({
            label: `Policy: ${(outcomeWords[machine] ?? machine).toLowerCase()}`,
            parts: [{ name: 'Person: pass', value: of(machine, 'PASS'), tone: 'good' }, { name: 'Person: fail', value: of(machine, 'FAIL'), tone: 'bad' }],
          }))} />
        </>
      )}
    </Figure>
  );
}

const bands: Readonly<Record<number, string>> = { 1: 'Under 4 hours', 2: '4 to 24 hours', 3: '1 to 3 days', 4: 'Over 3 days' };

function Queue({ rows, says, sql }: FigureData) {
  return (
    <Figure title="Waiting for a person" says={says} sql={sql} columns={['Waiting', 'Cases', 'For a second person', 'Appeals']} rows={rows.map((row) => [bands[count(row, 'band')] ?? '', count(row, 'cases'), count(row, 'awaiting_second'), count(row, 'appeals')])}>
      <p className="numbers-big"><strong>{sum(rows, 'cases').toLocaleString('en-GB')}</strong> {sum(rows, 'cases') === 1 ? 'case waits' : 'cases wait'}, {sum(rows, 'awaiting_second')} for a second person, {sum(rows, 'appeals')} on appeal</p>
      {rows.length === 0 ? null : <Bars bars={Object.entries(bands).map(([band, words]) => ({ label: words, parts: [{ name: words, value: sum(rows.filter((row) => count(row, 'band') === Number(band)), 'cases'), tone: band === '4' ? 'bad' : band === '3' ? 'warn' : 'accent' }] }))} />}
    </Figure>
  );
}
