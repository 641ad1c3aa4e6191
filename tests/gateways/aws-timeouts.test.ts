import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { STSClient } from '@aws-sdk/client-sts';
import { SQSClient } from '@aws-sdk/client-sqs';
import { TextractClient } from '@aws-sdk/client-textract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpenSearchAuditIndex } from '../../gateways/audit-index/opensearch.ts';
import { awsClientConfig, awsImageClientConfig } from '../../gateways/aws/config.ts';
import { createEventBridgeBus } from '../../gateways/bus/eventbridge.ts';
import { createTextractReader } from '../../gateways/document-reader/textract.ts';
import { createS3EvidenceStore } from '../../gateways/evidence-store/s3.ts';
import { createRekognitionCaptures } from '../../gateways/face-matcher/rekognition-liveness.ts';
import { createRekognitionMatcher } from '../../gateways/face-matcher/rekognition.ts';
import { createKmsKeys } from '../../gateways/keys/kms.ts';
import { createSqsQueue } from '../../gateways/queue/sqs.ts';
import { s3Tiles } from '../../gateways/tiles/s3.ts';
import { createStepFunctionsWorkflow } from '../../gateways/workflow/step-functions.ts';
import { busEntry } from '../contracts/bus.ts';
import { entry } from '../contracts/audit-index.ts';
import { clientAt } from '../support/aws/stand-in.ts';

/* A service that takes the request and never answers: the SDK by itself would wait for ever. */

let silent: Server;
let endpoint: string;
beforeAll(async () => {
  silent = createServer(() => undefined);
  await new Promise<void>((resolve) => { silent.listen(0, '127.0.0.1', resolve); });
  endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
});
afterAll(() => {
  silent.closeAllConnections();
  silent.close();
});

/** As the platform's clients, with a time-out that a test can wait for. */
const impatient = () => {
  const client = clientAt(endpoint);
  return { ...client, requestHandler: { ...client.requestHandler, requestTimeout: 20 } };
};
const bytes = new Uint8Array([1]);

describe('a service that never answers', () => {
  it.each([
    ['S3, evidence', 'SERVICE_UNAVAILABLE', () => createS3EvidenceStore({ client: new S3Client({ ...impatient(), forcePathStyle: true }), bucket: 'b' }).put('applicant-1/document', bytes)],
    ['S3, tiles', 'SERVICE_UNAVAILABLE', () => s3Tiles({ client: new S3Client({ ...impatient(), forcePathStyle: true }), bucket: 'b' }).readHead()],
    ['KMS', 'KEYS_UNAVAILABLE', () => createKmsKeys({ client: new KMSClient(impatient()), wrappingKey: 'k' }).wrap(bytes, 'applicant-1')],
    ['EventBridge', 'BUS_UNAVAILABLE', () => createEventBridgeBus({ client: new EventBridgeClient(impatient()), bus: 'kyc', pausesMs: [] }).publish([busEntry('applicant-019ab3c4-1111-7222-8333-123456789012', 1)])],
    ['SQS', 'SERVICE_UNAVAILABLE', () => createSqsQueue({ client: new SQSClient(impatient()), name: 'q', url: `${endpoint}/1/q` }).send({})],
    ['Step Functions', 'SERVICE_UNAVAILABLE', () => createStepFunctionsWorkflow({ client: new SFNClient(impatient()), stateMachineArn: 'arn' }).succeed('token', {})],
    ['Textract', 'SERVICE_UNAVAILABLE', () => createTextractReader({ client: new TextractClient(impatient()) }).read(bytes)],
    ['Rekognition', 'SERVICE_UNAVAILABLE', () => createRekognitionMatcher({ client: new RekognitionClient(impatient()), newJobId: () => 'j' }).compare(bytes, bytes)],
    ['Face Liveness', 'SERVICE_UNAVAILABLE', () => createRekognitionCaptures({ client: new RekognitionClient(impatient()), sts: new STSClient(impatient()), roleArn: 'arn' }).open('t')],
    ['OpenSearch', 'SERVICE_UNAVAILABLE', () => createOpenSearchAuditIndex({ url: endpoint, timeoutMs: 20 }).put([entry('a', 1)])],
  ])('(%s) is given up on: %s', async (_, code, call) => {
    await expect(call()).rejects.toMatchObject({ code });
  });

  it('is not waited for longer than 15 seconds an attempt, 30 where it looks at images', () => {
    expect([awsClientConfig, awsImageClientConfig].map(({ requestHandler }) => [requestHandler.requestTimeout, requestHandler.connectionTimeout, requestHandler.throwOnRequestTimeout])).toEqual([[15_000, 2_000, true], [30_000, 2_000, true]]);
  });
});
