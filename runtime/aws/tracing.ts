import { context, ROOT_CONTEXT, SpanStatusCode, trace, TraceFlags, type Attributes, type Link } from '@opentelemetry/api';
import { createHash } from 'node:crypto';

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
 * ADOT layer brings one) that costs nothing. Errors are named by class; their messages stay out.
 */
export async function inSpan<T>(stage: string, work: Work, run: () => Promise<T>): Promise<T> {
  const place = traceOf(work);
  const invocation = trace.getActiveSpan()?.spanContext();
  const parent = place === null ? context.active() : trace.setSpanContext(ROOT_CONTEXT, { ...place, traceFlags: TraceFlags.SAMPLED, isRemote: true });
  const links: Link[] = place === null || invocation === undefined ? [] : [{ context: invocation }];
  const attributes: Attributes = {
    'kyc.stage': stage,
    ...(work.stream !== undefined && { 'kyc.stream': work.stream }),
    ...(work.correlationId !== undefined && { 'kyc.correlation_id': work.correlationId }),
    ...(work.causationId !== undefined && work.causationId !== null && { 'kyc.causation_id': work.causationId }),
  };
  return trace.getTracer('kyc-ledger').startActiveSpan(stage, { attributes, links }, parent, async (span) => {
    try {
      return await run();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'Error' });
      throw error;
    } finally {
      span.end();
    }
  });
}
