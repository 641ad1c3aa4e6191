import type { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { z } from 'zod';
import { addStacks, createApp, type PlatformStacks } from '../../../infra/stacks/platform-app.ts';
import { Stage } from '../../../infra/stacks/stage.ts';

/** A whole stage, nothing left out. */
export const wholeStage = Stage.parse({
  name: 'kyc',
  region: 'eu-west-1',
  account: '111122223333',
  logOrigin: 'kyc.example.org/log',
  emailDomain: 'example.org',
  reviewerAddress: 'reviews@example.org',
  alarmAddress: 'alarms@example.org',
  livenessRegion: 'eu-west-1',
  onPremises: { nfsHost: 'sql02.example.org', folder: '/kyc-images', agentArns: ['arn:aws:datasync:eu-west-1:111122223333:agent/agent-0b0addbeef44baca3'] },
});

/** The stacks with a line of code for each function: bundling is tested elsewhere. */
export function stacksOf(stage: Stage = wholeStage, app: App = createApp()): PlatformStacks {
  return addStacks(app, stage, () => lambda.Code.fromInline('export const handler = async () => {};'));
}

export interface Templates {
  readonly network: Template;
  readonly state: Template;
  readonly platform: Template;
}

export function templatesOf(stacks: PlatformStacks): Templates {
  if (stacks.network === null) throw new TypeError('The stage has no network');
  return { network: Template.fromStack(stacks.network), state: Template.fromStack(stacks.state), platform: Template.fromStack(stacks.platform) };
}

const Resources = z.record(z.string(), z.looseObject({ Properties: z.looseObject({}).default({}), DeletionPolicy: z.string().optional() }));

/** The template's resources of one type, by logical id. */
export const found = (template: Template, type: string) => Resources.parse(template.findResources(type));

const Strings = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const Statement = z.looseObject({ Effect: z.string(), Action: Strings.default([]), Resource: z.unknown().optional(), Condition: z.unknown().optional(), Principal: z.unknown().optional() });
export type Statement = z.infer<typeof Statement>;
const PolicyDocument = z.looseObject({ Statement: z.array(Statement) });
export const statementsIn = (document: unknown): readonly Statement[] => PolicyDocument.parse(document).Statement;
