import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { environmentOf, lambdaEntries } from '../../../infra/lambda/entries.ts';
import { Stage } from '../../../infra/stacks/stage.ts';
import { stacksOf, templatesOf, wholeStage } from './synthesised.ts';

const { platform } = templatesOf(stacksOf(Stage.parse({ ...wholeStage, settings: { KYC_MIN_SIMILARITY: '0.9', AWS_ENDPOINT_URL_TEXTRACT: 'https://textract.example' } })));
const Function = z.object({ Properties: z.object({ FunctionName: z.string().optional(), Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }).optional() }) });
const functions = Object.values(platform.findResources('AWS::Lambda::Function')).map((each) => Function.parse(each).Properties);
const variablesOf = (name: string): Readonly<Record<string, unknown>> => functions.find(({ FunctionName }) => FunctionName === `kyc-${name}`)?.Environment?.Variables ?? {};

describe('the settings of the deployed functions', () => {
  it('are names that each of them reads: one under a wrong name would silently stay at its default', () => {
    const strays = lambdaEntries.flatMap((entry) => Object.keys(variablesOf(entry.name))
      .filter((name) => name.startsWith('KYC_') && !environmentOf(entry).includes(name))
      .map((name) => `${entry.name}: ${name}`));
    expect(strays).toEqual([]);
  });

  it('name the log as the stage does, wherever it is written or read', () => {
    const origins = lambdaEntries.filter(({ settings }) => settings.includes('log')).map(({ name }) => [name, variablesOf(name)['KYC_LEDGER_ORIGIN']]);
    expect(origins).not.toEqual([]);
    expect(origins.filter(([, origin]) => origin !== wholeStage.logOrigin)).toEqual([]);
  });

  it('take what the stage sets beside', () => {
    expect(variablesOf('decision')).toMatchObject({ KYC_MIN_SIMILARITY: '0.9', AWS_ENDPOINT_URL_TEXTRACT: 'https://textract.example' });
  });

  it.each([
    ['a misspelt name', { KYC_MIN_SIMILARTY: '0.9' }, 'KYC_MIN_SIMILARTY is no setting of any function'],
    ['an address that is none', { AWS_ENDPOINT_URL_TEXTRACT: 'textract' }, 'AWS_ENDPOINT_URL_TEXTRACT: Invalid URL'],
    ['a value that does not fit', { KYC_LOCK_DAYS: 'five years' }, /KYC_LOCK_DAYS: (?!.*five)/],
  ])('are refused before anything is deployed: %s', (_, settings, message) => {
    expect(() => Stage.parse({ ...wholeStage, settings })).toThrow(message);
  });
});

describe('traces', () => {
  const layerArn = 'arn:aws:lambda:eu-west-1:111122223333:layer:AWSOpenTelemetryDistroJs:1';
  const traced = templatesOf(stacksOf(Stage.parse({ ...wholeStage, traces: { layerArn } }))).platform;

  it('are exported by the layer of the stage from every function, of the same applicants in all', () => {
    const Traced = z.object({ Properties: z.looseObject({ FunctionName: z.string(), Layers: z.array(z.string()), Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }) }) });
    const ours = Object.values(traced.findResources('AWS::Lambda::Function')).flatMap((each) => Traced.safeParse(each).data?.Properties ?? []);
    expect(ours.map(({ FunctionName }) => FunctionName).toSorted()).toEqual(lambdaEntries.map(({ name }) => `kyc-${name}`).toSorted());
    for (const { FunctionName, Layers, Environment } of ours) {
      expect(Layers).toEqual([layerArn]);
      expect(Environment.Variables).toMatchObject({
        AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel-instrument', OTEL_SERVICE_NAME: FunctionName, OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.05',
        OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'aws-lambda',
      });
    }
  });

  it('need no layer: without one nothing of it is set', () => {
    expect(Object.keys(variablesOf('decision')).filter((name) => name.startsWith('OTEL_') || name === 'AWS_LAMBDA_EXEC_WRAPPER')).toEqual([]);
  });
});
