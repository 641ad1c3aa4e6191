import { useId, type ReactNode } from 'react';

/** A picture with what it shows in words, its numbers as a table, and the query behind it. */
export function Figure({ title, says, children, columns, rows, sql }: {
  readonly title: string;
  readonly says?: string;
  readonly children: ReactNode;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  readonly sql?: string;
}) {
  const id = useId();
  return (
    <section className="panel figure" aria-labelledby={id}>
      <header><h2 id={id}>{title}</h2></header>
      <div className="panel-body">
        {says === undefined ? null : <p className="figure-says">{says}</p>}
        {children}
        <div className="figure-behind">
          <details>
            <summary>As a table</summary>
            <div className="scroll-x" tabIndex={0} role="region" aria-label={`${title}, as a table`}>
              <table className="plain-table">
                <thead><tr>{columns.map((name) => <th key={name} scope="col">{name}</th>)}</tr></thead>
                <tbody>{rows.map((row) => <tr key={row.join('|')}>{row.map((cell, at) => <td key={columns[at]}>{typeof cell === 'number' ? number.format(cell) : cell}</td>)}</tr>)}</tbody>
              </table>
            </div>
          </details>
          {sql === undefined ? null : (
            <details>
              <summary>The SQL behind it</summary>
              <pre className="code" tabIndex={0} role="region" aria-label={`SQL of ${title}`}><code>{sql}</code></pre>
            </details>
          )}
        </div>
      </div>
    </section>
  );
}

const number = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 });

export interface Bar {
  readonly label: string;
  /** Parts of the bar, in their order. */
  readonly parts: readonly { readonly name: string; readonly value: number; readonly tone: 'good' | 'warn' | 'bad' | 'info' | 'neutral' | 'accent' }[];
  /** Said behind the bar; the sum where it is left out. */
  readonly words?: string;
}

/** Horizontal bars on one scale. Everything a bar shows is in its text, too. */
export function Bars({ bars, legend = false, max }: { readonly bars: readonly Bar[]; readonly legend?: boolean; readonly max?: number }) {
  const sums = bars.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0));
  const scale = Math.max(1e-9, max ?? Math.max(0, ...sums));
  return (
    <>
      {legend ? <ul className="legend">{bars[0]?.parts.map(({ name, tone }) => <li key={name}><span className={`swatch ${tone}`} aria-hidden="true" />{name}</li>)}</ul> : null}
      <ul className="bars">
        {bars.map(({ label, parts, words }, index) => (
          <li key={label}>
            <span className="bar-label">{label}</span>
            <span className="bar" aria-hidden="true">{parts.map(({ name, value, tone }) => (value === 0 ? null : <span key={name} className={tone} style={{ width: `${(value / scale) * 100}%` }} title={`${name}: ${number.format(value)}`} />))}</span>
            <span className="bar-words">
              {words ?? number.format(sums[index] ?? 0)}
              {parts.length > 1 ? <span className="visually-hidden">: {parts.map(({ name, value }) => `${name} ${number.format(value)}`).join(', ')}</span> : null}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** A step line of a quantity over time: what holds from one moment to the next. */
export function GrowthLine({ points, label }: { readonly points: readonly { readonly at: number; readonly value: number }[]; readonly label: string }) {
  const [width, height, left, bottom] = [640, 190, 44, 22];
  const [from, to] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 1];
  const top = Math.max(1, ...points.map(({ value }) => value));
  const x = (at: number): number => left + ((at - from) / Math.max(1, to - from)) * (width - left - 8);
  const y = (value: number): number => 10 + (1 - value / top) * (height - bottom - 10);
  const line = points.map(({ at, value }, index) => (index === 0 ? `M${x(at)},${y(value)}` : `H${x(at)}V${y(value)}`)).join('');
  const day = to - from > 2 * 86_400_000;
  const time = new Intl.DateTimeFormat('en-GB', day ? { day: 'numeric', month: 'short' } : { hour: '2-digit', minute: '2-digit' });
  return (
    <svg className="growth" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label} preserveAspectRatio="xMidYMid meet">
      {[0, 0.5, 1].map((share) => (
        <g key={share}>
          <line x1={left} x2={width - 8} y1={y(top * share)} y2={y(top * share)} className="grid" />
          <text x={left - 6} y={y(top * share) + 4} textAnchor="end">{number.format(Math.round(top * share))}</text>
        </g>
      ))}
      <path d={`${line}V${y(0)}H${x(from)}Z`} className="area" />
      <path d={line} className="line" />
      <text x={left} y={height - 4}>{time.format(from)}</text>
      <text x={width - 8} y={height - 4} textAnchor="end">{time.format(to)}</text>
    </svg>
  );
}
