import { describe, expect, it } from 'vitest';
import { messages, StageFailed, task } from '../../runtime/aws/invoke.ts';
import { lambdaDeps, PartNotWired } from '../../runtime/aws/deps.ts';
import { metricLine, metricsOf } from '../../runtime/aws/metrics.ts';
import { once } from '../../runtime/aws/once.ts';
import { insertedEvents } from '../../runtime/aws/stream-records.ts';
import { inSpan, inSpans, traceOf } from '../../runtime/aws/tracing.ts';
import { connectConsole } from '../../runtime/aws/websocket.ts';
import type { Connection } from '../../gateways/messenger/connections.ts';
import { toItem } from '../../ledger/dynamodb/event-item.ts';
import type { RecordedEvent } from '../../events/envelope.ts';
import { rememberSpans } from '../support/spans.ts';

const lines: { message: string; fields: object }[] = [];
const note = (message: string, fields: object = {}) => void lines.push({ message, fields });
const log = { info: note, warn: note, error: note };
const stream = 'applicant-019ab3c4-1111-7222-8333-123456789012';
const record = (messageId: string, body: unknown, mark?: string) => ({
  messageId, receiptHandle: `receipt-${messageId}`, body: typeof body === 'string' ? body : JSON.stringify(body), attributes: { ApproximateReceiveCount: '3' },
  messageAttributes: mark === undefined ? {} : { mark: { stringValue: mark, dataType: 'String' } },
});

const event: RecordedEvent = {
  id: '019ab3c4-1000-7000-8000-000000000009', stream, version: 9, type: 'DecisionMade', schemaVersion: 1,
  occurredAt: '2026-11-22T10:00:00.000Z', recordedAt: '2026-11-22T10:00:02.500Z', actor: { kind: 'system', id: 'decision' },
  correlationId: 'c', causationId: null, data: { decision: 'PASS', reasons: [] }, sealed: null,
};

describe('a queue\'s function', () => {
  it('answers for the failed messages alone, and tells how often each has been tried', async () => {
    const seen: unknown[] = [];
    const handler = messages('stage', async () => ({ log }), async (_parts, { id, attempt, body }) => {
      seen.push([id, attempt, body]);
      if (id === '2') throw Object.assign(new Error('Jane Doe'), { code: 'NOT_NOW' });
    });
    expect(await handler({ Records: [record('1', { stream }), record('2', { stream }), record('3', 'no json')] })).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
    expect(seen).toEqual([['1', 3, { stream }], ['2', 3, { stream }], ['3', 3, undefined]]);
    expect(JSON.stringify(lines)).not.toContain('Jane');
    expect(lines.at(-1)?.fields).toMatchObject({ stage: 'stage', stream, code: 'NOT_NOW' });
  });

  it('takes the mark off before the message is worked on, and puts a failed one off', async () => {
    const order: string[] = [];
    const handler = messages('stage', async () => ({ log }), async () => {
      order.push('work');
      throw new Error('no');
    }, {
      onTaken: async (_parts, { mark }) => void order.push(`taken ${mark}`),
      onFailed: async (_parts, { receipt }) => void order.push(`later ${receipt}`),
    });
    await handler({ Records: [record('1', {}, 'queued:kyc-jobs:x')] });
    expect(order).toEqual(['taken queued:kyc-jobs:x', 'work', 'later receipt-1']);
  });

  it('fails as a whole when its parts cannot be opened, and tries to open them again', async () => {
    let attempts = 0;
    const open = once(async () => {
      attempts += 1;
      if (attempts === 1) throw new Error('no secret yet');
      return { log };
    });
    const handler = messages('stage', open, async () => undefined);
    await expect(handler({ Records: [record('1', {})] })).rejects.toThrow(StageFailed);
    expect(await handler({ Records: [record('1', {})] })).toEqual({ batchItemFailures: [] });
  });
});

describe('a task\'s function', () => {
  it('lets an error out by name and code, so that the state machine can tell it and no message gets out', async () => {
    const handler = task('stage', async () => ({ log }), async () => {
      throw Object.assign(new Error('jane@example.org was not found'), { name: 'ServiceUnavailable', code: 'SERVICE_UNAVAILABLE' });
    });
    await expect(handler({ stream })).rejects.toMatchObject({ name: 'ServiceUnavailable', message: 'ServiceUnavailable (SERVICE_UNAVAILABLE)' });
  });

  it('says which part it was not given, where a handler reaches for it', () => {
    const deps = lambdaDeps({ log });
    expect(deps.log).toBe(log);
    expect(() => deps.faceMatcher).toThrow(PartNotWired);
    expect(() => deps.settings.limits).toThrow('This function was not given the limits of uploads');
  });
});

describe('records of the table\'s stream', () => {
  it('become the events that were inserted; anything else that happens to the table is left to its alarm', () => {
    const { bucket, at, version, ...text } = toItem(event, '');
    const image = { ...Object.fromEntries(Object.entries({ ...text, bucket, at }).map(([name, value]) => [name, { S: value }])), version: { N: String(version) } };
    const records = { Records: [
      { eventName: 'INSERT', dynamodb: { SequenceNumber: '1', NewImage: image } },
      { eventName: 'MODIFY', dynamodb: { SequenceNumber: '2', NewImage: image } },
      { eventName: 'REMOVE', dynamodb: { SequenceNumber: '3' } },
    ] };
    expect(insertedEvents(records)).toEqual([{ sequenceNumber: '1', event }]);
  });
});

