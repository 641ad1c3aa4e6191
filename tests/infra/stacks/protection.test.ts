import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { lambdaEntries, queues } from '../../../infra/lambda/entries.ts';
import { Stage } from '../../../infra/stacks/stage.ts';
import { readModelEvents } from '../../../runtime/read-model-events.ts';
import { consoleHeaders } from '../../../runtime/console-headers.ts';
import { found, stacksOf, statementsIn, templatesOf, wholeStage } from './synthesised.ts';

const { network, state, platform } = templatesOf(stacksOf({ ...wholeStage, analystNetworks: ['10.20.0.0/16'] }));
const json = (value: unknown) => JSON.stringify(value ?? null);
const alarms = Object.values(found(platform, 'AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
const alarmNamed = (name: string) => alarms.find(({ AlarmName }) => AlarmName === `kyc-${name}`);
const everyStatement = [network, state, platform].flatMap((template) => Object.values(found(template, 'AWS::IAM::Policy')).flatMap(({ Properties }) => statementsIn(Properties['PolicyDocument'])));

describe('every bucket', () => {
  test('is closed to the public, keeps its versions and outlives its stack', () => {
    for (const template of [state, platform]) {
      for (const { Properties, DeletionPolicy } of Object.values(found(template, 'AWS::S3::Bucket'))) {
        expect(Properties).toMatchObject({
          PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
          VersioningConfiguration: { Status: 'Enabled' },
          BucketEncryption: expect.anything(),
        });
        expect(DeletionPolicy).toBe('Retain');
      }
    }
  });

  test('that takes uploads tells EventBridge, and keeps nothing for longer than a month', () => {
    state.hasResourceProperties('AWS::S3::Bucket', {
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 30, NoncurrentVersionExpiration: { NoncurrentDays: 1 }, Status: 'Enabled' })] },
    });
  });

  test('that functions lock objects in is locked as the stage says', () => {
    for (const { name, settings } of lambdaEntries.filter((each) => each.settings.includes('ledger') || each.settings.includes('log'))) {
      platform.hasResourceProperties('AWS::Lambda::Function', { FunctionName: `kyc-${name}`, Environment: { Variables: Match.objectLike({ KYC_LOCK_MODE: 'COMPLIANCE', KYC_LOCK_DAYS: '1826' }) } });
      expect(settings.length).toBeGreaterThan(0);
    }
  });
});

describe('an alarm', () => {
  test('reaches the people: CloudWatch may publish to its topic and use the topic\'s key', () => {
    const topics = new Set(alarms.flatMap(({ AlarmActions }) => z.array(z.object({ Ref: z.string() })).parse(AlarmActions).map(({ Ref }) => Ref)));
    expect(topics.size).toBe(1);
    for (const topic of topics) {
      const policies = Object.values(found(platform, 'AWS::SNS::TopicPolicy')).filter(({ Properties }) => json(Properties['Topics']).includes(`"${topic}"`));
      const allowed = policies.flatMap(({ Properties }) => statementsIn(Properties['PolicyDocument'])).filter(({ Effect, Action, Principal }) => Effect === 'Allow' && Action.includes('sns:Publish') && json(Principal).includes('cloudwatch.amazonaws.com'));
      expect(allowed).toHaveLength(1);
      const key = /"Fn::GetAtt":\["(\w+)"/.exec(json(found(platform, 'AWS::SNS::Topic')[topic]?.Properties['KmsMasterKeyId']))?.[1] ?? '';
      const uses = statementsIn(found(platform, 'AWS::KMS::Key')[key]?.Properties['KeyPolicy']).filter(({ Effect, Principal }) => Effect === 'Allow' && json(Principal).includes('cloudwatch.amazonaws.com'));
      expect(uses.flatMap(({ Action }) => Action)).toEqual(expect.arrayContaining(['kms:Decrypt', 'kms:GenerateDataKey']));
    }
    platform.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'alarms@example.org' });
  });

  test.each([...Object.keys(queues).map((name) => `dead-letters-${name}`), 'given-up'])('%s is raised by the first message that was given up on', (name) => {
    expect(alarmNamed(name)).toMatchObject({ MetricName: 'ApproximateNumberOfMessagesVisible', Threshold: 1, EvaluationPeriods: 1, ComparisonOperator: 'GreaterThanOrEqualToThreshold' });
    const [{ Value } = { Value: null }] = z.array(z.object({ Value: z.unknown() })).parse(alarmNamed(name)?.['Dimensions']);
    expect(json(Value)).toContain(`Queues${name.replace('dead-letters-', '').replaceAll('-', '')}`);
  });

  test('is raised by the first item of the ledger that is changed or removed', () => {
    expect(alarmNamed('history-touched')).toMatchObject({ MetricName: 'HistoryTouched', Namespace: 'kyc', Threshold: 1, EvaluationPeriods: 1, Statistic: 'Sum' });
    platform.hasResourceProperties('AWS::Logs::MetricFilter', {
      FilterPattern: '{ $.code = "HISTORY_TOUCHED" }',
      LogGroupName: { Ref: Match.stringLikeRegexp('^Functionspublisherlogs') },
      MetricTransformations: [Match.objectLike({ MetricName: 'HistoryTouched', MetricNamespace: 'kyc', MetricValue: '1' })],
    });
  });

  test('of what does nothing but run once an hour, a day or a week needs no second failure', () => {
    const rare = lambdaEntries.filter(({ triggers }) => triggers.every((each) => each.kind === 'schedule' && /^cron|hour/.test(each.expression)));
    expect(rare.map(({ name }) => name)).toContain('anchor-log');
    expect(rare.length).toBeGreaterThan(3);
    for (const { name } of rare) expect(alarmNamed(`${name}-failing`)).toMatchObject({ Threshold: 1, EvaluationPeriods: 1 });
  });

  test('is on one dashboard with the rest', () => {
    platform.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
  });
});

