import { useEffect, useState } from 'react';
import { get } from '../../data/client.ts';
import { useQuery } from '../../data/use-query.ts';
import { readable } from '../../data/vocabulary.ts';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/field.tsx';
import { FindPerson } from '../../parts/find-person.tsx';
import { formatDate, Moment } from '../../parts/moment.tsx';
import { Answered, EmptyState } from '../../parts/states.tsx';
import { Link, useSearch } from '../../router.tsx';
import { useMe } from '../../session.tsx';
import { Standing } from './standing.tsx';
import '../../styles/layout.css';
import './retention.css';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** How long records are kept: what falls due, what is held, what was erased and on which basis. */
export function Page() {
  const me = useMe();
  const search = useSearch();
  const asked = search.get('applicant') ?? '';
  const [id, setId] = useState(asked);
  const [round, setRound] = useState(0);
  const wrongId = id.trim() !== '' && !uuid.test(id.trim());
  return (
    <div className="page stack">
      <header className="page-head"><div><h1>Retention</h1><p>Records are kept for five years after the relationship ends (Money Laundering Regulations 2017, regulation 40), then the personal data are destroyed, unless a hold forbids it.</p></div></header>
      <Due key={`due-${round}`} />
      <section className="stack" aria-labelledby="one-title">
        <h2 id="one-title">One applicant</h2>
        <form className="filters" onSubmit={(event) => {
          event.preventDefault();
          if (!wrongId) search.set({ applicant: id.trim() });
        }}>
          <TextField label="Applicant's id" value={id} onChange={(event) => setId(event.target.value)} spellCheck={false} autoComplete="off" error={wrongId ? 'This is no applicant\'s id.' : undefined} />
          <div className="cluster"><Button variant="primary" type="submit" icon="search">Show</Button><FindPerson onChoose={(found) => {
            setId(found);
            search.set({ applicant: found });
          }} />{me.may('applicants.list') ? <Link to="/applicants">The list of applicants</Link> : null}</div>
        </form>
        {uuid.test(asked) ? <Standing key={asked} id={asked} onChange={() => setRound((count) => count + 1)} /> : null}
      </section>
      {me.may('audit.search') ? <Erasures key={`erasures-${round}`} /> : null}
    </div>
  );
}

function Due() {
  const search = useSearch();
  const on = /^\d{4}-\d\d-\d\d$/.test(search.get('on') ?? '') ? search.get('on') : undefined;
  const due = useQuery(`due-${on ?? 'today'}`, (signal) => get('/retention/due', { query: { on }, signal }));
  return (
    <section className="panel" aria-labelledby="due-title">
      <header>
        <h2 id="due-title">Due for deletion</h2>
        <label className="retention-on">on or before <input type="date" value={on ?? ''} onChange={(event) => search.set({ on: event.target.value })} />{on === undefined ? ' (today)' : ''}</label>
      </header>
      <Answered query={due} what="Looking up what is due">
        {(data) => (data.due.length === 0 ? <div className="panel-body"><EmptyState icon="check" title="Nothing is due">Choose a later day to see what will be.</EmptyState></div> : (
          <div className="scroll-x retention-list" tabIndex={0} role="region" aria-label="Due for deletion, longest first">
            <table className="plain-table">
              <thead><tr><th scope="col">Due on</th><th scope="col">Applicant</th><th scope="col">Policy</th></tr></thead>
              <tbody>{data.due.map((each) => <tr key={each.id}><td>{formatDate(each.dueOn)}</td><td><Link className="hash" to={`/retention?applicant=${each.id}`}>{each.id}</Link></td><td>{each.retentionPolicy}</td></tr>)}</tbody>
            </table>
          </div>
        ))}
      </Answered>
    </section>
  );
}

function Erasures() {
  const erasures = useQuery('erasures', (signal) => get('/audit', { query: { types: 'ErasureRequested,ApplicantErased,RetentionHeld,RetentionReleased,RelationshipEnded', limit: 100 }, signal }));
  const { reload } = erasures;
  useEffect(() => {
    // The tables follow the ledger a moment later.
    const timer = setTimeout(reload, 1_500);
    return () => clearTimeout(timer);
  }, [reload]);
  return (
    <section className="panel" aria-labelledby="erasures-title">
      <header><h2 id="erasures-title">Ends, holds and erasures</h2><span className="soft">newest first; each is an event that stays</span></header>
      <Answered query={erasures} what="Looking up erasures">
        {({ entries }) => (entries.length === 0 ? <p className="panel-body soft retention-none">There were none yet.</p> : (
          <div className="scroll-x retention-list" tabIndex={0} role="region" aria-label="Ends, holds and erasures, as a table">
            <table className="plain-table">
              <thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col">On which basis</th><th scope="col">By</th><th scope="col">Event</th></tr></thead>
              <tbody>
                {entries.map((each) => (
                  <tr key={each.id}>
                    <td><Moment at={each.recordedAt} /></td>
                    <td>{readable(each.type)}</td>
                    <td>{readable(String(each.data['basis'] ?? each.data['reason'] ?? '–'))}</td>
                    <td>{each.actorId}</td>
                    <td><Link to={`/ledger?stream=${each.stream}&version=${each.version}`} className="hash">{each.stream} · {each.version}</Link></td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        ))}
      </Answered>
    </section>
  );
}
