export type FaceComparison =
  | {
      readonly kind: 'compared';
      /** 0 to 1, calibrated so that 0.5 is where same and different persons are equally likely. */
      readonly similarity: number;
      readonly raw: { readonly measure: 'similarity_percent' | 'euclidean_distance'; readonly value: number };
      readonly jobId: string;
    }
  /** Final. NO_FACE_IN_DOCUMENT, NO_FACE_IN_SELFIE, SEVERAL_FACES_IN_SELFIE, FACE_TOO_SMALL, IMAGE_UNREADABLE. */
  | { readonly kind: 'failed'; readonly reason: string };

export type Liveness = {
  readonly outcome: 'PASSED' | 'FAILED' | 'NOT_PERFORMED';
  readonly method: 'none' | 'rekognition_face_liveness';
  readonly confidence: number | null;
};

export interface FaceMatcher {
  /** For example `rekognition` or `face-api/1.7.15`. */
  readonly name: string;
  /** Largest face of the document against the one face of the selfie. JPEG or PNG. Throws ServiceUnavailable. */
  compare(document: Uint8Array, selfie: Uint8Array): Promise<FaceComparison>;
  /** The result of a live-capture session; NOT_PERFORMED where there was none (stills cannot be judged). */
  liveness(sessionId: string | null): Promise<Liveness>;
}
