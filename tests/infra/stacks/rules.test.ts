import { expect, test } from 'vitest';
import { checkAgainstRules } from '../../../infra/stacks/acknowledged.ts';
import { createApp } from '../../../infra/stacks/platform-app.ts';
import { stacksOf, wholeStage } from './synthesised.ts';

test('AwsSolutions, NIST 800-53 R5, PCI DSS and Serverless find nothing that is not acknowledged with a reason', () => {
  const app = createApp();
  checkAgainstRules(app, wholeStage, stacksOf(wholeStage, app));
  expect(() => app.synth()).not.toThrow();
}, 300_000);
