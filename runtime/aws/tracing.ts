import {
  context, ProxyTracerProvider, ROOT_CONTEXT, SpanStatusCode, trace, TraceFlags,
  type Attributes, type Link, type Span, type SpanContext,
} from '@opentelemetry/api';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a piece of work belongs to, as far as it is known. Ids only. */
export interface Work {
  readonly stream?: string;
  readonly correlationId?: string;
  readonly causationId?: string | null;
}

const hex = (text: string, digits: number): string => createHash('sha256').update(text).digest('hex').slice(0, digits);

/**
 * One trace an applicant: its id is the applicant's own UUID, so every stage, in whatever function and however much
 * later, comes to lie in it without anything being handed on. The parent is derived from the event that caused the work,
 * or else from the stream. null for work that belongs to nobody.
 */
export function traceOf({ stream, correlationId, causationId }: Work): { readonly traceId: string; readonly spanId: string } | null {
  const id = /([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/i.exec(stream ?? '');
  if (stream !== undefined && id !== null) return { traceId: id.slice(1).join('').toLowerCase(), spanId: hex(causationId ?? stream, 16) };
  if (correlationId === undefined) return null;
  const plain = correlationId.replaceAll('-', '').toLowerCase();
  return { traceId: /^[0-9a-f]{32}$/.test(plain) ? plain : hex(correlationId, 32), spanId: hex(causationId ?? correlationId, 16) };
}

/**
 * Runs a stage in a span of its applicant's trace, linked with the invocation's own. Without an OpenTelemetry SDK (the
 * layer of the stage's `traces` brings one) that costs nothing. Errors are named by class; their messages stay out.
 *
 * @opentelemetry/api stays at the minor version of the SDKs: one that is newer than the SDK's is given no tracer, silently.
 */
export async function inSpan<T>(stage: string, work: Work, run: () => Promise<T>): Promise<T> {
  return inSpans(stage, [work], run);
}

/** A batch that is worked off as one for several applicants: each finds it in the own trace, and nobody else there. */
export async function inSpans<T>(stage: string, works: readonly Work[], run: () => Promise<T>): Promise<T> {
  const invocation = trace.getActiveSpan()?.spanContext();
  const perApplicant = [...new Map(works.map((work) => [traceOf(work)?.traceId, work])).values()];
  const spans = (perApplicant.length === 0 ? [{}] : perApplicant).map((work) => startSpan(stage, work, invocation));
  const [only, ...others] = spans;
  const active = only === undefined || others.length > 0 ? context.active() : trace.setSpan(context.active(), only);
  try {
    return await context.with(active, run);
  } catch (error) {
    for (const span of spans) span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'Error' });
    throw error;
  } finally {
    for (const span of spans) span.end();
    await flush();
  }
}

function startSpan(stage: string, work: Work, invocation: SpanContext | undefined): Span {
  const place = traceOf(work);
  const parent = place === null ? context.active() : trace.setSpanContext(ROOT_CONTEXT, { ...place, traceFlags: TraceFlags.SAMPLED, isRemote: true });
  const links: Link[] = place === null || invocation === undefined ? [] : [{ context: invocation }];
  const attributes: Attributes = {
    'kyc.stage': stage,
    ...(work.stream !== undefined && { 'kyc.stream': work.stream }),
    ...(work.correlationId !== undefined && { 'kyc.correlation_id': work.correlationId }),
    ...(work.causationId !== undefined && work.causationId !== null && { 'kyc.causation_id': work.causationId }),
  };
  return trace.getTracer('kyc-ledger').startSpan(stage, { attributes, links }, parent);
}

const FLUSH_MS = 1_000;

/** Lambda freezes a process between two calls: what lies in the exporter's buffer then may never leave it. */
async function flush(): Promise<void> {
  const given = trace.getTracerProvider();
  const provider: object = given instanceof ProxyTracerProvider ? given.getDelegate() : given;
  if (!('forceFlush' in provider) || typeof provider.forceFlush !== 'function') return;
  const flushed = Promise.resolve(provider.forceFlush()).catch(() => undefined);
  await Promise.race([flushed, sleep(FLUSH_MS, undefined, { ref: false })]);
}
