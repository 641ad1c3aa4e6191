import { App, type AppProps, Tags } from 'aws-cdk-lib';
import { NetworkStack } from './network-stack.ts';
import type { CodeOf } from './parts/functions.ts';
import { PlatformStack } from './platform-stack.ts';
import { type Stage, has } from './stage.ts';
import { StateStack } from './state-stack.ts';

export interface PlatformStacks {
  readonly network: NetworkStack | null;
  readonly state: StateStack;
  readonly platform: PlatformStack;
}

/** Behaviour of the CDK that the stacks count on, whoever makes the app. */
const flags = {
  '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true,
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/aws-lambda:recognizeLayerVersion': true,
  '@aws-cdk/aws-lambda:useCdkManagedLogGroup': true,
  '@aws-cdk/core:target-partitions': ['aws'],
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
  '@aws-cdk/aws-rds:lowercaseDbIdentifier': true,
  '@aws-cdk/aws-apigateway:disableCloudWatchRole': true,
  '@aws-cdk/aws-ec2:uniqueImdsv2TemplateName': true,
};

export function createApp(props: AppProps = {}): App {
  return new App({ ...props, postCliContext: { ...props.postCliContext, ...flags } });
}

/** The stacks of one stage, in the order in which they depend on each other. */
export function addStacks(app: App, stage: Stage, code: CodeOf): PlatformStacks {
  const env = { ...(stage.account !== undefined && { account: stage.account }), ...(stage.region !== undefined && { region: stage.region }) };
  const common = { env, terminationProtection: has(stage, 'termination-protection') };
  const network = has(stage, 'network') ? new NetworkStack(app, `${stage.name}-network`, { ...common, description: 'KYC ledger: network' }) : null;
  const state = new StateStack(app, `${stage.name}-state`, { ...common, stage, network, description: 'KYC ledger: what must outlive a mistake' });
  const platform = new PlatformStack(app, `${stage.name}-platform`, { ...common, stage, state, network, code, description: 'KYC ledger: all that runs' });
  Tags.of(app).add('application', stage.name);
  return { network, state, platform };
}
