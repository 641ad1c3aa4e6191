import type { RecordedEvent } from '../../events/envelope.ts';

/** One line in CloudWatch's embedded metric format: the agent makes metrics of it, nobody waits for an API. */
export interface Metric {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, { readonly unit: 'Count' | 'Milliseconds'; readonly value: number }>>;
}

const NAMESPACE = 'KycLedger';

export function metricLine({ dimensions, values }: Metric, at: Date): string {
  return JSON.stringify({
    _aws: {
      Timestamp: at.getTime(),
      CloudWatchMetrics: [{
        Namespace: NAMESPACE,
        Dimensions: [Object.keys(dimensions)],
        Metrics: Object.entries(values).map(([Name, { unit }]) => ({ Name, Unit: unit })),
      }],
    },
    ...dimensions,
    ...Object.fromEntries(Object.entries(values).map(([name, { value }]) => [name, value])),
  });
}

const one = { unit: 'Count', value: 1 } as const;

/**
 * What recorded events are counted as: decisions by outcome with the time they took, failures by signal and reason,
 * human decisions by outcome. Codes alone: no ids, nothing personal.
 */
export function metricsOf(event: RecordedEvent): Metric[] {
  const { type, data } = event;
  const code = (name: string): string => (typeof data[name] === 'string' ? data[name] : 'UNKNOWN');
  switch (type) {
    case 'DecisionMade': {
      const started = timeInId(event.causationId);
      const took = started === null ? {} : { TimeToDecision: { unit: 'Milliseconds', value: Math.max(0, Date.parse(event.recordedAt) - started) } as const };
      return [{ dimensions: { Outcome: code('decision') }, values: { Decisions: one, ...took } }];
    }
    case 'ReviewOverridden':
      return [{ dimensions: { Outcome: code('outcome') }, values: { HumanDecisions: one } }];
    case 'DocScanFailed':
    case 'FaceMatchFailed':
    case 'RegisterCheckFailed':
      return [{ dimensions: { Signal: type.replace(/(Match|Check)?Failed$/, ''), Reason: code('reason') }, values: { Failures: one } }];
    default:
      return [];
  }
}

/** A decision is caused by KycStarted, whose id (UUIDv7, RFC 9562) says when that was, in milliseconds. */
function timeInId(id: string | null): number | null {
  return id !== null && /^[0-9a-f]{8}-[0-9a-f]{4}-7/i.test(id) ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : null;
}

/** Writes the metrics of events that have just been recorded to standard output, where Lambda's log is read from. */
export function measureEvents(events: readonly RecordedEvent[]): void {
  for (const metric of events.flatMap(metricsOf)) process.stdout.write(`${metricLine(metric, new Date())}\n`);
}