describe('the bus', () => {
  test('is encrypted with our key, with an archive of what the ledger said', () => {
    state.hasResourceProperties('AWS::Events::EventBus', { KmsKeyIdentifier: Match.anyValue() });
    state.hasResourceProperties('AWS::Events::Archive', { EventPattern: { source: ['kyc.ledger'] }, KmsKeyIdentifier: Match.anyValue(), RetentionDays: 30 });
  });

  test.each(Object.entries(readModelEvents))('feeds %s what it feeds on one machine', (model, types) => {
    platform.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: ['kyc.ledger'], 'detail-type': types === 'all' ? Match.absent() : [...types] },
      State: 'ENABLED',
      Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp(`^Queuesproject${model.replaceAll('-', '')}[0-9A-F]{8}$`), 'Arn'] } })],
    });
  });

  test('and the raw bucket\'s rule keep what they cannot deliver', () => {
    for (const { Properties } of Object.values(found(platform, 'AWS::Events::Rule'))) expect(json(Properties['Targets'])).toMatch(/"DeadLetterConfig":.*Queuesgivenup/);
  });
});

describe('schedules and streams', () => {
  test('each schedule is encrypted, tried again and ends in dead letters', () => {
    const schedules = lambdaEntries.flatMap(({ triggers }) => triggers.filter(({ kind }) => kind === 'schedule'));
    platform.resourcePropertiesCountIs('AWS::Scheduler::Schedule', {
      State: 'ENABLED', KmsKeyArn: Match.anyValue(),
      Target: Match.objectLike({ DeadLetterConfig: { Arn: Match.anyValue() }, RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 3600 } }),
    }, schedules.length);
  });

  test('a failing batch of the stream goes to a queue with an alarm, as its position alone', () => {
    platform.resourcePropertiesCountIs('AWS::Lambda::EventSourceMapping', {
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Queuesgivenup'), 'Arn'] } } }, MaximumRetryAttempts: 50, MaximumRecordAgeInSeconds: 43_200,
    }, 2);
  });
});

