import { outcomeTone, outcomeWords } from '../../data/event-words.ts';
import { readable, type Words } from '../../data/vocabulary.ts';
import { Chip, type Tone } from '../../parts/chip.tsx';
import { Moment } from '../../parts/moment.tsx';
import type { CaseFacts, Rule } from './case-facts.ts';

const ruleTone: Readonly<Record<Rule['outcome'], Tone>> = { pass: 'good', review: 'warn', fail: 'bad', not_applicable: 'neutral' };
const ruleWords: Readonly<Record<Rule['outcome'], string>> = { pass: 'Holds', review: 'For a person', fail: 'Fails', not_applicable: 'Does not apply' };
const rank: readonly Rule['outcome'][] = ['fail', 'review', 'pass', 'not_applicable'];

/** What the policy made of it: every rule with its inputs and threshold, those that did not hold first. */
export function RulesPanel({ facts: { decision }, words }: { readonly facts: CaseFacts; readonly words: Words }) {
  if (decision === null) return null;
  const { data } = decision;
  const rules = data.rules.toSorted((a, b) => rank.indexOf(a.outcome) - rank.indexOf(b.outcome));
  return (
    <section className="panel" aria-labelledby="rules-title">
      <header>
        <h2 id="rules-title">Policy {data.policyVersion}</h2>
        <span className="head-meta"><Chip tone={outcomeTone(data.decision)}>{outcomeWords[data.decision]}</Chip> <Moment at={decision.recordedAt} /></span>
      </header>
      <div className="scroll-x" role="group" aria-labelledby="rules-title" tabIndex={0}>
        <table className="case-facts rules">
          <thead><tr><th scope="col">Rule</th><th scope="col">Outcome</th><th scope="col">Looked at</th><th scope="col">Asks for</th></tr></thead>
          <tbody>
            {rules.map((rule) => (
              <tr key={rule.rule} className={rule.outcome}>
                <th scope="row"><span>{readable(rule.rule)}</span>{rule.reason === null ? null : <small>{words.of(rule.reason)}</small>}</th>
                <td><Chip tone={ruleTone[rule.outcome]}>{ruleWords[rule.outcome]}</Chip></td>
                <td className="inputs">{Object.entries(rule.inputs).map(([name, value]) => <span key={name}>{readable(name).toLowerCase()}: <strong>{short(value)}</strong></span>)}</td>
                <td>{short(rule.threshold)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {data.notes.length === 0 ? null : <div className="panel-body fine">{data.notes.map((code) => <p key={code}>Note: {words.of(code)}</p>)}</div>}
    </section>
  );
}

function short(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toFixed(2);
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(short).join(', ');
  if (typeof value === 'object') return Object.entries(value).map(([name, each]) => `${name} ${short(each)}`).join(', ');
  return String(value).replaceAll('_', ' ');
}
