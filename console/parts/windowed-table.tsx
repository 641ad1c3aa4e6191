import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';

export interface Column<T> {
  readonly id: string;
  readonly title: string;
  readonly cell: (row: T) => ReactNode;
  /** CSS width, for example `8rem`; columns without one share the rest. */
  readonly width?: string;
  readonly align?: 'end';
}

/** The rows to draw: those in view and a few on either side. */
export function windowOf(scrollTop: number, viewHeight: number, rowHeight: number, count: number, extra = 8): { readonly from: number; readonly to: number } {
  const first = Math.floor(Math.max(0, scrollTop) / rowHeight);
  const shown = Math.ceil(viewHeight / rowHeight) + 1;
  return { from: Math.max(0, Math.min(first, count) - extra), to: Math.min(count, first + shown + extra) };
}

/**
 * A table that draws only the rows in view, so a hundred thousand scroll like ten. Rows have one fixed height.
 * On a narrow screen each row is one cell, `narrow`. A row that can be opened is opened by a click on it, too; its
 * first cell has to hold the link that does it for the keyboard and for screen readers.
 */
export function WindowedTable<T>({ caption, columns, rows, rowKey, rowHeight = 46, narrow, narrowHeight = 92, selected, onSelect, onOpen, onNearEnd, onView }: {
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  /** A hole is a row that is not fetched yet; it keeps its place. */
  readonly rows: readonly (T | undefined)[];
  readonly rowKey: (row: T) => string;
  readonly rowHeight?: number;
  readonly narrow?: (row: T) => ReactNode;
  readonly narrowHeight?: number;
  /** Index of the row the keyboard is at; kept in view. */
  readonly selected?: number;
  readonly onSelect?: (index: number) => void;
  readonly onOpen?: (row: T) => void;
  /** The end of `rows` comes into view: time to fetch more. */
  readonly onNearEnd?: () => void;
  /** Rows from one index up to another are in view. */
  readonly onView?: ((from: number, to: number) => void) | undefined;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 800, narrow: false });
  const slim = view.narrow && narrow !== undefined;
  const height = slim ? narrowHeight : rowHeight;
  const { from, to } = windowOf(view.top, view.height, height, rows.length);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = (): void => setView({ top: element.scrollTop, height: element.clientHeight, narrow: element.clientWidth < 620 });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, []);

  const nearEnd = to >= rows.length - 20;
  useEffect(() => {
    if (nearEnd) onNearEnd?.();
  }, [nearEnd, rows.length, onNearEnd]);

  useEffect(() => onView?.(from, to), [from, to, onView]);

  useEffect(() => {
    const element = box.current;
    if (element === null || selected === undefined || selected < 0) return;
    const header = slim ? 0 : 38;
    const top = selected * height;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + height + header > element.scrollTop + element.clientHeight) element.scrollTop = top + height + header - element.clientHeight;
  }, [selected, height, slim]);

  const span = slim ? 1 : columns.length;
  return (
    <div className="windowed" ref={box} tabIndex={0} role="region" aria-label={caption}>
      <table aria-rowcount={rows.length + 1} className={slim ? 'narrow' : undefined}>
        <caption className="visually-hidden">{caption}</caption>
        <colgroup>{slim ? <col /> : columns.map(({ id, width }) => <col key={id} style={width === undefined ? undefined : { width }} />)}</colgroup>
        <thead className={slim ? 'visually-hidden' : undefined}>
          <tr aria-rowindex={1}>{slim ? <th scope="col">{caption}</th> : columns.map(({ id, title, align }) => <th key={id} scope="col" className={align}>{title}</th>)}</tr>
        </thead>
        <tbody>
          {from === 0 ? null : <tr aria-hidden="true" className="spacer"><td colSpan={span} style={{ height: from * height }} /></tr>}
          {rows.slice(from, to).map((row, offset) => {
            const index = from + offset;
            if (row === undefined) {
              return <tr key={`hole-${index}`} aria-rowindex={index + 2} className="hole" style={{ height }}><td colSpan={span}><span className="visually-hidden">Row {index + 1} is being fetched</span></td></tr>;
            }
            return (
              <tr
                key={rowKey(row)}
                aria-rowindex={index + 2}
                className={index === selected ? 'at' : undefined}
                style={{ height }}
                onClick={(event) => {
                  if (event.target instanceof HTMLElement && event.target.closest('a, button') !== null) return;
                  onSelect?.(index);
                  onOpen?.(row);
                }}
              >
                {slim ? <td>{narrow(row)}</td> : columns.map(({ id, cell, align }) => <td key={id} className={align}>{cell(row)}</td>)}
              </tr>
            );
          })}
          {to === rows.length ? null : <tr aria-hidden="true" className="spacer"><td colSpan={span} style={{ height: (rows.length - to) * height }} /></tr>}
        </tbody>
      </table>
    </div>
  );
}
