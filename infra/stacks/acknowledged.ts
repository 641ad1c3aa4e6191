import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import type { PlatformStacks } from './platform-app.ts';
import type { Stage } from './stage.ts';

interface Acknowledgement {
  /** Findings by their rules; those of both NIST 800-53 R5 and PCI DSS as `both:<rule>`. */
  readonly ids: readonly string[];
  /** Constructs below which it holds, by their path in a stack. */
  readonly on: readonly (readonly [stack: 'network' | 'state' | 'platform', path: string])[];
  readonly reason: string;
}

const solutions = (rule: string) => `AwsSolutions::AwsSolutions-${rule}`;
const wildcards = (...resources: string[]) => resources.map((each) => solutions(`IAM5[${each}]`));
const anyVersionOf = (...functions: string[]) => wildcards(...functions.map((each) => `Resource::<Functions${each}.Arn>:*`));

/** What the rule packs find and we leave as it is, each with its reason. What is not in here stops the synthesis. */
function acknowledgements(stage: Stage): readonly Acknowledgement[] {
  const exported = (name: string) => `Resource::${stage.name}-state:ExportsOutputFnGetAtt${name}`;
  return [
    {
      ids: [solutions('IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole]'), solutions('IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup]'), solutions('IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]')],
      on: [['state', 'Database'], ['state', 'Plan'], ['network', '']],
      reason: 'The roles of Amazon\'s own services (enhanced monitoring, backup), with the policies that these services keep up to date.',
    },
    {
      ids: [solutions('OS3')],
      on: [['state', 'AuditDomain']],
      reason: 'The domain stands in isolated subnets behind a security group and takes signed requests only; addresses would add nothing.',
    },
    {
      ids: [solutions('SMG4'), 'NIST.800.53.R5::NIST.800.53.R5-SecretsManagerRotationEnabled'],
      on: [['state', 'Secret']],
      reason: 'Apify\'s token and the webhook subscribers\' secrets are issued by others and cannot be rotated from here: docs/deploy.md says how. The database\'s secrets rotate.',
    },
    {
      ids: [solutions('APIG4')],
      on: [['platform', 'Doors']],
      reason: 'Each request is authorised by the platform itself (api/access-policy.ts, default deny), so that both runtimes have one access policy and its tests. The register callback carries a one-time token.',
    },
    {
      ids: [solutions('CFR1'), solutions('CFR2'), ...(stage.site === undefined ? [solutions('CFR4')] : [])],
      on: [['platform', 'Site']],
      reason: 'Applicants may be abroad. The web ACL belongs to the organisation (us-east-1) and is attached by `site.webAclArn`; TLS 1.2 as the least needs an own name and certificate (`site`), without which CloudFront offers only its own.',
    },
    {
      ids: wildcards('Resource::*'),
      on: [['platform', 'Functions'], ['platform', 'LiveCapture'], ['platform', 'Workflow'], ['network', '']],
      reason: 'Actions that know no resource: X-Ray, Textract, Rekognition, log delivery of the workflow, and the network interfaces that Lambda makes (denied to the functions\' own code).',
    },
    {
      ids: wildcards(
        `${exported('BucketsEvidenceA42FFF81Arn9702F96B')}/*`, `${exported('BucketsRaw686CB728ArnDC0D4682')}/*`, `${exported('BucketsTiles52A33886ArnC3B23DA2')}/*`,
        `${exported('BucketsTiles52A33886ArnC3B23DA2')}/anchors/*`, `${exported('BucketsExportsEFF3E371ArnBFB071EA')}/*`,
        `${exported('AuditDomain55528FFCArn6B8ECF0F')}/*`, `${exported('Tablesevents5B2337FEArnB5A4A58B')}/index/*`,
        `${exported('Tablespendingcallbacks4A1E105AArnFF96E347')}/index/*`,
        'Resource::arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<DoorsWebSocket183CCDF1>/live/*/@connections/*',
      ),
      on: [['platform', 'Functions'], ['platform', 'OnPremises']],
      reason: 'All objects of one bucket, all indexes of one table, all paths of one domain, all connections of one API, for the listed actions only.',
    },
    {
      ids: wildcards('Action::kms:GenerateDataKey*', 'Action::kms:ReEncrypt*'),
      on: [['platform', 'Functions']],
      reason: 'What CDK grants on the key of a table to those who read its stream.',
    },
    {
      ids: anyVersionOf(
        'sequencer7180F6A9', 'anchorlog92991E9C', 'export9DCE6DAF', 'expiryreminder56BB043F', 'sweepcallbacks4B4391FB', 'sweepcases8B98EE3F', 'sweeplogD7D6022F', 'erasedue17C692AD', 'purgeD91C25A8',
        'decisionF89D9963', 'facematch46397CB5', 'publish02DE3197', 'recordfailureA0AEB65E', 'registercheckD77B6B72', 'registerrequest904DBB39',
      ),
      on: [['platform', '']],
      reason: 'Any version of one function: the schedules and the workflow call that function and no other.',
    },
    {
      ids: ['both:VPCNoUnrestrictedRouteToIGW'],
      on: [['network', 'Vpc']],
      reason: 'The public subnets hold the NAT gateways alone, by which functions ask registers and deliver webhooks; nothing else is placed there.',
    },
    {
      ids: ['both:IAMNoInlinePolicy'],
      on: [['network', ''], ['state', ''], ['platform', '']],
      reason: 'Each policy belongs to one role and goes with it; a managed policy would invite a second role to share what was granted to the first.',
    },
    {
      ids: ['both:S3BucketReplicationEnabled'],
      on: [['state', 'Buckets'], ['platform', 'Site']],
      reason: 'Personal data stays in one region. Versions and Object Lock guard against loss by mistake; witnesses outside keep the log\'s checkpoints.',
    },
    {
      ids: ['both:S3DefaultEncryptionKMS'],
      on: [['state', 'Buckets/AccessLogs'], ['platform', 'Site']],
      reason: 'Log delivery cannot write under a key of one\'s own, and the console\'s files are public; both are encrypted by S3.',
    },
    {
      ids: ['both:EC2RestrictedCommonPorts', 'both:EC2RestrictedSSH'],
      on: [['state', 'Database']],
      reason: 'The rule cannot read a port that is known at deployment only: it is the database\'s own, and the sources are security groups.',
    },
    {
      ids: ['NIST.800.53.R5::NIST.800.53.R5-RDSInBackupPlan'],
      on: [['state', 'Database']],
      reason: 'The backup plan holds the cluster, to which these instances belong.',
    },
    {
      ids: ['NIST.800.53.R5::NIST.800.53.R5-LambdaConcurrency', 'NIST.800.53.R5::NIST.800.53.R5-LambdaInsideVPC', 'NIST.800.53.R5::NIST.800.53.R5-LambdaDLQ', 'PCI.DSS.321::PCI.DSS.321-LambdaInsideVPC'],
      on: [['platform', ''], ['network', '']],
      reason: 'What queues feed is limited at the queue, what the workflow calls by the workflow; a reservation would take capacity away from the rest of the account. CDK\'s own helpers run at deployment only.',
    },
    {
      ids: ['Serverless::Serverless-SQSRedrivePolicy'],
      on: [['platform', 'Queues']],
      reason: 'The dead-letter queues themselves: an alarm each, and docs/runbook.md.',
    },
    {
      ids: ['Serverless::Serverless-SNSRedrivePolicy'],
      on: [['platform', 'Messages']],
      reason: 'Alarms by e-mail; CloudWatch keeps the alarm\'s state and history whether or not an e-mail arrives.',
    },
    {
      ids: ['Serverless::Serverless-LambdaEventSourceMappingDestination'],
      on: [['platform', 'Functions']],
      reason: 'Queues have a dead-letter queue of their own; the streams, for which the rule is meant, have a destination.',
    },
  ];
}

function below(scope: IConstruct | null, path: string): IConstruct | null {
  const names = path.split('/').filter((name) => name !== '');
  return names.reduce<IConstruct | null>((at, name) => at?.node.tryFindChild(name) ?? null, scope);
}

/** Holds the app to the rule packs, but for what is acknowledged. */
export function checkAgainstRules(app: App, stage: Stage, stacks: PlatformStacks): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new NIST80053R5Checks(app), new PCIDSS321Checks(app), new ServerlessChecks(app));
  for (const { ids, on, reason } of acknowledgements(stage)) {
    for (const [stack, path] of on) {
      const scope = below(stacks[stack], path);
      if (scope === null) continue;
      const packs = ids.flatMap((id) => (id.startsWith('both:') ? ['NIST.800.53.R5', 'PCI.DSS.321'].map((pack) => id.replace('both:', `${pack}::${pack}-`)) : [id]));
      Validations.of(scope).acknowledge(...packs.map((id) => ({ id, reason })));
    }
  }
}