describe('analysts', () => {
  test('reach the read-only endpoint from the networks named, and nothing else from anywhere', () => {
    const rules = Object.values(found(state, 'AWS::EC2::SecurityGroup')).filter(({ Properties }) => json(Properties['SecurityGroupIngress']).includes('CidrIp'));
    expect(rules).toHaveLength(1);
    expect(rules[0]?.Properties['SecurityGroupIngress']).toEqual([{ CidrIp: '10.20.0.0/16', Description: 'Analysts', FromPort: 5432, ToPort: 5432, IpProtocol: 'tcp' }]);
    expect(json(Object.values(found(state, 'AWS::RDS::DBProxyEndpoint'))[0]?.Properties['VpcSecurityGroupIds'])).toMatch(/AnalystsGroup/);
  });

  test('connect as the role that only reads', () => {
    const [policy] = Object.values(found(state, 'AWS::IAM::ManagedPolicy')).map(({ Properties }) => statementsIn(Properties['PolicyDocument']));
    expect(policy?.map(({ Action }) => Action)).toEqual([['rds-db:connect']]);
    expect(json(policy?.[0]?.Resource)).toMatch(/\/kyc_analyst"/);
  });

  test('are never all the world, and nobody unless the stage names them', () => {
    expect(Stage.safeParse({ ...wholeStage, analystNetworks: ['0.0.0.0/0'] }).success).toBe(false);
    expect(wholeStage.analystNetworks).toEqual([]);
  });
});

describe('the database', () => {
  test('keeps data, insights and secrets under our key, and its logs without statements', () => {
    state.hasResourceProperties('AWS::RDS::DBCluster', { KmsKeyId: Match.anyValue(), ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 16 }, EnableCloudwatchLogsExports: ['postgresql'], CopyTagsToSnapshot: true });
    state.resourcePropertiesCountIs('AWS::RDS::DBInstance', { EnablePerformanceInsights: true, PerformanceInsightsKMSKeyId: Match.anyValue() }, 2);
    state.hasResourceProperties('AWS::RDS::DBClusterParameterGroup', { Parameters: Match.objectLike({ log_statement: 'none', log_parameter_max_length_on_error: '0' }) });
    state.allResourcesProperties('AWS::SecretsManager::Secret', { KmsKeyId: Match.anyValue() });
    state.resourcePropertiesCountIs('AWS::SecretsManager::RotationSchedule', { RotationRules: { ScheduleExpression: 'rate(30 days)' } }, 2);
  });

  test('and the tables are backed up into a locked vault for as long as they can be restored', () => {
    state.hasResourceProperties('AWS::Backup::BackupVault', { EncryptionKeyArn: Match.anyValue(), LockConfiguration: { MinRetentionDays: 7, MaxRetentionDays: 35 } });
    state.hasResourceProperties('AWS::Backup::BackupPlan', { BackupPlan: Match.objectLike({ BackupPlanRule: [Match.objectLike({ Lifecycle: { DeleteAfterDays: 35 } })] }) });
    const selected = json(Object.values(found(state, 'AWS::Backup::BackupSelection'))[0]?.Properties);
    for (const id of [...Object.keys(found(state, 'AWS::DynamoDB::Table')), ...Object.keys(found(state, 'AWS::RDS::DBCluster'))]) expect(selected).toContain(`"${id}"`);
  });
});

test('the audit domain takes signed requests of this account\'s roles only, and logs slow ones', () => {
  const [domain] = Object.values(found(state, 'AWS::OpenSearchService::Domain'));
  const [statement, ...others] = statementsIn(domain?.Properties['AccessPolicies']);
  expect(others).toEqual([]);
  expect(json(statement?.Principal)).toMatch(/:iam::111122223333:root/);
  expect(statement?.Action).toEqual(['es:ESHttp*']);
  expect(domain?.Properties['LogPublishingOptions']).toMatchObject({ ES_APPLICATION_LOGS: { Enabled: true }, SEARCH_SLOW_LOGS: { Enabled: true }, INDEX_SLOW_LOGS: { Enabled: true } });
  expect(domain?.DeletionPolicy).toBe('Retain');
});

describe('the network', () => {
  test('is logged, and its default group lets nothing through', () => {
    network.hasResourceProperties('AWS::EC2::FlowLog', { TrafficType: 'ALL', ResourceType: 'VPC' });
    expect(Object.keys(found(network, 'Custom::VpcRestrictDefaultSG'))).toHaveLength(1);
  });

  test('lets functions out to TLS and to the database, and to nothing else', () => {
    const out = Object.values(found(network, 'AWS::EC2::SecurityGroup')).filter(({ Properties }) => String(Properties['GroupDescription']).startsWith('The Lambda functions'));
    const rules = z.array(z.looseObject({ CidrIp: z.unknown(), FromPort: z.number(), ToPort: z.number() })).parse(out[0]?.Properties['SecurityGroupEgress']);
    expect(rules.map(({ FromPort, ToPort }) => [FromPort, ToPort])).toEqual([[443, 443], [5432, 5432]]);
    expect(rules[1]?.CidrIp).not.toBe('0.0.0.0/0');
  });
});

