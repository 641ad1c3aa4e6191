import type { StaffView } from '../../data/generated.ts';
import { outcomeTone, outcomeWords } from '../../data/event-words.ts';
import type { Words } from '../../data/vocabulary.ts';
import { Button } from '../../parts/button.tsx';
import { Chip } from '../../parts/chip.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Note } from '../../parts/states.tsx';
import type { CaseFacts } from './case-facts.ts';

/** Where the case stands: the decision in force with its reasons, an appeal, a proposal that waits for its second person. */
export function StandingPanel({ status, facts, words, revealed, subject, maySecond, ready, onSecond }: {
  readonly status: StaffView;
  readonly facts: CaseFacts;
  readonly words: Words;
  readonly revealed: boolean;
  readonly subject: string;
  readonly maySecond: boolean;
  /** Has the evidence been looked at? */
  readonly ready: boolean;
  readonly onSecond: (approve: boolean) => void;
}) {
  const { decision } = status;
  const { proposal, voided, appeal } = facts;
  const own = proposal !== null && proposal.actor.id === subject;
  return (
    <section className="panel" aria-labelledby="standing-title">
      <header>
        <h2 id="standing-title">Where it stands</h2>
        {decision === null ? <Chip>Not decided yet</Chip> : <Chip tone={outcomeTone(decision.outcome)}>{outcomeWords[decision.outcome]}</Chip>}
      </header>
      <div className="panel-body case-standing">
        {decision === null ? <p>The checks are under way.</p> : (
          <>
            <p className="fine">Decided by {decision.by === 'policy' ? 'the policy' : 'a person'}, <Moment at={decision.decidedAt} /></p>
            {decision.reasons.length === 0 ? null : <ul className="reason-list">{decision.reasons.map((code) => <li key={code}>{words.of(code)} <code>{code}</code></li>)}</ul>}
          </>
        )}
        {appeal === null ? null : <Note tone="warn" icon="flag"><strong>The applicant appeals.</strong> {appeal.personal === null ? (revealed ? null : 'Show personal data to read the statement.') : <q>{appeal.personal.statement}</q>}</Note>}
        {voided === null ? null : <Note tone="warn" icon="warning">The proposal of {voided.actor.id} ({outcomeWords[voided.data.outcome]?.toLowerCase()}) is void: new evidence came in after it.</Note>}
        {proposal === null ? null : (
          <div className="proposal">
            <p><Chip tone="info" icon="people">Awaits a second person</Chip></p>
            <p><strong>{proposal.actor.id}</strong> proposes <strong>{outcomeWords[proposal.data.outcome]?.toLowerCase()}</strong>, <Moment at={proposal.recordedAt} /></p>
            <p>{words.of(proposal.data.reason)}</p>
            {proposal.personal === null ? null : <blockquote>{proposal.personal.note}</blockquote>}
            {own ? <Note>You made this proposal: a colleague has to answer it.</Note> : maySecond ? (
              <div className="proposal-buttons">
                <Button variant="good" icon="check" keys="y" disabled={!ready} onClick={() => onSecond(true)}>Approve</Button>
                <Button icon="cross" keys="x" disabled={!ready} onClick={() => onSecond(false)}>Decline</Button>
                {ready ? null : <p className="fine">Show personal data (v) and look at the evidence first.</p>}
              </div>
            ) : <Note>A senior reviewer has to answer it.</Note>}
          </div>
        )}
      </div>
    </section>
  );
}
