import { fileURLToPath } from 'node:url';
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as triggers from 'aws-cdk-lib/triggers';
import type { Construct } from 'constructs';
import { readModelEvents, readModelNames } from '../../runtime/read-model-events.ts';
import { lambdaEntries, type QueueId } from '../lambda/entries.ts';
import type { NetworkStack } from './network-stack.ts';
import { Doors } from './parts/doors.ts';
import { type CodeOf, Functions } from './parts/functions.ts';
import { arnByName, roleArnByName } from './parts/grants.ts';
import { LiveCaptureRole } from './parts/live-capture-role.ts';
import { allowLogs } from './parts/log-key.ts';
import { Messages } from './parts/messages.ts';
import { Monitoring } from './parts/monitoring.ts';
import { OnPremises } from './parts/on-premises.ts';
import { Queues } from './parts/queues.ts';
import { Site } from './parts/site.ts';
import { type Stage, has } from './stage.ts';
import type { StateStack } from './state-stack.ts';

export interface PlatformProps extends StackProps {
  readonly stage: Stage;
  readonly state: StateStack;
  readonly network: NetworkStack | null;
  readonly code: CodeOf;
}

const definition = fileURLToPath(new URL('../workflow/kyc.asl.json', import.meta.url));

/** All that runs. It holds nothing that could not be deployed anew. */
export class PlatformStack extends Stack {
  private readonly transit: kms.Key;

  constructor(scope: Construct, id: string, props: PlatformProps) {
    super(scope, id, props);
    const { stage, state, network, code } = props;
    this.transit = this.transitKey(stage);
    const queues = new Queues(this, 'Queues', { stageName: stage.name, key: this.transit });
    const messages = new Messages(this, 'Messages', { stage, key: this.transit });
    const doors = new Doors(this, 'Doors', { stage, logKey: this.transit });
    const site = has(stage, 'site') ? new Site(this, 'Site', { stage, doors, accessLogs: state.buckets.accessLogs }) : null;
    const publicUrl = site?.url ?? `https://${doors.httpHost}`;
    const console = state.signIn?.addConsole(this, publicUrl);
    const stateMachineArn = arnByName(this, 'states', 'stateMachine', stage.name);
    const { livenessRegion } = stage;
    const liveCaptureRoleArn = livenessRegion === undefined ? null : roleArnByName(this, LiveCaptureRole.nameIn(stage));
    const functions = new Functions(this, 'Functions', {
      stage, state, network, queues, code,
      logKey: this.transit,
      environment: {
        KYC_TABLE_PREFIX: `${stage.name}-`,
        KYC_KMS_WRAPPING_KEY: state.keys.wrapping.keyArn,
        KYC_KMS_LOOKUP_KEY: state.keys.lookup.keyArn,
        KYC_KMS_SIGNING_KEY: state.keys.signing.keyArn,
        KYC_RAW_BUCKET: state.buckets.raw.bucketName,
        KYC_EVIDENCE_BUCKET: state.buckets.evidence.bucketName,
        KYC_TILES_BUCKET: state.buckets.tiles.bucketName,
        KYC_EXPORTS_BUCKET: state.buckets.exports.bucketName,
        KYC_EXPORT_QUEUE_URL: queues.of('exports').queueUrl,
        KYC_LOCK_MODE: stage.lockMode,
        KYC_LOCK_DAYS: String(stage.lockDays),
        KYC_LEDGER_ORIGIN: stage.logOrigin,
        KYC_SCAN_QUEUE_URL: queues.of('doc-scan').queueUrl,
        KYC_JOBS_QUEUE_URL: queues.of('kyc-jobs').queueUrl,
        KYC_WEBHOOK_QUEUE_URL: queues.of('webhooks').queueUrl,
        KYC_EVENT_BUS: state.bus.eventBusName,
        KYC_STATE_MACHINE_ARN: stateMachineArn,
        KYC_TOPIC_ARN: messages.results.topicArn,
        KYC_EMAIL_FROM: messages.from,
        KYC_EMAIL_CONFIGURATION_SET: messages.configurationSet.configurationSetName,
        KYC_REVIEWER_ADDRESS: stage.reviewerAddress,
        KYC_WEBSOCKET_URL: doors.webSocketStage.callbackUrl,
        KYC_LIVENESS_REGION: livenessRegion,
        KYC_LIVENESS_ROLE_ARN: liveCaptureRoleArn ?? undefined,
        KYC_SECRET_ID: state.secret.secretArn,
        KYC_PUBLIC_URL: publicUrl,
        KYC_SIGN_IN: state.signIn === null ? 'links' : 'cognito',
        KYC_COGNITO_ISSUER: state.signIn?.pool.userPoolProviderUrl,
        KYC_COGNITO_CLIENT_ID: console?.userPoolClientId,
        KYC_COGNITO_DOMAIN: state.signIn?.domain.baseUrl(),
        KYC_DATABASE_URL: state.database?.url,
        KYC_OPENSEARCH_URL: state.auditDomain?.url,
      },
      grantable: {
        state, queues, stateMachineArn,
        transitKey: this.transit,
        topic: messages.results,
        webSocket: doors.webSocketStage,
        emailArns: messages.emailArns,
        liveCaptureRoleArn,
      },
    });
    if (livenessRegion !== undefined) new LiveCaptureRole(this, 'LiveCapture', { stage, region: livenessRegion, lender: functions.of('live-capture') });
    doors.leadTo(functions);
    const stateMachine = this.workflow(stage, functions);
    this.route(state, queues);
    if (has(stage, 'deployment-task')) this.onDeployment(functions);
    if (stage.onPremises !== undefined) {
      const logGroup = new logs.LogGroup(this, 'DataSyncLogs', { retention: logs.RetentionDays.ONE_YEAR, encryptionKey: this.transit });
      new OnPremises(this, 'OnPremises', { from: stage.onPremises, bucket: state.buckets.raw, key: state.keys.storage, logGroup });
    }
    if (has(stage, 'monitoring')) {
      new Monitoring(this, 'Monitoring', { stageName: stage.name, state, functions, queues, stateMachine, http: doors.http, topic: messages.alarms });
    }
    new CfnOutput(this, 'PublicUrl', { value: publicUrl });
    new CfnOutput(this, 'ApiUrl', { value: doors.http.apiEndpoint });
    new CfnOutput(this, 'StateMachineArn', { value: stateMachine.stateMachineArn });
    if (site !== null) {
      new CfnOutput(this, 'SiteBucket', { value: site.bucket.bucketName });
      new CfnOutput(this, 'SiteDistribution', { value: site.distribution.distributionId });
    }
  }

