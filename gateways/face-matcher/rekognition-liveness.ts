import { CreateFaceLivenessSessionCommand, GetFaceLivenessSessionResultsCommand, type RekognitionClient } from '@aws-sdk/client-rekognition';
import { ServiceUnavailable } from '../errors.ts';
import { isNamed, orUnavailable } from '../aws/errors.ts';
import type { Liveness } from './port.ts';

export interface LivenessOptions {
  /** In a region that has Face Liveness: eu-west-2 has none, eu-west-1 has. */
  readonly client: RekognitionClient;
  /** Confidence (0 to 100) from which on a capture has passed. */
  readonly minConfidence?: number;
}

export interface LivenessSessions {
  /** A session for one capture in the browser; it expires after three minutes. The same token again answers the same session. */
  create(token: string): Promise<string>;
  result(sessionId: string): Promise<Liveness>;
}

const SERVICE = 'Face Liveness';
const MIN_CONFIDENCE = 80;
const notPerformed: Liveness = { outcome: 'NOT_PERFORMED', method: 'none', confidence: null };

/** Live captures. A session that expired, or was never finished, judged nobody: NOT_PERFORMED, never a guess. */
export function createLivenessSessions({ client, minConfidence = MIN_CONFIDENCE }: LivenessOptions): LivenessSessions {
  return {
    create: (token) => orUnavailable(SERVICE, async () => {
      // No picture is kept by the service or handed to us: the selfie is the record's.
      const { SessionId } = await client.send(new CreateFaceLivenessSessionCommand({ ClientRequestToken: token, Settings: { AuditImagesLimit: 0 } }));
      if (SessionId === undefined) throw new ServiceUnavailable(SERVICE);
      return SessionId;
    }),

    result: (sessionId) => orUnavailable(SERVICE, async () => {
      try {
        const { Status, Confidence = null } = await client.send(new GetFaceLivenessSessionResultsCommand({ SessionId: sessionId }));
        if (Status === 'FAILED') return { outcome: 'FAILED', method: 'rekognition_face_liveness', confidence: Confidence };
        if (Status !== 'SUCCEEDED' || Confidence === null) return notPerformed;
        return { outcome: Confidence >= minConfidence ? 'PASSED' : 'FAILED', method: 'rekognition_face_liveness', confidence: Confidence };
      } catch (error) {
        // Results are kept for three minutes.
        if (isNamed(error, 'SessionNotFoundException')) return notPerformed;
        throw error;
      }
    }),
  };
}
