import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { lambdaEntries } from '../../lambda/entries.ts';
import type { StateStack } from '../state-stack.ts';
import type { Functions } from './functions.ts';
import type { Queues } from './queues.ts';

export interface MonitoringProps {
  readonly stageName: string;
  readonly state: StateStack;
  readonly functions: Functions;
  readonly queues: Queues;
  readonly stateMachine: sfn.StateMachine;
  readonly http: apigateway.HttpApi;
  readonly topic: sns.ITopic;
}

const { GREATER_THAN_OR_EQUAL_TO_THRESHOLD: AT_LEAST, LESS_THAN_THRESHOLD: BELOW } = cloudwatch.ComparisonOperator;
const minutes = Duration.minutes;

/** Alarms, each of which has its lines in docs/runbook.md under its own name, and the dashboard. */
export class Monitoring extends Construct {
  private readonly topic: sns.ITopic;
  private readonly stageName: string;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    this.topic = props.topic;
    this.stageName = props.stageName;
    const { functions, queues, stateMachine, http, state } = props;

    for (const [name, queue] of queues.dead) this.alarm(`dead-letters-${name}`, `Messages of ${name} that were given up on.`, visible(queue), 1);
    this.alarm('given-up', 'Stream batches, schedules or calls that were given up on.', visible(queues.givenUp), 1);
    this.alarm('kyc-jobs-waiting', 'Applicants wait longer than 15 minutes for their workflow.', oldest(queues.of('kyc-jobs')), 900);
    this.alarm('doc-scan-waiting', 'Documents wait longer than 15 minutes to be read.', oldest(queues.of('doc-scan')), 900);
    this.alarm('projection-behind', 'The tables are more than 10 minutes behind the ledger.', oldest(queues.of('project-relational')), 600);
    this.alarm('audit-trail-behind', 'The audit trail is more than 30 minutes behind the ledger.', oldest(queues.of('project-audit-trail')), 1800);
    for (const name of ['publisher', 'sequencer']) {
      this.alarm(`${name}-behind`, `The ${name} is more than 10 minutes behind the ledger's stream.`, functions.of(name).metric('IteratorAge', { statistic: 'Maximum', period: minutes(5) }), 600_000);
    }
    this.alarm('history-touched', 'An item of the ledger was changed or removed. Nothing of ours can do that.', this.touched(functions), 1);
    this.alarm('workflow-failed', 'Workflows that were left to the sweeper.', stateMachine.metricFailed({ period: minutes(5) }), 1);
    this.alarm('workflow-timed-out', 'Workflows that ran out of time.', stateMachine.metricTimedOut({ period: minutes(5) }), 1);
    this.alarm('api-errors', 'The API answers with server errors.', http.metricServerError({ period: minutes(5), statistic: 'Sum' }), 5);
    this.alarm('api-slow', 'One request in twenty takes more than 3 seconds.', http.metricLatency({ period: minutes(5), statistic: 'p95' }), 3000, 3);
    this.alarm('functions-throttled', 'The account\'s concurrency is used up.', throttledByAccount(functions), 10, 3);
    for (const name of ['sweep-cases', 'sweep-callbacks', 'sweep-log', 'sequencer']) {
      this.alarm(`${name}-failing`, `The function ${name} fails again and again.`, functions.of(name).metricErrors({ period: minutes(15) }), 3, 2);
    }
    // Once an hour, a day or a week: a single failure matters, and no second would come in time.
    for (const name of ['anchor-log', 'expiry-reminder', 'erase-due', 'purge']) {
      this.alarm(`${name}-failing`, `The function ${name} has failed.`, functions.of(name).metricErrors({ period: minutes(15) }), 1);
    }
    this.alarm('ledger-throttled', 'DynamoDB refuses reads or writes of the ledger.', throttled(state.tables.of('events')), 5);
    this.watchData(state);
    this.dashboard(props);
  }

  private watchData({ database, auditDomain }: StateStack): void {
    if (database !== null) {
      const { cluster } = database;
      this.alarm('database-full-load', 'Aurora is at its largest size.', cluster.metric('ACUUtilization', { statistic: 'Average', period: minutes(5) }), 90, 3);
      this.alarm('database-connections', 'The database is running out of connections.', cluster.metricDatabaseConnections({ statistic: 'Maximum', period: minutes(5) }), 800);
      this.alarm('database-reader-behind', 'Analysts see tables of more than 10 seconds ago.', cluster.metric('AuroraReplicaLagMaximum', { statistic: 'Maximum', period: minutes(5) }), 10_000, 3);
    }
    if (auditDomain !== null) {
      const { domain } = auditDomain;
      this.alarm('audit-domain-red', 'A shard of the audit trail is missing.', domain.metricClusterStatusRed({ period: minutes(1) }), 1);
      this.alarm('audit-domain-full', 'Less than 10 GiB left for the audit trail.', domain.metricFreeStorageSpace({ statistic: 'Minimum', period: minutes(5) }), 10_240, 1, BELOW);
    }
  }

  /** The publisher sees each record of the stream, and says so when one is no insert. A third reader would slow the two down. */
  private touched(functions: Functions): cloudwatch.Metric {
    const filter = new logs.MetricFilter(this, 'HistoryTouched', {
      logGroup: functions.of('publisher').logGroup,
      filterPattern: logs.FilterPattern.stringValue('$.code', '=', 'HISTORY_TOUCHED'),
      metricNamespace: this.stageName,
      metricName: 'HistoryTouched',
      metricValue: '1',
      defaultValue: 0,
    });
    return filter.metric({ statistic: 'Sum', period: minutes(1) });
  }

  private alarm(name: string, says: string, metric: cloudwatch.IMetric, threshold: number, periods = 1, comparisonOperator = AT_LEAST): void {
    const alarm = new cloudwatch.Alarm(this, name, {
      alarmName: `${this.stageName}-${name}`,
      alarmDescription: `${says} Runbook: docs/runbook.md#${name}`,
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new actions.SnsAction(this.topic));
  }

  private dashboard({ stageName, functions, queues, stateMachine, http, state }: MonitoringProps): void {
    const dashboard = new cloudwatch.Dashboard(this, 'Dashboard', { dashboardName: stageName, defaultInterval: Duration.hours(12) });
    dashboard.addWidgets(
      graph('Cases', [stateMachine.metricStarted(), stateMachine.metricSucceeded(), stateMachine.metricFailed()]),
      graph('Time of a case (ms)', [stateMachine.metricTime({ statistic: 'p50' }), stateMachine.metricTime({ statistic: 'p95' })]),
      graph('Waiting (s)', (['raw-uploads', 'doc-scan', 'kyc-jobs', 'project-relational', 'project-audit-trail', 'webhooks'] as const).map((id) => oldest(queues.of(id)))),
      graph('Dead letters', [...queues.dead.values(), queues.givenUp].map(visible)),
      graph('API', [http.metricCount({ statistic: 'Sum' }), http.metricClientError({ statistic: 'Sum' }), http.metricServerError({ statistic: 'Sum' })]),
      graph('API, 95th percentile (ms)', [http.metricLatency({ statistic: 'p95' })]),
      graph('Behind the ledger (ms)', ['publisher', 'sequencer'].map((name) => functions.of(name).metric('IteratorAge', { statistic: 'Maximum' }))),
      graph('Errors of functions', [...functions.all.values()].map((each) => each.metricErrors())),
      graph('Ledger writes', [state.tables.of('events').metricConsumedWriteCapacityUnits()]),
      ...(state.database === null ? [] : [graph('Aurora capacity', [state.database.cluster.metric('ServerlessDatabaseCapacity')])]),
    );
  }
}