  /** Queues, topics and logs: what passes through. Apart from storage, so that services which pass things on reach no store. */
  private transitKey(stage: Stage): kms.Key {
    const key = new kms.Key(this, 'Transit', { description: 'Queues, topics and logs', alias: `${stage.name}/transit`, enableKeyRotation: true, pendingWindow: Duration.days(30) });
    for (const service of ['events.amazonaws.com', 'cloudwatch.amazonaws.com', 'ses.amazonaws.com', 'scheduler.amazonaws.com']) {
      key.addToResourcePolicy(
        new iam.PolicyStatement({
          principals: [new iam.ServicePrincipal(service)],
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: ['*'],
          conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
        }),
      );
    }
    allowLogs(key);
    return key;
  }

  private workflow(stage: Stage, functions: Functions): sfn.StateMachine {
    const tasks = lambdaEntries.flatMap(({ name, triggers: all }) => all.flatMap((each) => (each.kind === 'workflow' ? [[each.placeholder, functions.of(name)] as const] : [])));
    const stateMachine = new sfn.StateMachine(this, 'Workflow', {
      stateMachineName: stage.name,
      stateMachineType: sfn.StateMachineType.STANDARD,
      definitionBody: sfn.DefinitionBody.fromFile(definition),
      definitionSubstitutions: Object.fromEntries(tasks.map(([placeholder, each]) => [placeholder, each.functionArn])),
      tracingEnabled: true,
      logs: {
        destination: new logs.LogGroup(this, 'WorkflowLogs', { logGroupName: `/aws/vendedlogs/states/${stage.name}`, retention: logs.RetentionDays.ONE_YEAR, encryptionKey: this.transit }),
        level: sfn.LogLevel.ALL,
        includeExecutionData: false,
      },
    });
    for (const [, each] of tasks) each.grantInvoke(stateMachine);
    return stateMachine;
  }

  private route(state: StateStack, queues: Queues): void {
    const deadLetterQueue = queues.givenUp;
    new events.Rule(this, 'RawUploads', {
      description: 'Uploads that arrived in the raw bucket',
      eventPattern: { source: ['aws.s3'], detailType: ['Object Created'], detail: { bucket: { name: [state.buckets.raw.bucketName] } } },
      targets: [new targets.SqsQueue(queues.of('raw-uploads'), { deadLetterQueue })],
    });
    for (const model of readModelNames) {
      const types = readModelEvents[model];
      const queue: QueueId = `project-${model}`;
      new events.Rule(this, `Events-${queue}`, {
        eventBus: state.bus,
        description: `Recorded events for ${queue}`,
        eventPattern: { source: ['kyc.ledger'], ...(types !== 'all' && { detailType: [...types] }) },
        targets: [new targets.SqsQueue(queues.of(queue), { deadLetterQueue })],
      });
    }
  }

  /** The database is brought up to date before any new code meets it. */
  private onDeployment(functions: Functions): void {
    const first = lambdaEntries.filter((entry) => entry.triggers.some((each) => each.kind === 'deployment'));
    const others = lambdaEntries.filter((entry) => !first.includes(entry)).map((entry) => functions.of(entry.name));
    for (const entry of first) {
      new triggers.Trigger(this, `On-${entry.name}`, { handler: functions.of(entry.name), timeout: Duration.minutes(14), executeBefore: others });
    }
  }
}
