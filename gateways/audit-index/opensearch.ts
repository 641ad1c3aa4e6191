import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ServiceUnavailable } from '../errors.ts';
import { pageSize, readCursor, writeCursor } from './cursor.ts';
import type { AuditIndex, AuditQuery } from './port.ts';
import { queryWords, searchWords } from './words.ts';

export interface OpenSearchOptions {
  /** The domain's address. A user and password in it are sent as basic authentication. */
  readonly url: string;
  /** Name of the index; the template in schema/opensearch/ covers `kyc-audit*`. */
  readonly index?: string;
  /** Another index template than schema/opensearch/audit-template.json, as JSON text. */
  readonly template?: string;
  /** `wait_for`: put answers once its entries can be found (up to the index's refresh interval). `false`: at once. */
  readonly refresh?: 'wait_for' | 'false';
  /** Sends the request; the place to sign it (SigV4). */
  readonly send?: (request: Request) => Promise<Response>;
  readonly timeoutMs?: number;
}

/** An entry that the index refuses for good, such as one that does not fit its mapping. */
export class AuditEntryRefused extends Error {
  override readonly name = 'AuditEntryRefused';
  readonly code = 'AUDIT_ENTRY_REFUSED';
}

const Source = z.object({
  id: z.string(), eventId: z.string(), stream: z.string(), version: z.number(), type: z.string(), recordedAt: z.string(),
  occurredAt: z.string(), actorKind: z.string(), actorId: z.string(), correlationId: z.string(), reasons: z.array(z.string()),
  summary: z.string(), data: z.record(z.string(), z.unknown()),
});
const SearchAnswer = z.object({ hits: z.object({ hits: z.array(z.object({ _source: Source })) }) });
const BulkAnswer = z.object({ errors: z.boolean(), items: z.array(z.record(z.string(), z.object({ status: z.number() }))) });

const RemovalAnswer = z.object({ version_conflicts: z.number().default(0), failures: z.array(z.unknown()).default([]), timed_out: z.boolean().default(false) });

const ENTRIES_A_CALL = 500;
const REMOVALS = 3;

/** The audit index in OpenSearch (or an Amazon OpenSearch domain). `_id` is the entry's id, so a replay changes nothing. */
export function createOpenSearchAuditIndex(options: OpenSearchOptions): AuditIndex & { prepare(): Promise<void> } {
  const index = options.index ?? 'kyc-audit';
  const call = caller(options);
  let prepared: Promise<void> | null = null;
  const prepare = () => {
    prepared ??= prepareIndex(call, index, options.template ?? null).catch((error: unknown) => {
      prepared = null;
      throw error;
    });
    return prepared;
  };
  return {
    /** Puts the index template and makes the index, unless they are there. Done by itself before the first use. */
    prepare,
    async put(entries) {
      await prepare();
      for (let from = 0; from < entries.length; from += ENTRIES_A_CALL) {
        const lines = entries.slice(from, from + ENTRIES_A_CALL).flatMap((entry) => [
          JSON.stringify({ index: { _index: index, _id: entry.id } }),
          JSON.stringify({ ...entry, words: searchWords(entry).join(' ') }),
        ]);
        const answer = BulkAnswer.parse(await call('POST', `/_bulk?refresh=${options.refresh ?? 'wait_for'}`, `${lines.join('\n')}\n`));
        if (answer.errors) refuseOrRetry(answer);
      }
    },
    async search(query) {
      const body = searchBody(query);
      if (body === null) return { entries: [], cursor: null };
      await prepare();
      const limit = pageSize(query.limit);
      const { hits } = SearchAnswer.parse(await call('POST', `/${index}/_search?allow_partial_search_results=false`, JSON.stringify({ ...body, size: limit + 1 })));
      const entries = hits.hits.slice(0, limit).map(({ _source }) => _source);
      const last = entries.at(-1);
      return { entries, cursor: hits.hits.length > limit && last !== undefined ? writeCursor(last) : null };
    },
    async removeStream(stream) {
      await prepare();
      // An entry that is written anew meanwhile stays, and the answer is 200 all the same.
      for (let attempt = 1; attempt <= REMOVALS; attempt += 1) {
        const answer = await call('POST', `/${index}/_delete_by_query?refresh=true&conflicts=proceed`, JSON.stringify({ query: { term: { stream } } }));
        const { version_conflicts: conflicts, failures, timed_out: timedOut } = RemovalAnswer.parse(answer);
        if (conflicts === 0 && failures.length === 0 && !timedOut) return;
      }
      throw new ServiceUnavailable('audit index', { cause: new Error('Entries were left over') });
    },
  };
}

