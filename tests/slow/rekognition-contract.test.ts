import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { createFaceApiMatcher } from '../../gateways/face-matcher/face-api.ts';
import { createRekognitionMatcher } from '../../gateways/face-matcher/rekognition.ts';
import { describeFaceMatcherContract } from '../contracts/face-matcher.ts';
import { AwsFault, clientAt, jsonService, startStandIn } from '../support/aws/stand-in.ts';

/* The contract on a CompareFaces that really looks: face-api behind Rekognition's API, shapes and errors. */

interface Images {
  readonly SourceImage: { readonly Bytes: string };
  readonly TargetImage: { readonly Bytes: string };
}

const face = (left: number) => ({ BoundingBox: { Left: left, Top: 0.2, Width: 0.3, Height: 0.4 }, Confidence: 99.9 });
/** Inverse of similarityOfPercent, whose halves meet at 80 per cent. */
const percentOf = (similarity: number) => (similarity <= 0.5 ? similarity * 160 : 80 + (similarity - 0.5) * 40);

describeFaceMatcherContract('Rekognition, its API', async () => {
  let jobs = 0;
  const newJobId = () => `job-${(jobs += 1)}`;
  const faceApi = createFaceApiMatcher({ newJobId });
  const bytes = ({ Bytes }: { readonly Bytes: string }) => Buffer.from(Bytes, 'base64');
  const standIn = await startStandIn(jsonService('RekognitionService', {
    CompareFaces: async ({ SourceImage, TargetImage }: Images) => {
      const compared = await faceApi.compare(bytes(SourceImage), bytes(TargetImage));
      if (compared.kind === 'compared') return { SourceImageFace: face(0.1), FaceMatches: [{ Similarity: percentOf(compared.similarity), Face: face(0.3) }], UnmatchedFaces: [] };
      if (compared.reason === 'SEVERAL_FACES_IN_SELFIE') return { SourceImageFace: face(0.1), FaceMatches: [{ Similarity: 99, Face: face(0.1) }], UnmatchedFaces: [face(0.6)] };
      throw new AwsFault(compared.reason === 'IMAGE_UNREADABLE' ? 'InvalidImageFormatException' : 'InvalidParameterException');
    },
    // A face is there when it can be compared with itself.
    DetectFaces: async ({ Image }: { Image: { Bytes: string } }) => {
      const seen = await faceApi.compare(bytes(Image), bytes(Image));
      return { FaceDetails: seen.kind === 'compared' ? [face(0.3)] : [] };
    },
  }));
  const matcher = createRekognitionMatcher({ client: new RekognitionClient(clientAt(standIn.endpoint)), newJobId });
  return {
    matcher,
    tooSmall: 'NO_FACE_IN_SELFIE',
    close: async () => {
      await standIn.close();
      await faceApi.close();
    },
  };
});
