import { useState } from 'react';
import { get } from '../../data/client.ts';
import { csvOf } from '../../data/csv.ts';
import { saveFile } from '../../data/save-file.ts';
import { useQuery } from '../../data/use-query.ts';
import { readable } from '../../data/vocabulary.ts';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/field.tsx';
import { FindPerson } from '../../parts/find-person.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Answered, EmptyState } from '../../parts/states.tsx';
import { useSearch } from '../../router.tsx';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Who viewed or exported one person's record: the tenth of an auditor's questions. */
export function Accesses() {
  const search = useSearch();
  const asked = search.get('applicant') ?? '';
  const [id, setId] = useState(asked);
  const valid = uuid.test(asked);
  const accesses = useQuery(valid ? asked : null, (signal) => get('/applicants/{id}/accesses', { params: { id: asked }, signal }));
  return (
    <div className="stack">
      <form className="filters" onSubmit={(event) => {
        event.preventDefault();
        search.set({ applicant: id.trim() });
      }}>
        <TextField label="Applicant's id" value={id} onChange={(event) => setId(event.target.value)} spellCheck={false} autoComplete="off" error={asked !== '' && !valid ? 'This is no applicant\'s id.' : undefined} />
        <div className="cluster"><Button variant="primary" type="submit" icon="search">Show who looked</Button><FindPerson onChoose={(found) => {
          setId(found);
          search.set({ applicant: found });
        }} /></div>
      </form>
      {!valid ? <EmptyState icon="eye" title="Whose record?">Give an applicant's id, or find the person by name, e-mail address or registration number.</EmptyState> : (
        <Answered query={accesses} what="Looking up who looked">
          {(data) => (data.accesses.length === 0 ? <EmptyState icon="eye" title="Nobody has looked at this record">Neither a person nor an export.</EmptyState> : (
            <section className="panel" aria-label="Accesses">
              <header>
                <h2>{data.accesses.length} accesses, by {new Set(data.accesses.map(({ actor }) => actor.id)).size} people or programs</h2>
                <Button icon="download" size="small" onClick={() => saveFile(`accesses-${asked}.csv`, csvOf(['at', 'actor_kind', 'actor_id', 'type', 'details'], data.accesses.map((each) => [each.at, each.actor.kind, each.actor.id, each.type, JSON.stringify(each.data)])), 'text/csv')}>Save as CSV</Button>
              </header>
              <div className="scroll-x" tabIndex={0} role="region" aria-label="Accesses, newest first">
                <table className="plain-table">
                  <thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">Did what</th><th scope="col">To what</th><th scope="col">As of event</th></tr></thead>
                  <tbody>
                    {data.accesses.toReversed().map((each, index) => (
                      <tr key={`${each.at}-${index}`}>
                        <td><Moment at={each.at} /></td>
                        <td>{each.actor.id}<br /><span className="soft">{each.actor.kind}</span></td>
                        <td>{each.type === 'RecordViewed' ? 'Viewed' : each.type === 'RecordExported' ? 'Exported' : readable(each.type)}</td>
                        <td>{readable(String(each.data['what'] ?? each.data['exportId'] ?? '–'))}</td>
                        <td>{String(each.data['upToVersion'] ?? '–')}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </section>
          ))}
        </Answered>
      )}
    </div>
  );
}
