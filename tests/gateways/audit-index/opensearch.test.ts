import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { createOpenSearchAuditIndex } from '../../../gateways/audit-index/opensearch.ts';
import { describeAuditIndexContract, entry } from '../../contracts/audit-index.ts';

const template = await readFile(new URL('../../../schema/opensearch/audit-template.json', import.meta.url), 'utf8');
const url = process.env['KYC_TEST_OPENSEARCH_URL'];

describe.runIf(url !== undefined)('with a real OpenSearch', () => {
  let count = 0;
  describeAuditIndexContract('OpenSearch', async () => {
    count += 1;
    const index = `kyc-audit-test-${process.pid}-${count}`;
    return createOpenSearchAuditIndex({ url: url ?? '', index });
  });
});

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | null;
  readonly body: string;
}

/** Answers as OpenSearch documents it; remembers what was asked. */
function standIn(answers: Record<string, { status: number; body: unknown }> = {}) {
  const sent: Sent[] = [];
  const send = async (request: Request) => {
    const { pathname, search } = new URL(request.url);
    sent.push({ method: request.method, path: pathname + search, authorization: request.headers.get('authorization'), body: await request.text() });
    const { status, body } = answers[`${request.method} ${pathname}`] ?? { status: 200, body: {} };
    return new Response(request.method === 'HEAD' ? null : JSON.stringify(body), { status });
  };
  return { sent, send };
}

const bulkDone = { status: 200, body: { errors: false, items: [] } };

describe('what is sent to OpenSearch', () => {
  test('template and index are made once, before the first entry, and the index only where it is missing', async () => {
    const { sent, send } = standIn({ 'HEAD /kyc-audit': { status: 404, body: null }, 'POST /_bulk': bulkDone });
    const index = createOpenSearchAuditIndex({ url: 'http://127.0.0.1:9200', send });
    await Promise.all([index.put([entry('a', 1)]), index.put([entry('a', 2)])]);
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'PUT /_index_template/kyc-audit', 'HEAD /kyc-audit', 'PUT /kyc-audit', 'POST /_bulk?refresh=wait_for', 'POST /_bulk?refresh=wait_for',
    ]);
    expect(sent[0]?.body).toBe(template);
  });

  test('an entry goes under its own id, so that a replay replaces it by itself', async () => {
    const { sent, send } = standIn({ 'POST /_bulk': bulkDone });
    await createOpenSearchAuditIndex({ url: 'http://127.0.0.1:9200', send, refresh: 'false' }).put([entry('a', 7, { summary: 'Taken' })]);
    const [action, source] = (sent.at(-1)?.body ?? '').trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(action).toEqual({ index: { _index: 'kyc-audit', _id: 'applicant-a:7' } });
    expect(source).toMatchObject({ summary: 'Taken', words: 'taken review noted' });
  });

  test('user and password of the address are sent as basic authentication and kept out of the address', async () => {
    const { sent, send } = standIn({ 'POST /sub/_bulk': bulkDone });
    await createOpenSearchAuditIndex({ url: 'https://me:p%40ss@search.example/sub/', send }).put([entry('a', 1)]);
    expect(sent[0]).toMatchObject({ path: '/sub/_index_template/kyc-audit', authorization: `Basic ${Buffer.from('me:p@ss').toString('base64')}` });
  });

  test('the next page begins after the last entry of this one, in the same order', async () => {
    const hits = [3, 2].map((version) => ({ _source: entry('a', version) }));
    const { sent, send } = standIn({ 'POST /kyc-audit/_search': { status: 200, body: { hits: { hits } } } });
    const index = createOpenSearchAuditIndex({ url: 'http://127.0.0.1:9200', send });
    const { entries, cursor } = await index.search({ limit: 1, text: 'Note!' });
    expect(entries).toEqual([entry('a', 3)]);
    await index.search({ limit: 1, cursor: cursor ?? '' });
    const [first, second] = sent.filter(({ path }) => path.endsWith('_search?allow_partial_search_results=false')).map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    expect(first).toMatchObject({ size: 2, query: { bool: { filter: [{ term: { words: 'note' } }] } } });
    expect(second).toMatchObject({ sort: first?.['sort'], search_after: [Date.parse('2026-05-01T00:00:00.000Z'), 'applicant-a', 3] });
  });

  test.each([
    ['version_conflicts', { version_conflicts: 1, failures: [] }],
    ['failures', { version_conflicts: 0, failures: [{ status: 503 }] }],
    ['timed_out', { version_conflicts: 0, failures: [], timed_out: true }],
  ])('a removal that leaves entries behind (200 with %s) is made again, and is no success while it lasts', async (_what, left) => {
    const path = 'POST /kyc-audit/_delete_by_query';
    const answers = [left, { version_conflicts: 0, failures: [] }];
    const passing = standIn();
    const index = createOpenSearchAuditIndex({
      url: 'http://127.0.0.1:9200',
      send: async (request) => (request.url.includes('_delete_by_query') ? new Response(JSON.stringify(answers.shift())) : passing.send(request)),
    });
    await index.removeStream('applicant-a');
    expect(answers).toEqual([]);
    const { sent, send } = standIn({ [path]: { status: 200, body: left } });
    await expect(createOpenSearchAuditIndex({ url: 'http://127.0.0.1:9200', send }).removeStream('applicant-a')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(sent.filter(({ path: each }) => each.includes('_delete_by_query'))).toHaveLength(3);
  });

  test.each([
    ['an entry that the mapping refuses', { status: 200, body: { errors: true, items: [{ index: { status: 400 } }] } }, 'AUDIT_ENTRY_REFUSED'],
    ['an index that is too busy', { status: 200, body: { errors: true, items: [{ index: { status: 429 } }, { index: { status: 201 } }] } }, 'SERVICE_UNAVAILABLE'],
    ['a domain that is down', { status: 503, body: {} }, 'SERVICE_UNAVAILABLE'],
  ])('%s is an error with a code', async (_what, answer, code) => {
    const { send } = standIn({ 'POST /_bulk': answer });
    await expect(createOpenSearchAuditIndex({ url: 'http://127.0.0.1:9200', send }).put([entry('a', 1)])).rejects.toMatchObject({ code });
  });
});