describe('rights', () => {
  test('to everything are rights to actions that know no resource', () => {
    const everywhere = everyStatement.filter(({ Effect, Resource }) => Effect === 'Allow' && Resource === '*').flatMap(({ Action }) => Action);
    const known = /^(xray:|textract:DetectDocumentText$|rekognition:|logs:|ec2:\w*(NetworkInterface|Subnets|PrivateIpAddresses)|dynamodb:ListStreams$)/;
    expect(everywhere.filter((action) => !known.test(action))).toEqual([]);
  });

  test('to call a function name who calls', () => {
    for (const { Properties } of Object.values(found(platform, 'AWS::Lambda::Permission'))) expect(Properties['SourceArn']).toBeDefined();
    platform.resourceCountIs('AWS::Lambda::Url', 0);
  });

  test('of DataSync end at the raw bucket and remove nothing there', () => {
    const [role = ''] = Object.keys(found(platform, 'AWS::IAM::Role')).filter((id) => id.startsWith('OnPremisesWriter'));
    const statements = Object.values(found(platform, 'AWS::IAM::Policy')).filter(({ Properties }) => json(Properties['Roles']).includes(role)).flatMap(({ Properties }) => statementsIn(Properties['PolicyDocument']));
    expect(statements.length).toBeGreaterThan(1);
    for (const { Action, Resource } of statements) {
      expect(Action.filter((each) => each.startsWith('s3:Delete'))).toEqual([]);
      expect(json(Resource)).toMatch(/BucketsRaw|KeysStorage/);
    }
    platform.hasResourceProperties('AWS::DataSync::LocationNFS', { ServerHostname: 'sql02.example.org', OnPremConfig: { AgentArns: Match.anyValue() } });
    platform.hasResourceProperties('AWS::DataSync::Task', { Schedule: { ScheduleExpression: 'rate(1 hour)' }, Options: Match.objectLike({ PreserveDeletedFiles: 'PRESERVE', OverwriteMode: 'NEVER' }) });
  });
});

describe('the doors', () => {
  test('bound how fast they open, and are logged', () => {
    platform.resourceCountIs('AWS::ApiGatewayV2::Api', 2);
    for (const { Properties } of Object.values(found(platform, 'AWS::ApiGatewayV2::Stage'))) {
      expect(Properties).toMatchObject({ DefaultRouteSettings: { ThrottlingRateLimit: expect.any(Number), ThrottlingBurstLimit: expect.any(Number) }, AccessLogSettings: expect.anything() });
    }
  });

  test.each(['PageHeaders', 'FileHeaders'])('give the console the headers that it has on one machine, and the transport\'s own: %s', (name) => {
    const [policy] = Object.entries(found(platform, 'AWS::CloudFront::ResponseHeadersPolicy')).filter(([id]) => id.startsWith(`Site${name}`));
    const given = json(policy?.[1].Properties);
    for (const value of Object.values(consoleHeaders).filter((each) => each !== 'nosniff')) expect(given.toLowerCase()).toContain(JSON.stringify(value).toLowerCase());
    expect(given).toContain('"ContentTypeOptions":{"Override":true}');
    expect(given).toContain('"AccessControlMaxAgeSec":63072000');
    const distribution = json(Object.values(found(platform, 'AWS::CloudFront::Distribution'))[0]?.Properties);
    expect(distribution).toContain(`"ResponseHeadersPolicyId":{"Ref":"${policy?.[0]}"}`);
    expect(distribution).toContain('"OriginProtocolPolicy":"https-only"');
    expect(distribution).not.toContain('"ViewerProtocolPolicy":"allow-all"');
  });

  test('with a name of one\'s own ask for TLS 1.2 at least', () => {
    const named = { ...wholeStage, site: { domain: 'kyc.example.org', certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/0b0addbe-ef44-baca-3000-000000000000' } };
    const [distribution] = Object.values(found(templatesOf(stacksOf(named)).platform, 'AWS::CloudFront::Distribution'));
    expect(distribution?.Properties['DistributionConfig']).toMatchObject({ Aliases: ['kyc.example.org'], ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021' } });
  });

  test('send e-mail by TLS only, from the domain of the stage', () => {
    platform.hasResourceProperties('AWS::SES::ConfigurationSet', { DeliveryOptions: { TlsPolicy: 'REQUIRE' } });
    platform.hasResourceProperties('AWS::SES::EmailIdentity', { EmailIdentity: 'example.org', ConfigurationSetAttributes: Match.anyValue() });
  });
});
