import { CreateFaceLivenessSessionCommand, GetFaceLivenessSessionResultsCommand, type RekognitionClient } from '@aws-sdk/client-rekognition';
import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import { ServiceUnavailable } from '../errors.ts';
import { isNamed, orUnavailable } from '../aws/errors.ts';
import type { CaptureResult, LiveCaptures, OpenedCapture } from './port.ts';

export interface LivenessOptions {
  /** In a region that has Face Liveness: eu-west-2 has none, eu-west-1 has. */
  readonly client: RekognitionClient;
  readonly sts: STSClient;
  /** The role that browsers are lent; it may start captures and do nothing else. */
  readonly roleArn: string;
  /** Confidence (0 to 100) from which on a capture has passed. */
  readonly minConfidence?: number;
}

const SERVICE = 'Face Liveness';
const MIN_CONFIDENCE = 80;
/** The shortest that STS lends a role for; a session itself is over after three minutes. */
const LENT_SECONDS = 900;

/** Rekognition's Face Liveness. What was never finished judged nobody: no guess is made of it. */
export function createRekognitionCaptures({ client, sts, roleArn, minConfidence = MIN_CONFIDENCE }: LivenessOptions): LiveCaptures {
  async function lend(sessionId: string, region: string): Promise<OpenedCapture['credentials']> {
    // The role may do no more anyway; so it stays when somebody widens it.
    const policy = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'rekognition:StartFaceLivenessSession', Resource: '*', Condition: { StringEquals: { 'aws:RequestedRegion': region } } }],
    };
    const { Credentials } = await sts.send(new AssumeRoleCommand({
      RoleArn: roleArn, RoleSessionName: `capture-${sessionId}`.slice(0, 64), DurationSeconds: LENT_SECONDS, Policy: JSON.stringify(policy),
    }));
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
    if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined || Expiration === undefined) throw new ServiceUnavailable(SERVICE);
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken, expiration: Expiration.toISOString() };
  }

  return {
    open: (token) => orUnavailable(SERVICE, async () => {
      // One picture, the reference, comes with the result; no other frame of the video is kept or handed out.
      const { SessionId } = await client.send(new CreateFaceLivenessSessionCommand({ ClientRequestToken: token, Settings: { AuditImagesLimit: 0 } }));
      if (SessionId === undefined) throw new ServiceUnavailable(SERVICE);
      const region = await client.config.region();
      return { sessionId: SessionId, region, credentials: await lend(SessionId, region) };
    }),

    result: (sessionId) => orUnavailable(SERVICE, async (): Promise<CaptureResult> => {
      try {
        const { Status, Confidence = null, ReferenceImage } = await client.send(new GetFaceLivenessSessionResultsCommand({ SessionId: sessionId }));
        const picture = ReferenceImage?.Bytes ?? null;
        switch (Status) {
          case 'SUCCEEDED':
            if (Confidence === null) return { kind: 'unfinished' };
            return { kind: 'judged', outcome: Confidence >= minConfidence ? 'PASSED' : 'FAILED', confidence: Confidence, picture };
          case 'FAILED':
            return { kind: 'judged', outcome: 'FAILED', confidence: Confidence, picture };
          case 'EXPIRED':
            return { kind: 'expired' };
          default:
            return { kind: 'unfinished' };
        }
      } catch (error) {
        // Sessions and their results are gone after three minutes.
        if (isNamed(error, 'SessionNotFoundException')) return { kind: 'expired' };
        throw error;
      }
    }),
  };
}