const visible = (queue: sqs.IQueue) => queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: minutes(5) });
const oldest = (queue: sqs.IQueue) => queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period: minutes(5) });
const throttled = (table: dynamodb.ITable) => table.metric('ThrottledRequests', { statistic: 'Sum', period: minutes(5) });

/** Those that may run only so many at once are held back on purpose (a shard more, a schedule that overlaps): they do not count. */
function throttledByAccount(functions: Functions): cloudwatch.IMetric {
  const options = { statistic: 'Sum', period: minutes(5) };
  const limited = lambdaEntries.filter(({ reservedConcurrency }) => reservedConcurrency !== undefined);
  return new cloudwatch.MathExpression({
    label: 'Throttles',
    period: minutes(5),
    expression: ['FILL(total, 0)', ...limited.map((_, index) => `FILL(limited${index}, 0)`)].join(' - '),
    usingMetrics: {
      total: new cloudwatch.Metric({ namespace: 'AWS/Lambda', metricName: 'Throttles', ...options }),
      ...Object.fromEntries(limited.map(({ name }, index) => [`limited${index}`, functions.of(name).metricThrottles(options)])),
    },
  });
}

const graph = (title: string, left: cloudwatch.IMetric[]) => new cloudwatch.GraphWidget({ title, left, width: 12 });
