import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ending, rewriting } from '../../../infra/stacks/parts/tables.ts';
import { lambdaEntries, queues } from '../../../infra/lambda/entries.ts';
import { consoleHeaders } from '../../../runtime/console-headers.ts';
import { tableDefinitions } from '../../../ledger/dynamodb/tables.ts';
import { found, stacksOf, statementsIn, templatesOf } from './synthesised.ts';

const stacks = stacksOf();
const { network, state, platform } = templatesOf(stacks);

/** Every statement of a role's policies, by the role's logical id. */
function statementsOf(role: string) {
  return Object.values(found(platform, 'AWS::IAM::Policy'))
    .filter(({ Properties }) => JSON.stringify(Properties['Roles']).includes(role))
    .flatMap(({ Properties }) => statementsIn(Properties['PolicyDocument']));
}
const roleOf = (name: string) => `Functions${name.replaceAll('-', '')}role`;

describe('buckets', () => {
  test.each(['Raw', 'Evidence', 'Tiles'])('%s is encrypted with our key, keeps versions under Object Lock, and is closed to the public', (name) => {
    const [bucket] = Object.entries(found(state, 'AWS::S3::Bucket')).filter(([id]) => id.startsWith(`Buckets${name}`)).map(([, each]) => each);
    expect(bucket?.Properties).toMatchObject({
      ObjectLockEnabled: true,
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: expect.anything() } }] },
    });
    expect(bucket?.DeletionPolicy).toBe('Retain');
  });

  test('every bucket refuses requests without TLS 1.2', () => {
    for (const template of [state, platform]) {
      const policies = Object.values(found(template, 'AWS::S3::BucketPolicy')).map(({ Properties }) => statementsIn(Properties['PolicyDocument']));
      expect(policies).toHaveLength(Object.keys(found(template, 'AWS::S3::Bucket')).length);
      for (const statements of policies) {
        const denied = statements.filter(({ Effect }) => Effect === 'Deny').map(({ Condition }) => JSON.stringify(Condition));
        expect(denied).toContain('{"Bool":{"aws:SecureTransport":"false"}}');
        expect(denied).toContain('{"NumericLessThan":{"s3:TlsVersion":1.2}}');
      }
    }
  });

  test('nobody may write under another key or get round a retention', () => {
    const denied = Object.values(found(state, 'AWS::S3::BucketPolicy')).flatMap(({ Properties }) => statementsIn(Properties['PolicyDocument'])).filter(({ Effect }) => Effect === 'Deny');
    expect(denied.filter(({ Sid }) => Sid === 'OtherKeysNever')).toHaveLength(4);
    expect(denied.filter(({ Sid }) => Sid === 'RetentionStays').map(({ Action }) => Action)).toEqual([['s3:BypassGovernanceRetention', 's3:PutBucketObjectLockConfiguration'], ['s3:BypassGovernanceRetention', 's3:PutBucketObjectLockConfiguration']]);
  });
});

describe('tables', () => {
  test.each(Object.keys(tableDefinitions))('%s can be restored to any second of 35 days, is encrypted with our key and protected from deletion', (name) => {
    state.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      Properties: {
        TableName: `kyc-${name}`,
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: Match.anyValue() },
      },
    });
  });

  test('the log has a stream of new images and a policy under which nobody at all rewrites it', () => {
    state.hasResourceProperties('AWS::DynamoDB::Table', {
      TableName: 'kyc-events',
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      ResourcePolicy: { PolicyDocument: { Statement: [Match.objectLike({ Effect: 'Deny', Principal: { AWS: '*' }, Action: Match.arrayEquals([...rewriting, ...ending].toSorted()), Resource: '*' })] } },
    });
  });

  test('where history is kept, the functions together may read and insert, and nothing else', () => {
    const [id = ''] = Object.entries(found(state, 'AWS::DynamoDB::Table')).filter(([, { Properties }]) => Properties['TableName'] === 'kyc-events').map(([each]) => each);
    const everyone = Object.values(found(platform, 'AWS::IAM::Policy')).flatMap(({ Properties }) => statementsIn(Properties['PolicyDocument']));
    const touching = everyone.filter(({ Effect, Resource }) => Effect === 'Allow' && JSON.stringify(Resource).includes(id));
    expect([...new Set(touching.flatMap(({ Action }) => Action))].toSorted()).toEqual([
      'dynamodb:DescribeStream', 'dynamodb:GetItem', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams', 'dynamodb:PartiQLInsert', 'dynamodb:Query',
    ]);
    // Nobody gets at it by a wildcard either.
    const everywhere = everyone.filter(({ Effect, Resource }) => Effect === 'Allow' && Resource === '*').flatMap(({ Action }) => Action);
    expect(everywhere.filter((each) => each.startsWith('dynamodb:'))).toEqual(['dynamodb:ListStreams', 'dynamodb:ListStreams']);
  });
});

