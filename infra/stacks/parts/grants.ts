import { Aws, Fn, Stack } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { tableDefinitions, type TableId } from '../../../ledger/dynamodb/tables.ts';
import { type Permission, type QueueId, type Resource, queues } from '../../lambda/entries.ts';
import type { StateStack } from '../state-stack.ts';
import { OWNER } from './database.ts';
import type { Queues } from './queues.ts';

export interface Grantable {
  readonly state: StateStack;
  readonly queues: Queues;
  readonly transitKey: { readonly keyArn: string };
  readonly topic: sns.ITopic;
  readonly stateMachineArn: string;
  readonly webSocket: apigateway.WebSocketStage;
  readonly emailArns: readonly string[];
  /** null where the stage offers no live captures. */
  readonly liveCaptureRoleArn: string | null;
}

/** The statements that a function's role consists of: the listed actions on the listed things, and their keys. */
export function statementsFor(permissions: readonly Permission[], among: Grantable): iam.PolicyStatement[] {
  const byResources = new Map<string, { readonly resources: string[]; readonly actions: Set<string> }>();
  for (const permission of permissions) {
    for (const [resources, actions] of arnsOf(permission, among)) {
      const key = `${permission.on} ${actions.some(onBucket)}`;
      const entry = byResources.get(key) ?? { resources, actions: new Set() };
      for (const action of actions) entry.actions.add(action);
      byResources.set(key, entry);
    }
  }
  const listed = [...byResources.values()]
    .filter((each) => each.resources.length > 0)
    .map(({ resources, actions }) => new iam.PolicyStatement({ resources, actions: [...actions].toSorted() }));
  return [...listed, ...keyStatements(permissions, among)];
}

const onBucket = (action: string) => action.startsWith('s3:ListBucket');

function arnsOf({ on, actions }: Permission, among: Grantable): [string[], string[]][] {
  const all = [...actions];
  if (!on.startsWith('bucket:')) return [[arns(on, among), all]];
  const { raw, evidence, tiles, exports } = among.state.buckets;
  const bucket = on === 'bucket:raw' ? raw : on === 'bucket:evidence' ? evidence : on === 'bucket:exports' ? exports : tiles;
  const parts: [string[], string[]][] = [
    [[bucket.bucketArn], all.filter(onBucket)],
    [[bucket.arnForObjects(on === 'bucket:anchors' ? 'anchors/*' : '*')], all.filter((action) => !onBucket(action))],
  ];
  return parts.filter(([, some]) => some.length > 0);
}

const isTableId = (id: string): id is TableId => id in tableDefinitions;
const isQueueId = (id: string): id is QueueId => id in queues;

function arns(on: Resource, among: Grantable): string[] {
  const { state } = among;
  const [kind, name = ''] = on.split(':');
  if (isTableId(name)) {
    const table = state.tables.of(name);
    if (kind === 'table') return [table.tableArn];
    return kind === 'index' ? [`${table.tableArn}/index/*`] : [table.tableStreamArn ?? ''].filter((arn) => arn !== '');
  }
  if (isQueueId(name)) return [among.queues.of(name).queueArn];
  switch (on) {
    case 'key:wrapping': return [state.keys.wrapping.keyArn];
    case 'key:lookup': return [state.keys.lookup.keyArn];
    case 'key:signing': return [state.keys.signing.keyArn];
    case 'bus': return [state.bus.eventBusArn];
    case 'state-machine': return [among.stateMachineArn];
    case 'topic': return [among.topic.topicArn];
    case 'email': return [...among.emailArns];
    case 'websocket': return [webSocketArn(among.webSocket)];
    case 'secret': return [state.secret.secretArn];
    case 'database': return state.database === null ? [] : [state.database.userArn(OWNER)];
    case 'audit-domain': return state.auditDomain === null ? [] : [`${state.auditDomain.domain.domainArn}/*`];
    case 'live-capture-role': return among.liveCaptureRoleArn === null ? [] : [among.liveCaptureRoleArn];
    case '*': return ['*'];
    default: throw new TypeError(`No stack knows ${on}`);
  }
}

function webSocketArn(stage: apigateway.WebSocketStage): string {
  return Fn.join(':', ['arn', Aws.PARTITION, 'execute-api', Aws.REGION, Aws.ACCOUNT_ID, `${stage.api.apiId}/${stage.stageName}/*/@connections/*`]);
}

/** What lies encrypted needs its key too, and only by way of the service that it lies in. */
function keyStatements(permissions: readonly Permission[], among: Grantable): iam.PolicyStatement[] {
  const stored = permissions.map(({ on }) => on);
  const via = (service: string) => `${service}.${Stack.of(among.state).region}.amazonaws.com`;
  const services = [
    ...(stored.some((on) => /^(table|index|stream):/.test(on)) ? [via('dynamodb')] : []),
    ...(stored.some((on) => on.startsWith('bucket:')) ? [via('s3')] : []),
    ...(stored.includes('secret') ? [via('secretsmanager')] : []),
    ...(stored.includes('bus') ? [via('events')] : []),
  ];
  const actions = ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'];
  const statements = [];
  if (services.length > 0) {
    statements.push(new iam.PolicyStatement({ actions, resources: [among.state.keys.storage.keyArn], conditions: { StringEquals: { 'kms:ViaService': services } } }));
  }
  const transit = [...(stored.some((on) => on.startsWith('queue:')) ? [via('sqs')] : []), ...(stored.includes('topic') ? [via('sns')] : [])];
  if (transit.length > 0) {
    statements.push(new iam.PolicyStatement({ actions, resources: [among.transitKey.keyArn], conditions: { StringEquals: { 'kms:ViaService': transit } } }));
  }
  return statements;
}

/** The ARN of a thing by its name, for where a reference would go in a circle. */
export function arnByName(scope: Stack, service: string, resource: string, name: string): string {
  return Fn.join(':', ['arn', scope.partition, service, scope.region, scope.account, resource, name]);
}

/** The same for a role, which belongs to no region. */
export function roleArnByName(scope: Stack, name: string): string {
  return Fn.join(':', ['arn', scope.partition, 'iam', '', scope.account, `role/${name}`]);
}
