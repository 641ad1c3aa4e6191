import { createRoute, z } from '@hono/zod-openapi';
import { stream } from 'hono/streaming';
import type { TableMoment } from '../deps.ts';
import { guarded, prefix, refusals } from '../http/declare.ts';
import { Problem } from '../http/problem.ts';
import { serveRaw } from '../http/serve-raw.ts';
import type { RouteContext } from './context.ts';

const Query = z.object({
  /** What had been recorded by then. */
  time: z.iso.datetime({ offset: true }).optional(),
  /** The first so many events of the ledger's global order. */
  index: z.string().regex(/^\d{1,15}$/).optional(),
  format: z.enum(['csv', 'json']).default('csv'),
});
const Table = z.string().regex(/^[a-z_]{1,40}$/);

const asOf = createRoute({
  method: 'get',
  path: `${prefix}/tables/{table}/as-of`,
  summary: 'A whole relational table as of a time or a place in the global order of the ledger, as CSV or JSON lines, without its personal columns. Built from the ledger for this call.',
  ...guarded({ permission: 'tables.read' }),
  request: { params: z.object({ table: z.string() }), query: Query },
  responses: {
    200: { description: 'The rows, in the order of their ids.', content: { 'text/csv': {}, 'application/x-ndjson': {} } },
    ...refusals,
  },
});

export function tableRoutes({ app, deps }: RouteContext): void {
  serveRaw(app, asOf, async (c) => {
    const query = Query.safeParse(c.req.query());
    const moment = query.success ? momentOf(query.data) : null;
    if (!query.success || moment === null) throw new Problem(422, 'QUERY_INVALID', 'Say either which time (RFC 3339) or which index, and csv or json.');
    const table = Table.safeParse(c.req.param('table'));
    const found = table.success ? await deps.tablesAsOf.read(table.data, moment) : { kind: 'no_such_table' as const };
    if (found.kind === 'no_such_table') throw new Problem(404, 'NO_SUCH_TABLE', 'There is no such table.');
    if (found.kind === 'index_too_large') throw new Problem(404, 'INDEX_TOO_LARGE', `The ledger has ${found.size} events so far.`);
    const { columns, rows } = found;
    const csv = query.data.format === 'csv';
    c.header('content-type', csv ? 'text/csv; charset=utf-8' : 'application/x-ndjson');
    return stream(c, async (out) => {
      if (csv) await out.write(`${columns.join(',')}\r\n`);
      for await (const row of rows) {
        await out.write(csv ? `${row.map(csvCell).join(',')}\r\n` : `${JSON.stringify(Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null])))}\n`);
      }
    });
  });
}

function momentOf({ time, index }: z.infer<typeof Query>): TableMoment | null {
  if ((time === undefined) === (index === undefined)) return null;
  return time === undefined ? { index: Number(index) } : { time: new Date(time).toISOString() };
}

/** RFC 4180. An empty cell is NULL, an empty text is quoted, a list is JSON. */
function csvCell(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  const value = typeof cell === 'string' ? cell : JSON.stringify(cell);
  return value === '' || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
