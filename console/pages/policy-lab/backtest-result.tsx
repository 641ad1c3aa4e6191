import type { PostAnswer } from '../../data/client.ts';
import { csvOf } from '../../data/csv.ts';
import { outcomeTone, outcomeWords } from '../../data/event-words.ts';
import { saveFile } from '../../data/save-file.ts';
import { useWords } from '../../data/vocabulary.ts';
import { Button } from '../../parts/button.tsx';
import { Chip } from '../../parts/chip.tsx';
import { formatDateTime } from '../../parts/moment.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { WindowedTable, type Column } from '../../parts/windowed-table.tsx';
import { Link, navigate } from '../../router.tsx';

type Result = PostAnswer<'/policy/backtest'>;
type Changed = Result['changed'][number];
const outcomes = ['PASS', 'MANUAL_REVIEW', 'FAIL'] as const;
const outcome = (code: string) => <Chip tone={outcomeTone(code)}>{outcomeWords[code] ?? code}</Chip>;

/** What would have come out otherwise: in sum, by reason, and case by case. */
export function BacktestResult({ result }: { readonly result: Result }) {
  const { of } = useWords();
  const { changed, changedCount, decisions, otherReasons } = result;
  const judged = changed.filter(({ person }) => person !== null);
  const better = judged.filter(({ person, becomes }) => person === becomes).length;
  const worse = judged.filter(({ person, was }) => person === was).length;
  const moved = result.reasons.filter(({ was, becomes }) => was !== becomes);
  const count = (was: string, becomes: string): number => result.outcomes.find((each) => each.was === was && each.becomes === becomes)?.count ?? 0;
  const open = ({ id, version }: Changed): string => `/applicants/${id}?at=${version}`;
  const save = (): void => saveFile('backtest.csv', csvOf(
    ['applicant', 'version', 'recorded_at', 'policy_version', 'was', 'becomes', 'reasons_gained', 'reasons_lost', 'person_decided'],
    changed.map((each) => [each.id, each.version, each.recordedAt, each.policyVersion, each.was, each.becomes, each.gained.join(' '), each.lost.join(' '), each.person]),
  ), 'text/csv');

  const columns: readonly Column<Changed>[] = [
    { id: 'at', title: 'Decided', width: '13.5rem', cell: (each) => <Link to={open(each)}>{formatDateTime(each.recordedAt)}</Link> },
    { id: 'was', title: 'Was', width: '9rem', cell: (each) => outcome(each.was) },
    { id: 'becomes', title: 'Becomes', width: '9rem', cell: (each) => outcome(each.becomes) },
    { id: 'why', title: 'Because', cell: (each) => <span title={why(each, of)}>{why(each, of)}</span> },
    { id: 'person', title: 'A person decided', width: '9rem', cell: (each) => (each.person === null ? '–' : outcome(each.person)) },
  ];
  return (
    <>
      <section className="panel" aria-labelledby="result-title">
        <header><h2 id="result-title">What would change</h2><span className="soft">{decisions.toLocaleString('en-GB')} decisions, tried in {(result.milliseconds / 1000).toFixed(1)} s</span></header>
        <div className="panel-body lab-result">
          <dl className="facts">
            <div><dt>Come out otherwise</dt><dd className="lab-big">{changedCount.toLocaleString('en-GB')}</dd></div>
            <div><dt>The same, for other reasons</dt><dd className="lab-big">{otherReasons.toLocaleString('en-GB')}</dd></div>
            <div><dt>Changed towards what a person decided</dt><dd className="lab-big">{better} of {judged.length}</dd></div>
            <div><dt>Changed away from it</dt><dd className="lab-big">{worse} of {judged.length}</dd></div>
          </dl>
          <div className="scroll-x" tabIndex={0} role="region" aria-label="Outcomes">
            <table className="plain-table lab-matrix">
              <caption className="visually-hidden">Outcomes as they were (rows) and as they would be (columns)</caption>
              <thead><tr><th scope="col"><span aria-hidden="true">Was ↓ becomes →</span><span className="visually-hidden">Was</span></th>{outcomes.map((each) => <th key={each} scope="col" className="end"><span className="visually-hidden">Becomes </span>{outcomeWords[each]}</th>)}</tr></thead>
              <tbody>
                {outcomes.map((was) => (
                  <tr key={was}>
                    <th scope="row">{outcomeWords[was]}</th>
                    {outcomes.map((becomes) => <td key={becomes} className={`end ${was === becomes ? 'same' : count(was, becomes) > 0 ? 'moved' : ''}`}>{count(was, becomes).toLocaleString('en-GB')}</td>)}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </div>
      </section>
      {moved.length === 0 ? null : (
        <section className="panel" aria-labelledby="reasons-title">
          <header><h2 id="reasons-title">Reasons given more or less often</h2></header>
          <div className="panel-body scroll-x" tabIndex={0} role="region" aria-label="Reasons">
            <table className="plain-table">
              <thead><tr><th scope="col">Reason</th><th scope="col" className="end">Was given</th><th scope="col" className="end">Would be given</th><th scope="col" className="end">Difference</th></tr></thead>
              <tbody>{moved.map(({ reason, was, becomes }) => <tr key={reason}><td>{of(reason)}</td><td className="end">{was}</td><td className="end">{becomes}</td><td className="end">{becomes > was ? '+' : '−'}{Math.abs(becomes - was)}</td></tr>)}</tbody>
            </table>
          </div>
        </section>
      )}
      {changedCount === 0 ? <EmptyState icon="check" title="No case would come out otherwise" /> : (
        <section className="stack lab-cases" aria-labelledby="cases-title">
          <header className="page-head"><h2 id="cases-title">Case by case</h2><Button icon="download" onClick={save}>Save as CSV</Button></header>
          {changedCount > changed.length ? <p className="soft">The first {changed.length.toLocaleString('en-GB')}; <code>kyc policy backtest --csv</code> writes all of them.</p> : null}
          <WindowedTable caption="Cases that would come out otherwise" columns={columns} rows={changed} rowKey={(each) => `${each.id}-${each.version}`} onOpen={(each) => navigate(open(each))} narrow={(each) => (
            <div className="search-narrow"><span><Link to={open(each)}>{formatDateTime(each.recordedAt)}</Link></span><span>{outcome(each.was)} → {outcome(each.becomes)}</span><span className="soft">{why(each, of)}</span></div>
          )} />
        </section>
      )}
    </>
  );
}

function why({ gained, lost }: Changed, of: (code: string) => string): string {
  return [...gained.map((code) => `New: ${of(code)}`), ...lost.map((code) => `No longer: ${of(code)}`)].join(' ') || '–';
}