describe('metrics', () => {
  it('count a decision by outcome, with the time since the workflow started, which the cause\'s id tells', () => {
    const started = Date.parse('2026-11-22T10:00:00.000Z').toString(16).padStart(12, '0');
    const causationId = `${started.slice(0, 8)}-${started.slice(8)}-7000-8000-000000000001`;
    expect(metricsOf({ ...event, causationId })).toEqual([
      { dimensions: { Outcome: 'PASS' }, values: { Decisions: { unit: 'Count', value: 1 }, TimeToDecision: { unit: 'Milliseconds', value: 2500 } } },
    ]);
    expect(metricsOf(event)[0]?.values).toEqual({ Decisions: { unit: 'Count', value: 1 } });
  });

  it.each([['DocScanFailed', 'DocScan'], ['FaceMatchFailed', 'Face'], ['RegisterCheckFailed', 'Register']])('count %s as a failure of %s by reason', (type, signal) => {
    expect(metricsOf({ ...event, type, data: { reason: 'NO_TEXT' } })).toEqual([{ dimensions: { Signal: signal, Reason: 'NO_TEXT' }, values: { Failures: { unit: 'Count', value: 1 } } }]);
  });

  it('are lines in the embedded metric format without an id or anything personal', () => {
    const [metric] = metricsOf(event);
    if (metric === undefined) throw new Error('none');
    const line = metricLine(metric, new Date(1_795_000_000_000));
    expect(JSON.parse(line)).toEqual({
      _aws: { Timestamp: 1_795_000_000_000, CloudWatchMetrics: [{ Namespace: 'KycLedger', Dimensions: [['Outcome']], Metrics: [{ Name: 'Decisions', Unit: 'Count' }] }] },
      Outcome: 'PASS', Decisions: 1,
    });
    expect(line).not.toContain('019ab3c4');
  });
});

describe('traces', () => {
  it('are one an applicant, whatever the stage, with the cause as the parent', () => {
    const one = traceOf({ stream });
    const other = traceOf({ stream, correlationId: 'upload-2', causationId: event.id });
    expect(one?.traceId).toBe('019ab3c4111172228333123456789012');
    expect(other?.traceId).toBe(one?.traceId);
    expect(other?.spanId).not.toBe(one?.spanId);
    expect(other?.spanId).toMatch(/^[0-9a-f]{16}$/);
  });

  it('go by the correlation where there is no applicant, and by the invocation where there is neither', () => {
    expect(traceOf({ correlationId: '019ab3c4-1111-7222-8333-123456789012' })?.traceId).toBe('019ab3c4111172228333123456789012');
    expect(traceOf({ correlationId: 'expiry-reminder' })?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(traceOf({})).toBeNull();
  });

  it('of a batch lie with each of its applicants once, linked to the invocation and to no other applicant', async () => {
    const traced = rememberSpans();
    const other = 'applicant-019ab3c4-1111-7222-8333-000000000002';
    await inSpan('invocation', {}, () => inSpans('publisher', [{ stream }, { stream: other }, { stream }], async () => undefined));
    const spans = traced.spans();
    await traced.stop();
    const invocation = spans.find(({ name }) => name === 'invocation')?.spanContext();
    const ofBatch = spans.filter(({ name }) => name === 'publisher');
    expect(ofBatch.map((span) => [span.spanContext().traceId, span.attributes['kyc.stream']])).toEqual([stream, other].map((each) => [traceOf({ stream: each })?.traceId, each]));
    for (const { links } of ofBatch) expect(links.map(({ context }) => context)).toEqual([invocation]);
  });

  it('say that a stage failed by the error\'s class, and not by its message', async () => {
    const traced = rememberSpans();
    await expect(inSpan('stage', { stream }, () => Promise.reject(new TypeError('jane@example.org')))).rejects.toThrow(TypeError);
    const [span] = traced.spans();
    await traced.stop();
    expect(span).toMatchObject({ name: 'stage', status: { code: 2, message: 'TypeError' }, events: [] });
  });
});

describe('a console that connects over WebSocket', () => {
  const secret = 'a'.repeat(43);
  async function connect(role: 'reviewer' | 'applicant' | 'analyst' | null, headers: Record<string, string>) {
    const added: Connection[] = [];
    const sessions = { findSession: async () => (role === null ? null : { idHash: 'h', role, subject: '019ab3c4-1111-7222-8333-123456789012', expiresAt: new Date() }) };
    const answer = await connectConsole({ sessions, connections: { add: async (each) => void added.push(each) }, clock: () => new Date() }, { requestContext: { connectionId: 'c1' }, headers });
    return { answer, added };
  }

  it('is let in by its cookie, or by a protocol that carries the session, never by the URL', async () => {
    expect(await connect('reviewer', { Cookie: `x=1; __Host-kyc-session=${secret}` })).toEqual({ answer: { statusCode: 200 }, added: [{ connection: 'c1', only: null }] });
    const offered = await connect('reviewer', { 'Sec-WebSocket-Protocol': `kyc.live, session.${secret}` });
    expect(offered.answer).toEqual({ statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'kyc.live' } });
  });

  it('hears of the own record alone where it is an applicant\'s', async () => {
    expect((await connect('applicant', { cookie: `kyc-session=${secret}` })).added).toEqual([{ connection: 'c1', only: stream }]);
  });

  it('is refused without a session', async () => {
    expect(await connect(null, { cookie: `kyc-session=${secret}` })).toEqual({ answer: { statusCode: 401 }, added: [] });
    expect((await connect('reviewer', {})).answer).toEqual({ statusCode: 401 });
  });
});
