import { Aws, Duration, Fn, Size } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sources from 'aws-cdk-lib/aws-lambda-event-sources';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as targets from 'aws-cdk-lib/aws-scheduler-targets';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type LambdaEntry, type Trigger, environmentOf, lambdaEntries } from '../../lambda/entries.ts';
import { ENDPOINT, type FunctionSetting } from '../../../runtime/aws/settings.ts';
import type { NetworkStack } from '../network-stack.ts';
import type { Stage } from '../stage.ts';
import type { StateStack } from '../state-stack.ts';
import { type Grantable, statementsFor } from './grants.ts';
import type { Queues } from './queues.ts';

/** The bundled code of a function. */
export type CodeOf = (entry: LambdaEntry) => lambda.Code;

export interface FunctionsProps {
  readonly stage: Stage;
  readonly state: StateStack;
  readonly network: NetworkStack | null;
  readonly queues: Queues;
  readonly code: CodeOf;
  readonly logKey: kms.IKey;
  /** By the names that functions know; a name that none of them reads is refused by its type. */
  readonly environment: Readonly<Partial<Record<FunctionSetting, string | undefined>>>;
  readonly grantable: Grantable;
}

/** One function for each entry of infra/lambda/entries.ts, with a role of its own and what sets it going. */
export class Functions extends Construct {
  readonly all = new Map<string, lambda.Function>();
  private readonly props: FunctionsProps;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    this.props = props;
    for (const entry of lambdaEntries) {
      const made = this.make(entry);
      this.all.set(entry.name, made);
      for (const trigger of entry.triggers) this.connect(made, entry, trigger);
    }
  }

  of(name: string): lambda.Function {
    const made = this.all.get(name);
    if (made === undefined) throw new TypeError(`There is no function ${name}`);
    return made;
  }

  private make(entry: LambdaEntry): lambda.Function {
    const { stage, network, queues, code, logKey, environment, grantable } = this.props;
    const functionName = `${stage.name}-${entry.name}`;
    const role = new iam.Role(this, `${entry.name}-role`, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'), description: entry.says });
    const logGroup = new logs.LogGroup(this, `${entry.name}-logs`, { logGroupName: `/aws/lambda/${functionName}`, retention: logs.RetentionDays.ONE_YEAR, encryptionKey: logKey });
    const made = new lambda.Function(this, entry.name, {
      functionName,
      description: entry.says,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: stage.architecture === 'arm64' ? lambda.Architecture.ARM_64 : lambda.Architecture.X86_64,
      handler: 'index.handler',
      code: code(entry),
      memorySize: entry.memoryMegabytes,
      timeout: Duration.seconds(entry.timeoutSeconds),
      ...(entry.diskMegabytes !== undefined && { ephemeralStorageSize: Size.mebibytes(entry.diskMegabytes) }),
      role,
      logGroup,
      tracing: lambda.Tracing.ACTIVE,
      environment: { ...environmentFor(entry, { ...environment, ...stage.settings }), ...tracesOf(stage, functionName) },
      ...(stage.traces !== undefined && { layers: [lambda.LayerVersion.fromLayerVersionArn(this, `${entry.name}-traces`, stage.traces.layerArn)] }),
      deadLetterQueue: queues.givenUp,
      ...(entry.reservedConcurrency !== undefined && { reservedConcurrentExecutions: entry.reservedConcurrency }),
      ...(network !== null && { vpc: network.vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }, securityGroups: [network.functions] }),
    });
    logGroup.grantWrite(role);
    for (const statement of statementsFor(entry.permissions, grantable)) role.addToPolicy(statement);
    if (network !== null) for (const statement of inNetwork(functionName)) role.addToPolicy(statement);
    return made;
  }

  private connect(made: lambda.Function, entry: LambdaEntry, trigger: Trigger): void {
    const { queues, state } = this.props;
    switch (trigger.kind) {
      case 'queue':
        made.addEventSource(
          new sources.SqsEventSource(queues.of(trigger.queue), {
            batchSize: trigger.batchSize,
            reportBatchItemFailures: true,
            ...(trigger.windowSeconds !== undefined && { maxBatchingWindow: Duration.seconds(trigger.windowSeconds) }),
            ...(trigger.maxConcurrency !== undefined && { maxConcurrency: trigger.maxConcurrency }),
          }),
        );
        return;
      case 'stream':
        made.addEventSource(
          new sources.DynamoEventSource(state.tables.of(trigger.table), {
            startingPosition: lambda.StartingPosition.TRIM_HORIZON,
            batchSize: trigger.batchSize,
            reportBatchItemFailures: true,
            bisectBatchOnError: true,
            // Then the sweep has it: a record that nothing can be made of must not hold up all after it.
            retryAttempts: 50,
            maxRecordAge: Duration.hours(12),
            onFailure: new sources.SqsDlq(queues.givenUp),
            ...(trigger.windowSeconds !== undefined && { maxBatchingWindow: Duration.seconds(trigger.windowSeconds) }),
          }),
        );
        return;
      case 'schedule':
        this.schedule(made, entry, trigger.expression, queues.givenUp);
        return;
      case 'workflow':
      case 'http':
      case 'websocket':
      case 'deployment':
    }
  }

  private schedule(made: lambda.Function, entry: LambdaEntry, expression: string, dead: sqs.IQueue): void {
    new scheduler.Schedule(this, `${entry.name}-schedule`, {
      scheduleName: `${this.props.stage.name}-${entry.name}`,
      description: entry.says,
      schedule: scheduler.ScheduleExpression.expression(expression),
      target: new targets.LambdaInvoke(made, { deadLetterQueue: dead, retryAttempts: 3, maxEventAge: Duration.hours(1) }),
      key: this.props.logKey,
    });
  }
}

const interfaceActions = ['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:DeleteNetworkInterface', 'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'];

/** Lambda itself makes the network interfaces, under the function's role; the function's code may not. */
function inNetwork(functionName: string): iam.PolicyStatement[] {
  const self = Fn.join(':', ['arn', Aws.PARTITION, 'lambda', Aws.REGION, Aws.ACCOUNT_ID, 'function', functionName]);
  return [
    new iam.PolicyStatement({ actions: interfaceActions, resources: ['*'] }),
    new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: interfaceActions, resources: ['*'], conditions: { ArnEquals: { 'lambda:SourceFunctionArn': self } } }),
  ];
}

/** The sampler goes by the trace's id, which is the applicant's own: a traced applicant is traced at every stage. */
function tracesOf({ traces }: Stage, functionName: string): Record<string, string> {
  if (traces === undefined) return {};
  return {
    AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel-instrument',
    OTEL_SERVICE_NAME: functionName,
    OTEL_TRACES_SAMPLER: 'traceidratio',
    OTEL_TRACES_SAMPLER_ARG: String(traces.share),
    OTEL_AWS_APPLICATION_SIGNALS_ENABLED: 'false',
    // Spans of clients would carry URLs and statements; ours carry ids.
    OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'aws-lambda',
  };
}

/** What the function reads, of what is known; settings with a default may stay unset. */
function environmentFor(entry: LambdaEntry, known: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const names = [...environmentOf(entry), ...Object.keys(known).filter((name) => ENDPOINT.test(name))];
  const given = names.flatMap((name) => (known[name] === undefined ? [] : [[name, known[name]] as const]));
  return { NODE_OPTIONS: '--enable-source-maps', ...Object.fromEntries(given) };
}
