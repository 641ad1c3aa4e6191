import { useEffect, useState } from 'react';
import { get } from '../../data/client.ts';
import type { HistoryEvent } from '../../data/generated.ts';
import { useQuery } from '../../data/use-query.ts';
import { outcomeTone, outcomeWords } from '../../data/event-words.ts';
import { readable, registerShort } from '../../data/vocabulary.ts';
import { Button } from '../../parts/button.tsx';
import { Chip } from '../../parts/chip.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Photo } from '../../parts/photo.tsx';
import { Answered, Note } from '../../parts/states.tsx';
import { Link } from '../../router.tsx';
import { useMe } from '../../session.tsx';
import { cellText, changedColumns, differencesOf, type AsOf } from './differences.ts';

/** Every look is recorded, so a slider that is drawn past twenty events should ask for the one it stops at. */
const settleMs = 180;

function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), settleMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

export function RecordThen({ id, event, erasedAt, personal, onPersonal }: {
  readonly id: string;
  readonly event: HistoryEvent;
  /** When the person was erased, if they are by now: nothing personal can be read then, of whatever moment. */
  readonly erasedAt: string | null;
  readonly personal: boolean;
  readonly onPersonal: (on: boolean) => void;
}) {
  const me = useMe();
  const shown = useSettled(event);
  const { version } = shown;
  const asOf = (at: number, signal: AbortSignal): Promise<AsOf> => get('/applicants/{id}/as-of', { params: { id }, query: { version: at, personal: personal ? 'true' : 'false' }, signal });
  const record = useQuery(`${id}-${version}-${personal}`, async (signal) => {
    const [now, before] = await Promise.all([asOf(version, signal), version === 1 ? null : asOf(version - 1, signal)]);
    return { now, before };
  });
  return (
    <div className="stack travel-record" aria-busy={record.loading}>
      <Answered query={record} what="Building the record as it was">
        {({ now, before }) => (
          <>
            <Changed event={shown} differences={differencesOf(before, now)} stream={`applicant-${id}`} />
            <State record={now} />
            {erasedAt === null ? null : <Note tone="warn" icon="eyeOff">This person was erased on <Moment at={erasedAt} />: personal data and evidence cannot be read any more, of any moment. What happened, and what was held, stays.</Note>}
            {me.may('personal.read') && erasedAt === null ? <Personal record={now} shown={personal} onShow={onPersonal} /> : null}
            <Evidence id={id} record={now} destroyed={erasedAt !== null} />
            <Tables before={before} record={now} />
          </>
        )}
      </Answered>
    </div>
  );
}

function Changed({ event, differences, stream }: { readonly event: HistoryEvent; readonly differences: ReturnType<typeof differencesOf>; readonly stream: string }) {
  const me = useMe();
  const groups = Map.groupBy(differences, ({ where }) => where);
  return (
    <section className="panel" aria-labelledby="changed-title">
      <header><h2 id="changed-title">What this step changed</h2>{me.may('ledger.read') ? <Link to={`/ledger?stream=${stream}&version=${event.version}`}>Prove this event</Link> : null}</header>
      <div className="panel-body stack">
        {differences.length === 0 ? <p className="soft travel-none">Neither the state nor the tables. The event stands in the history alone.</p> : (
          <div className="scroll-x" tabIndex={0} role="region" aria-label="Changes">
            <table className="plain-table travel-changes">
              <thead><tr><th scope="col">Where</th><th scope="col">What</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
              <tbody>
                {[...groups].flatMap(([where, changes]) => changes.map(({ field, before, after }, index) => (
                  <tr key={`${where}${field}${index}`} className={index === 0 ? 'first' : undefined}>
                    <td>{index === 0 ? where : <span className="visually-hidden">{where}</span>}</td>
                    <td>{readable(field)}</td>
                    <td className={before === null ? 'was nothing' : 'was'}>{before ?? '–'}</td>
                    <td className="is">{after ?? '–'}</td>
                  </tr>
                )))}
              </tbody>
            </table>
          </div>
        )}
        <details>
          <summary>What the event says</summary>
          <pre className="code" tabIndex={0} role="region" aria-label="Content of the event"><code>{JSON.stringify({ type: event.type, version: event.version, actor: event.actor, data: event.data }, null, 2)}</code></pre>
        </details>
      </div>
    </section>
  );
}

function State({ record: { status } }: { readonly record: AsOf }) {
  if (status === null) return null;
  const { decision } = status;
  return (
    <section className="panel" aria-labelledby="state-title">
      <header><h2 id="state-title">The state then</h2><Chip tone={status.status === 'VERIFIED' ? 'good' : status.status === 'REJECTED' ? 'bad' : status.status === 'REVIEW' ? 'warn' : 'info'}>{readable(status.status)}</Chip></header>
      <div className="panel-body">
        <dl className="facts">
          <div><dt>Register</dt><dd>{registerShort(status.registerType)}</dd></div>
          <div><dt>Stage</dt><dd>{readable(status.stage)}</dd></div>
          <div><dt>Consent to biometrics</dt><dd>{readable(status.consent)}</dd></div>
          <div><dt>Document</dt><dd>{status.document === null ? 'None' : `${readable(status.document.type)}${status.document.expired ? ', expired' : ''}`}</dd></div>
          <div><dt>Photograph</dt><dd>{status.selfie === null ? 'None' : 'Held'}</dd></div>
          <div><dt>Decision in force</dt><dd>{decision === null ? 'None yet' : <Chip tone={outcomeTone(decision.outcome)}>{outcomeWords[decision.outcome]}, by {decision.by === 'policy' ? 'the policy' : 'a person'}</Chip>}</dd></div>
          {status.claimedBy === null ? null : <div><dt>Taken by</dt><dd>{status.claimedBy}</dd></div>}
          {status.openProposal === null ? null : <div><dt>Open proposal</dt><dd>{outcomeWords[status.openProposal.outcome]}, by {status.openProposal.by}</dd></div>}
        </dl>
        {decision === null || decision.explanations.length === 0 ? null : <ul className="travel-reasons">{decision.explanations.map((each) => <li key={each}>{each}</li>)}</ul>}
      </div>
    </section>
  );
}

