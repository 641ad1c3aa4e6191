import { randomUUID } from 'node:crypto';
import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { awsImageClientConfig } from '../../gateways/aws/config.ts';
import { createRekognitionMatcher } from '../../gateways/face-matcher/rekognition.ts';
import { faceMatch } from '../../handlers/face-match.ts';
import { RunStep } from '../../handlers/run-step.ts';
import { lambdaDeps } from '../../runtime/aws/deps.ts';
import { task } from '../../runtime/aws/invoke.ts';
import { once } from '../../runtime/aws/once.ts';
import { openCore } from '../../runtime/aws/parts/core.ts';
import { openLedgerParts } from '../../runtime/aws/parts/ledger.ts';

const open = once(async () => {
  const core = openCore();
  const client = new RekognitionClient(awsImageClientConfig);
  const faceMatcher = createRekognitionMatcher({ client, newJobId: randomUUID });
  return { log: core.log, deps: lambdaDeps({ ...core, ...openLedgerParts(core), faceMatcher }) };
});

export const handler = task('face-match', open, ({ deps }, payload) => faceMatch(deps, RunStep.parse(payload)));