/** null when nothing can match. */
function searchBody(query: AuditQuery): object | null {
  const filter: object[] = [];
  if (query.text !== undefined && query.text !== '') {
    const words = queryWords(query.text);
    if (words.length === 0) return null;
    filter.push(...words.map((word) => ({ term: { words: word } })));
  }
  if (query.stream !== undefined) filter.push({ term: { stream: query.stream } });
  if (query.types !== undefined) filter.push({ terms: { type: query.types } });
  if (query.actorId !== undefined) filter.push({ term: { actorId: query.actorId } });
  if (query.reason !== undefined) filter.push({ term: { reasons: query.reason } });
  if (query.from !== undefined) filter.push({ range: { recordedAt: { gte: query.from } } });
  if (query.to !== undefined) filter.push({ range: { recordedAt: { lt: query.to } } });
  const after = query.cursor === undefined ? null : readCursor(query.cursor);
  return {
    query: { bool: { filter } },
    sort: [{ recordedAt: 'desc' }, { stream: 'desc' }, { version: 'desc' }],
    // A date is sorted by, and continued from, its milliseconds since 1970.
    ...(after !== null && { search_after: [Date.parse(after[0]), after[1], after[2]] }),
    _source: { excludes: ['words'] },
  };
}

type Call = (method: string, path: string, body?: string) => Promise<unknown>;

function caller({ url, send = fetch, timeoutMs = 30_000 }: OpenSearchOptions): Call {
  const base = new URL(url);
  const authorization = base.username === '' ? null : `Basic ${Buffer.from(`${decodeURIComponent(base.username)}:${decodeURIComponent(base.password)}`).toString('base64')}`;
  const root = `${base.origin}${base.pathname.replace(/\/$/, '')}`;
  return async (method, path, body) => {
    let response: Response;
    try {
      response = await send(new Request(`${root}${path}`, {
        method,
        headers: { 'content-type': path.startsWith('/_bulk') ? 'application/x-ndjson' : 'application/json', ...(authorization !== null && { authorization }) },
        ...(body !== undefined && { body }),
        signal: AbortSignal.timeout(timeoutMs),
      }));
      if (method === 'HEAD') return response.status === 200;
      if (response.ok) return await response.json();
      await response.body?.cancel();
    } catch (cause) {
      throw new ServiceUnavailable('audit index', { cause });
    }
    throw new ServiceUnavailable('audit index', { cause: new Error(`${method} ${path.replace(/\?.*/, '')} was answered with ${response.status}`) });
  };
}

const TEMPLATE = new URL('../../schema/opensearch/audit-template.json', import.meta.url);

async function prepareIndex(call: Call, index: string, template: string | null): Promise<void> {
  await call('PUT', '/_index_template/kyc-audit', template ?? (await readFile(TEMPLATE, 'utf8')));
  if ((await call('HEAD', `/${index}`)) === true) return;
  // Two starts at once: the second is told that the index exists, which is what it wanted.
  await call('PUT', `/${index}`, '{}').catch(async (error: unknown) => {
    if ((await call('HEAD', `/${index}`)) !== true) throw error;
  });
}

/** 429 and 5xx pass; anything else is the entry's own fault. */
function refuseOrRetry({ items }: z.infer<typeof BulkAnswer>): never {
  const statuses = items.flatMap((item) => Object.values(item).map(({ status }) => status)).filter((status) => status >= 400);
  if (statuses.some((status) => status === 429 || status >= 500)) throw new ServiceUnavailable('audit index');
  throw new AuditEntryRefused(`The audit index refused ${statuses.length} entries`);
}
