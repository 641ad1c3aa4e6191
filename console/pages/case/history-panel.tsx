import type { HistoryEvent } from '../../data/generated.ts';
import { actorWords, eventWords } from '../../data/event-words.ts';
import { isEvent } from '../../data/events.ts';
import { Icon } from '../../parts/icon.tsx';
import { Timeline } from '../../parts/timeline.tsx';
import { Link } from '../../router.tsx';
import { useMe } from '../../session.tsx';

/** Every event of the case, the newest first; notes in full once personal data are shown. */
export function HistoryPanel({ id, events, unseen }: { readonly id: string; readonly events: readonly HistoryEvent[]; readonly unseen: readonly HistoryEvent[] }) {
  const me = useMe();
  return (
    <section className="panel" aria-labelledby="history-title">
      <header>
        <h2 id="history-title">What happened <span className="head-meta">{events.length}<span className="visually-hidden"> events</span></span></h2>
        {me.may('history.read') ? <Link to={`/applicants/${id}`} className="button small" title="The record at any moment of its past (h)"><Icon name="history" size={15} />Time travel</Link> : null}
      </header>
      <div className="panel-body">
        <Timeline
          label="Events, newest first"
          items={events.toReversed().map((event) => {
            const { title, detail, icon, tone } = eventWords(event);
            const note = noteOf(event);
            return {
              key: event.id,
              at: event.recordedAt,
              icon,
              tone,
              by: actorWords(event.actor),
              title: <>{title}{unseen.includes(event) ? <span className="new"> new</span> : null}</>,
              children: (
                <>
                  {detail === null ? null : <p className="timeline-detail">{detail}</p>}
                  {note === null ? null : <blockquote>{note}</blockquote>}
                </>
              ),
            };
          })}
        />
      </div>
    </section>
  );
}

function noteOf(event: HistoryEvent): string | null {
  for (const type of ['ReviewNoted', 'ReviewProposed', 'ReviewProposalDeclined', 'ReviewOverridden'] as const) {
    if (isEvent(event, type)) return event.personal?.note ?? null;
  }
  return isEvent(event, 'AppealLodged') ? (event.personal?.statement ?? null) : null;
}
