import type { ReactNode } from 'react';
import type { EventBodies } from '../../data/generated.ts';
import { readable, registerShort } from '../../data/vocabulary.ts';
import { Chip, type Tone } from '../../parts/chip.tsx';
import { formatDate } from '../../parts/moment.tsx';
import { Note } from '../../parts/states.tsx';
import type { CaseFacts } from './case-facts.ts';

type Comparison = NonNullable<EventBodies['DocScanned']['data']['claimedName']>;

const evidenceTone: Readonly<Record<Comparison['evidence'], Tone>> = { exact: 'good', normalised: 'good', partial: 'warn', former_name: 'warn', mismatch: 'bad', not_comparable: 'neutral' };

/** What the applicant says, what the document says and what the register says, side by side, and which rule compared them. */
export function IdentityPanel({ facts, revealed, erased }: { readonly facts: CaseFacts; readonly revealed: boolean; readonly erased: boolean }) {
  const { registered, scan, register } = facts;
  const claimed = registered?.personal ?? null;
  const fields = scan?.personal?.fields ?? null;
  const entry = register?.personal ?? null;
  const rows: readonly [string, Cell, Cell, Cell][] = [
    ['Surname', claimed?.name?.surname, fields?.name?.surname, entry?.registeredName?.surname],
    ['Given names', claimed?.name?.givenNames, fields?.name?.givenNames, entry?.registeredName?.givenNames],
    ['Former names', undefined, undefined, entry?.formerNames.map(({ givenNames, surname }) => `${givenNames} ${surname}`).join('; ')],
    ['Registration number', claimed?.registrationNumber, undefined, entry?.registrationNumber],
    ['Born', undefined, date(fields?.dateOfBirth), undefined],
    ['Document number', undefined, fields?.documentNumber, undefined],
    ['Issued by', undefined, fields?.issuingState, undefined],
    ['Nationality', undefined, fields?.nationality, undefined],
    ['Valid until', undefined, date(fields?.expiryDate), undefined],
    ['E-mail', claimed?.email, undefined, undefined],
  ];
  return (
    <section className="panel" aria-labelledby="identity-title">
      <header><h2 id="identity-title">Who it is, three times</h2></header>
      <div className="scroll-x" role="group" aria-labelledby="identity-title" tabIndex={0}>
        <table className="case-facts">
          <thead><tr><td /><th scope="col">The applicant says</th><th scope="col">The document says</th><th scope="col">The register says</th></tr></thead>
          <tbody>
            {rows.filter((row) => !revealed || row.slice(1).some((cell) => known(cell))).map(([label, ...cells]) => (
              <tr key={label}><th scope="row">{label}</th>{cells.map((cell, index) => <td key={columns[index]}>{show(cell, revealed, erased, asked(label, index))}</td>)}</tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="panel-body comparisons">
        <Compared label="Applicant and document" comparison={scan?.data.claimedName ?? null} />
        <Compared label="Document and register" comparison={register?.data.documentName ?? null} />
        <Compared label="Applicant and register" comparison={register?.data.claimedName ?? null} />
      </div>
    </section>
  );
}

const known = (cell: Cell): cell is string => cell !== null && cell !== undefined && cell !== '';
const date = (value: Cell): string | null => (known(value) ? formatDate(value) : null);

type Cell = string | null | undefined;
const columns = ['claimed', 'document', 'register'] as const;

/** Which of the three can say something on this at all. */
function asked(label: string, index: number): boolean {
  if (label === 'Surname' || label === 'Given names') return true;
  if (label === 'Registration number') return index !== 1;
  if (label === 'Former names') return index === 2;
  return label === 'E-mail' ? index === 0 : index === 1;
}

function show(cell: Cell, revealed: boolean, erased: boolean, possible: boolean): ReactNode {
  if (!possible) return null;
  if (erased) return <span className="none">destroyed</span>;
  if (!revealed) return <span className="masked" title="Hidden until you ask for it">•••••<span className="visually-hidden">hidden</span></span>;
  return known(cell) ? cell : <span className="none">not known</span>;
}

function Compared({ label, comparison }: { readonly label: string; readonly comparison: Comparison | null }) {
  return (
    <div>
      <p className="fine">{label}</p>
      {comparison === null ? <Chip>Not compared</Chip> : (
        <>
          <Chip tone={evidenceTone[comparison.evidence]} icon={comparison.matched ? 'check' : 'cross'}>{readable(comparison.evidence)}</Chip>
          <p className="rule-name">by the rule <code>{comparison.rule}</code></p>
        </>
      )}
    </div>
  );
}

/** The register's answer in the register's own words, with the day it was given. */
export function RegisterPanel({ facts: { register, registerFailure }, revealed, erased }: { readonly facts: CaseFacts; readonly revealed: boolean; readonly erased: boolean }) {
  return (
    <section className="panel" aria-labelledby="register-title">
      <header>
        <h2 id="register-title">{register === null ? 'Register' : `Register of the ${registerShort(register.data.register)}`}</h2>
        {register === null ? null : <Chip tone={register.data.outcome === 'clear' ? 'good' : register.data.outcome === 'problem' ? 'bad' : 'warn'}>{readable(register.data.outcome)}</Chip>}
      </header>
      <div className="panel-body register">
        {registerFailure === null ? null : <Note tone="warn" icon="warning">The register gave no usable answer: {readable(registerFailure.data.reason).toLowerCase()}.</Note>}
        {register === null ? (registerFailure === null ? <Note>The register has not been asked yet.</Note> : null) : (
          <>
            {revealed && register.personal !== null ? <blockquote>{register.personal.statusWording ?? 'The register gave no status.'}</blockquote> : <blockquote className="masked">{erased ? 'The register\'s words were destroyed.' : <>••••••••••••<span className="visually-hidden">hidden</span></>}</blockquote>}
            <p className="fine">Verbatim, as of <time dateTime={register.data.snapshotDate}>{formatDate(register.data.snapshotDate)}</time>{register.data.cached ? ', from an answer kept' : ''}. Read as: {register.data.status === null ? 'no status' : readable(register.data.status).toLowerCase()}; {register.data.matchedStatus ? 'entitled to practise without restriction' : 'not shown to be entitled to practise without restriction'}.</p>
            {revealed && register.personal !== null ? (
              <details>
                <summary>The whole answer</summary>
                <dl className="answer">{Object.entries(register.personal.response).map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value)}</dd></div>)}</dl>
                <p className="fine">SHA-256 of the sealed answer: <code>{register.data.answer.sha256}</code></p>
              </details>
            ) : null}
          </>
        )}
      </div>
    </section>
  );
}
