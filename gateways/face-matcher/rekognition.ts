import { CompareFacesCommand, DetectFacesCommand, type BoundingBox, type CompareFacesResponse, type RekognitionClient } from '@aws-sdk/client-rekognition';
import { isNamed, orUnavailable } from '../aws/errors.ts';
import { limit } from '../aws/limit.ts';
import type { FaceComparison, FaceMatcher } from './port.ts';
import { similarityOfPercent } from './rekognition-similarity.ts';

export interface RekognitionOptions {
  readonly client: RekognitionClient;
  /** Names a comparison in the record. */
  readonly newJobId: () => string;
  /** Calls at once from this process. Default 5. */
  readonly atOnce?: number;
}

/** Images as bytes; larger ones would have to lie in S3, in the clear, which they never do. */
const MAX_BYTES = 5 * 1024 * 1024;
/** As in face-choice.ts: a second face at least half as wide as the largest is a second person before the camera. */
const BACKGROUND = 0.5;
const SERVICE = 'rekognition';

/**
 * Rekognition's CompareFaces. Every face is asked for (threshold 0) and the policy decides: so a low score is recorded
 * too. That there is no face comes as InvalidParameterException, and is an outcome, not a fault.
 */
export function createRekognitionMatcher({ client, newJobId, atOnce = 5 }: RekognitionOptions): FaceMatcher {
  const oneOfFew = limit(atOnce);

  /** The service does not say in which picture it found none. */
  async function whereNoFaceIs(selfie: Uint8Array): Promise<FaceComparison> {
    try {
      const { FaceDetails = [] } = await client.send(new DetectFacesCommand({ Image: { Bytes: selfie } }));
      return failed(FaceDetails.length === 0 ? 'NO_FACE_IN_SELFIE' : 'NO_FACE_IN_DOCUMENT');
    } catch (error) {
      const reason = refusal(error);
      if (reason === null) throw error;
      return failed(reason);
    }
  }

  return {
    name: SERVICE,
    async compare(document, selfie) {
      if (Math.max(document.length, selfie.length) > MAX_BYTES) return failed('IMAGE_TOO_LARGE');
      return orUnavailable(SERVICE, () => oneOfFew(async () => {
        try {
          const command = new CompareFacesCommand({ SourceImage: { Bytes: document }, TargetImage: { Bytes: selfie }, SimilarityThreshold: 0, QualityFilter: 'NONE' });
          return comparisonOf(await client.send(command), newJobId());
        } catch (error) {
          if (isNamed(error, 'InvalidParameterException')) return whereNoFaceIs(selfie);
          const reason = refusal(error);
          if (reason === null) throw error;
          return failed(reason);
        }
      }));
    },
  };
}

function refusal(error: unknown): string | null {
  if (isNamed(error, 'ImageTooLargeException')) return 'IMAGE_TOO_LARGE';
  return isNamed(error, 'InvalidImageFormatException', 'InvalidParameterException') ? 'IMAGE_UNREADABLE' : null;
}

function failed(reason: string): FaceComparison {
  return { kind: 'failed', reason };
}

/** The largest face of the selfie counts, not the most similar one: that could be a portrait on the wall. */
function comparisonOf({ FaceMatches = [], UnmatchedFaces = [] }: CompareFacesResponse, jobId: string): FaceComparison {
  const faces = [
    ...FaceMatches.map(({ Face, Similarity = 0 }) => ({ box: Face?.BoundingBox, percent: Similarity })),
    ...UnmatchedFaces.map(({ BoundingBox: box }) => ({ box, percent: 0 })),
  ].toSorted((one, other) => area(other.box) - area(one.box));
  const [largest, second] = faces;
  if (largest === undefined) return failed('NO_FACE_IN_SELFIE');
  if (second !== undefined && (second.box?.Width ?? 0) >= (largest.box?.Width ?? 0) * BACKGROUND) return failed('SEVERAL_FACES_IN_SELFIE');
  return { kind: 'compared', similarity: similarityOfPercent(largest.percent), raw: { measure: 'similarity_percent', value: largest.percent }, jobId };
}

function area(box: BoundingBox | undefined): number {
  return (box?.Width ?? 0) * (box?.Height ?? 0);
}