function Personal({ record, shown, onShow }: { readonly record: AsOf; readonly shown: boolean; readonly onShow: (on: boolean) => void }) {
  const fields = [
    ...Object.entries(record.personal ?? {}).map(([name, value]) => ({ key: name, from: 'As known of the person', name, value })),
    ...record.documents.flatMap(({ version, fields: read }) => Object.entries(read ?? {}).map(([name, value]) => ({ key: `${version}${name}`, from: `Read from document ${version}`, name, value }))),
  ];
  return (
    <section className="panel" aria-labelledby="personal-title">
      <header><h2 id="personal-title">Personal data then</h2><Button size="small" icon={shown ? 'eyeOff' : 'eye'} onClick={() => onShow(!shown)}>{shown ? 'Hide' : 'Show'}</Button></header>
      <div className="panel-body">
        {!shown ? <p className="soft travel-none">Hidden. Showing them is recorded, with your name and this moment.</p>
          : fields.length === 0 ? <p className="soft travel-none">There are none, or they were destroyed.</p> : (
            <div className="scroll-x" tabIndex={0} role="region" aria-label="Personal data"><table className="plain-table">
              <thead><tr><th scope="col">From</th><th scope="col">Field</th><th scope="col">Value</th></tr></thead>
              <tbody>{fields.map(({ key, from, name, value }) => <tr key={key}><td>{from}</td><td>{readable(name)}</td><td>{cellText(value)}</td></tr>)}</tbody>
            </table></div>
          )}
      </div>
    </section>
  );
}

const evidenceWords: Readonly<Record<string, string>> = { IdDocumentUploaded: 'Identity document', SelfieUploaded: 'Selfie', DocScanned: 'What the reader saw', RegisterChecked: 'The register\'s answer', LivenessChecked: 'Live capture' };

function Evidence({ id, record: { evidence }, destroyed }: { readonly id: string; readonly record: AsOf; readonly destroyed: boolean }) {
  const me = useMe();
  const [open, setOpen] = useState<AsOf['evidence'][number] | null>(null);
  return (
    <section className="panel" aria-labelledby="evidence-title">
      <header><h2 id="evidence-title">Evidence held then</h2><span className="soft">{evidence.length}</span></header>
      {evidence.length === 0 ? <div className="panel-body soft">None.</div> : (
        <div className="scroll-x" tabIndex={0} role="region" aria-label="Evidence">
          <table className="plain-table">
            <thead><tr><th scope="col">Event</th><th scope="col">What</th><th scope="col">Held since</th><th scope="col">SHA-256 as sealed</th><th scope="col"><span className="visually-hidden">Open</span></th></tr></thead>
            <tbody>
              {evidence.map((each) => (
                <tr key={each.version}>
                  <td>{each.version}</td>
                  <td>{evidenceWords[each.type] ?? readable(each.type)}<br /><span className="soft">{each.mediaType}, {each.bytes.toLocaleString('en-GB')} bytes</span></td>
                  <td><Moment at={each.heldSince} /></td>
                  <td className="hash">{each.sha256}</td>
                  <td>{destroyed ? <span className="soft">destroyed</span> : me.may('evidence.read') && each.mediaType.startsWith('image/') ? <Button size="small" icon="eye" aria-label={`Open the image of event ${each.version}`} onClick={() => setOpen(each)}>Open</Button> : null}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Dialog wide open={open !== null} title={open === null ? '' : `${evidenceWords[open.type] ?? readable(open.type)}, event ${open.version}`} onClose={() => setOpen(null)}>
        {open === null ? null : <><Note icon="eye">Opening it is recorded, with your name and this moment.</Note><Photo path={`/applicants/${id}/evidence/${open.version}`} alt={`${evidenceWords[open.type] ?? 'Evidence'} of event ${open.version}`} /></>}
      </Dialog>
    </section>
  );
}

function Tables({ before, record }: { readonly before: AsOf | null; readonly record: AsOf }) {
  return (
    <section className="panel" aria-labelledby="tables-title">
      <header><h2 id="tables-title">The tables then</h2><span className="soft">changed cells are marked</span></header>
      <div className="panel-body stack">
        {record.tables.map(({ table, rows }) => {
          const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
          const marks = rows.map((row) => changedColumns(before, table, row));
          const touched = marks.some((each) => each.size > 0);
          return (
            <details key={table} open={touched}>
              <summary>{table} <span className="soft">{rows.length} {rows.length === 1 ? 'row' : 'rows'}{touched ? ', changed by this step' : ''}</span></summary>
              <div className="scroll-x" tabIndex={0} role="region" aria-label={`Table ${table}`}>
                <table className="plain-table travel-cells">
                  <thead><tr>{columns.map((name) => <th key={name} scope="col">{name}</th>)}</tr></thead>
                  <tbody>{rows.map((row, at) => <tr key={cellText(row['id'])}>{columns.map((name) => <td key={name} className={marks[at]?.has(name) === true ? 'is' : undefined}>{cellText(row[name])}</td>)}</tr>)}</tbody>
                </table>
              </div>
            </details>
          );
        })}
      </div>
    </section>
  );
}