describe('keys', () => {
  test('those that encrypt are rotated; the look-up key is an HMAC key and the signing key Ed25519', () => {
    const keys = Object.values(found(state, 'AWS::KMS::Key'));
    expect(keys.map(({ Properties }) => [Properties['KeySpec'] ?? 'SYMMETRIC_DEFAULT', Properties['EnableKeyRotation'] ?? false])).toEqual([
      ['SYMMETRIC_DEFAULT', true], ['SYMMETRIC_DEFAULT', true], ['HMAC_256', false], ['ECC_NIST_EDWARDS25519', false],
    ]);
    for (const key of keys) expect(key.DeletionPolicy).toBe('Retain');
  });

  test('only the sequencer signs, and exports their statement', () => {
    const signers = lambdaEntries.filter(({ name }) => statementsOf(roleOf(name)).some(({ Action }) => Action.includes('kms:Sign'))).map(({ name }) => name);
    expect(signers).toEqual(['sequencer', 'export']);
  });

  test('storage\'s key opens for a function only by way of the services that it is listed for', () => {
    const bare = lambdaEntries.flatMap(({ name }) => statementsOf(roleOf(name)))
      .filter(({ Action, Resource, Condition }) => Action.includes('kms:Decrypt') && JSON.stringify(Resource).includes('KeysStorage') && !JSON.stringify(Condition ?? '').includes('kms:ViaService'));
    // CDK's own grant to the two readers of the stream.
    expect(bare.length).toBeLessThanOrEqual(2);
  });
});

describe('database', () => {
  test('a writer and a reader, encrypted, protected, by IAM, with 35 days of backups', () => {
    state.hasResource('AWS::RDS::DBCluster', {
      DeletionPolicy: 'Retain',
      Properties: { Engine: 'aurora-postgresql', StorageEncrypted: true, DeletionProtection: true, EnableIAMDatabaseAuthentication: true, BackupRetentionPeriod: 35 },
    });
    state.resourcePropertiesCountIs('AWS::RDS::DBInstance', { DBInstanceClass: 'db.serverless', PubliclyAccessible: false }, 2);
    state.hasResourceProperties('AWS::RDS::DBClusterParameterGroup', { Parameters: Match.objectLike({ 'rds.force_ssl': '1', log_parameter_max_length: '0' }) });
  });

  test('the proxy wants TLS and IAM, and analysts have a way to the reader alone', () => {
    state.hasResourceProperties('AWS::RDS::DBProxy', { RequireTLS: true, Auth: Match.arrayWith([Match.objectLike({ IAMAuth: 'REQUIRED' })]) });
    const auth = z.array(z.object({ IAMAuth: z.string() })).parse(Object.values(found(state, 'AWS::RDS::DBProxy'))[0]?.Properties['Auth']);
    expect(auth.map(({ IAMAuth }) => IAMAuth)).toEqual(['REQUIRED', 'REQUIRED']);
    state.hasResourceProperties('AWS::RDS::DBProxyEndpoint', { TargetRole: 'READ_ONLY' });
  });

  test('functions connect as the owner and as nobody else', () => {
    for (const { name, permissions } of lambdaEntries) {
      const connects = statementsOf(roleOf(name)).filter(({ Action }) => Action.includes('rds-db:connect'));
      expect(connects.length).toBe(permissions.some(({ on }) => on === 'database') ? 1 : 0);
      for (const { Resource } of connects) expect(JSON.stringify(Resource)).toMatch(/\/kyc"/);
    }
  });
});

describe('audit domain', () => {
  test('is encrypted at rest and between nodes, speaks TLS 1.2 only, and stands in two zones of the network', () => {
    state.hasResourceProperties('AWS::OpenSearchService::Domain', {
      EncryptionAtRestOptions: { Enabled: true, KmsKeyId: Match.anyValue() },
      NodeToNodeEncryptionOptions: { Enabled: true },
      DomainEndpointOptions: { EnforceHTTPS: true, TLSSecurityPolicy: 'Policy-Min-TLS-1-2-PFS-2023-10' },
      ClusterConfig: Match.objectLike({ ZoneAwarenessEnabled: true, DedicatedMasterEnabled: true }),
      VPCOptions: Match.anyValue(),
    });
  });
});

describe('network', () => {
  test('has an endpoint for each service that the flow uses', () => {
    const names = JSON.stringify(Object.values(found(network, 'AWS::EC2::VPCEndpoint')).map(({ Properties }) => Properties['ServiceName']));
    for (const service of ['s3', 'dynamodb', 'textract', 'rekognition', 'kms', 'sqs', 'sns', 'states', 'events', 'secretsmanager', 'logs', 'xray']) expect(names).toContain(`.${service}"`);
  });

  test('lets nothing in from outside', () => {
    for (const template of [network, state]) {
      const open = [...Object.values(found(template, 'AWS::EC2::SecurityGroup')), ...Object.values(found(template, 'AWS::EC2::SecurityGroupIngress'))].map(({ Properties }) => JSON.stringify(Properties['SecurityGroupIngress'] ?? Properties));
      for (const each of open) expect(each).not.toMatch(/"CidrIp":"0\.0\.0\.0\/0".*"FromPort"(?!:443|:5432)/);
      expect(Object.values(found(template, 'AWS::EC2::SecurityGroupIngress')).filter(({ Properties }) => Properties['CidrIp'] !== undefined)).toEqual([]);
    }
  });

  test('holds every function', () => {
    for (const { Properties } of Object.values(found(platform, 'AWS::Lambda::Function')).filter((each) => String(each.Properties['FunctionName']).startsWith('kyc-'))) expect(Properties['VpcConfig']).toBeDefined();
  });
});

describe('functions', () => {
  test.each(lambdaEntries.map(({ name }) => name))('%s is as the list says, traced, with a place for failed calls', (name) => {
    const entry = lambdaEntries.find((each) => each.name === name);
    platform.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: `kyc-${name}`,
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      MemorySize: entry?.memoryMegabytes,
      Timeout: entry?.timeoutSeconds,
      TracingConfig: { Mode: 'Active' },
      DeadLetterConfig: Match.anyValue(),
    });
  });

  test('have no action with a wildcard but those of the list, and no policy of Amazon\'s', () => {
    for (const { name } of lambdaEntries) {
      for (const { Effect, Action } of statementsOf(roleOf(name))) {
        for (const action of Effect === 'Allow' ? Action : []) expect(action).not.toMatch(/^\*|:\*$/);
      }
    }
    for (const { Properties } of Object.values(found(platform, 'AWS::IAM::Role')).filter(({ Properties: each }) => lambdaEntries.some(({ says }) => says === each['Description']))) expect(Properties['ManagedPolicyArns']).toBeUndefined();
  });

  test('every queue and stream answers for single records and ends in dead letters', () => {
    for (const { Properties } of Object.values(found(platform, 'AWS::Lambda::EventSourceMapping'))) expect(Properties['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
    platform.resourcePropertiesCountIs('AWS::Lambda::EventSourceMapping', { StartingPosition: 'TRIM_HORIZON', BisectBatchOnFunctionError: true, DestinationConfig: { OnFailure: Match.anyValue() } }, 2);
  });
});

describe('queues and topics', () => {
  test('are encrypted with our key; each queue has its dead letters', () => {
    platform.allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: Match.anyValue() });
    platform.allResourcesProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
    for (const [name, { receives, visibilitySeconds }] of Object.entries(queues)) {
      platform.hasResourceProperties('AWS::SQS::Queue', { QueueName: `kyc-${name.replace(/^kyc-/, '')}`, VisibilityTimeout: visibilitySeconds, RedrivePolicy: Match.objectLike({ maxReceiveCount: receives }) });
    }
  });

  test('refuse requests without TLS', () => {
    for (const { Properties } of [...Object.values(found(platform, 'AWS::SQS::QueuePolicy')), ...Object.values(found(platform, 'AWS::SNS::TopicPolicy'))]) {
      expect(JSON.stringify(Properties['PolicyDocument'])).toContain('"aws:SecureTransport":"false"');
    }
  });
});

describe('workflow', () => {
  test('is the definition that the embedded runtime runs, with the functions put in, logged without its data', () => {
    const [machine] = Object.values(found(platform, 'AWS::StepFunctions::StateMachine'));
    const tasks = lambdaEntries.flatMap(({ triggers }) => triggers.flatMap((each) => (each.kind === 'workflow' ? [each.placeholder] : [])));
    const { Key } = z.looseObject({ Key: z.string() }).parse(machine?.Properties['DefinitionS3Location']);
    const assembly = App.of(stacks.platform)?.synth().directory ?? '';
    expect(readFileSync(join(assembly, `asset.${Key}`), 'utf8')).toBe(readFileSync(new URL('../../../infra/workflow/kyc.asl.json', import.meta.url), 'utf8'));
    expect(Object.keys(z.looseObject({}).parse(machine?.Properties['DefinitionSubstitutions'])).toSorted()).toEqual(tasks.toSorted());
    expect(machine?.Properties).toMatchObject({ StateMachineType: 'STANDARD', TracingConfiguration: { Enabled: true }, LoggingConfiguration: { IncludeExecutionData: false, Level: 'ALL' } });
  });
});

describe('doors', () => {
  test('nobody can make an account, everybody needs a second factor, and the groups are the platform\'s roles', () => {
    state.hasResourceProperties('AWS::Cognito::UserPool', { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true }, MfaConfiguration: 'ON', DeletionProtection: 'ACTIVE' });
    state.resourceCountIs('AWS::Cognito::UserPoolGroup', 5);
    platform.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      GenerateSecret: false, AllowedOAuthFlows: ['code'], AllowedOAuthScopes: ['openid'], EnableTokenRevocation: true, SupportedIdentityProviders: ['COGNITO'],
    });
  });

  test('logs of the APIs name no path and no query', () => {
    for (const { Properties } of Object.values(found(platform, 'AWS::ApiGatewayV2::Stage'))) {
      expect(JSON.stringify(Properties['AccessLogSettings'])).not.toMatch(/path|query|sourceIp|identity/i);
    }
  });

  test('the console is served by TLS, from a bucket that only CloudFront reads', () => {
    platform.hasResourceProperties('AWS::CloudFront::Distribution', { DistributionConfig: Match.objectLike({ DefaultCacheBehavior: Match.objectLike({ ViewerProtocolPolicy: 'redirect-to-https' }) }) });
    platform.resourceCountIs('AWS::CloudFront::OriginAccessControl', 1);
  });

  test('the console has the headers that the platform itself serves it with, and its page is never kept', () => {
    const Policy = z.looseObject({
      ResponseHeadersPolicyConfig: z.looseObject({
        SecurityHeadersConfig: z.record(z.string(), z.looseObject({ ContentSecurityPolicy: z.string().optional(), FrameOption: z.string().optional(), ReferrerPolicy: z.string().optional() })),
        CustomHeadersConfig: z.object({ Items: z.array(z.object({ Header: z.string(), Value: z.string(), Override: z.literal(true) })) }).default({ Items: [] }),
      }),
    });
    const headersOf = (id: string) => {
      const [policy] = Object.entries(found(platform, 'AWS::CloudFront::ResponseHeadersPolicy')).filter(([name]) => name.startsWith(`Site${id}`)).map(([, each]) => Policy.parse(each.Properties).ResponseHeadersPolicyConfig);
      const secure = policy?.SecurityHeadersConfig ?? {};
      expect(secure).toHaveProperty('StrictTransportSecurity');
      return {
        ...Object.fromEntries((policy?.CustomHeadersConfig.Items ?? []).map(({ Header, Value }) => [Header, Value])),
        'content-security-policy': secure['ContentSecurityPolicy']?.ContentSecurityPolicy,
        'x-content-type-options': 'ContentTypeOptions' in secure ? 'nosniff' : undefined,
        'x-frame-options': secure['FrameOptions']?.FrameOption,
        'referrer-policy': secure['ReferrerPolicy']?.ReferrerPolicy,
      };
    };
    expect(headersOf('PageHeaders')).toEqual({ ...consoleHeaders, 'cache-control': 'no-store' });
    expect(headersOf('FileHeaders')).toEqual({ ...consoleHeaders, 'cache-control': 'public, max-age=31536000, immutable' });
  });

  test('API and log are reached under the console\'s own name, cookies only by the API', () => {
    const Behaviors = z.array(z.looseObject({ PathPattern: z.string(), TargetOriginId: z.string(), OriginRequestPolicyId: z.string().optional() }));
    const [distribution] = Object.values(found(platform, 'AWS::CloudFront::Distribution'));
    const behaviors = Behaviors.parse(z.looseObject({ CacheBehaviors: z.unknown() }).parse(distribution?.Properties['DistributionConfig']).CacheBehaviors);
    const of = (path: string) => behaviors.find(({ PathPattern }) => PathPattern === path);
    expect(behaviors.map(({ PathPattern }) => PathPattern)).toEqual(['/assets/*', '/api/*', '/openapi.json', '/log/*']);
    expect(of('/log/*')?.TargetOriginId).toBe(of('/api/*')?.TargetOriginId);
    expect(of('/api/*')?.OriginRequestPolicyId).toBeDefined();
    expect(of('/log/*')?.OriginRequestPolicyId).toBeUndefined();
  });
});

test('every stack is protected from being removed', () => {
  for (const stack of [stacks.network, stacks.state, stacks.platform]) expect(stack?.terminationProtection).toBe(true);
});

test('every log group is encrypted with our key and kept for a year', () => {
  for (const template of [network, state, platform]) {
    for (const { Properties } of Object.values(found(template, 'AWS::Logs::LogGroup'))) expect(Properties).toMatchObject({ RetentionInDays: 365, KmsKeyId: expect.anything() });
  }
});
