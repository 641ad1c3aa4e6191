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

export interface FaceMatcher {
  /** For example `rekognition` or `face-api/1.7.15`. */
  readonly name: string;
  /** Largest face of the document against the one face of the selfie. JPEG or PNG. Throws ServiceUnavailable. */
  compare(document: Uint8Array, selfie: Uint8Array): Promise<FaceComparison>;
}

/** Live captures: the applicant's browser sends its video to the service, and we ask the service what it saw. */
export interface LiveCaptures {
  /** A session for one capture. The same token (at most 64 of `[\w-]`) again answers the same session. Throws ServiceUnavailable. */
  open(token: string): Promise<OpenedCapture>;
  /** Throws ServiceUnavailable. */
  result(sessionId: string): Promise<CaptureResult>;
}

export interface OpenedCapture {
  readonly sessionId: string;
  /** Of the service, for example `eu-west-1`. */
  readonly region: string;
  /** What the browser signs its video with. They can start a capture whose session they know, and nothing else. */
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
    /** RFC 3339. */
    readonly expiration: string;
  };
}

export type CaptureResult =
  /** Nothing has been judged yet. */
  | { readonly kind: 'unfinished' }
  /** The service knows nothing of it, or no more. */
  | { readonly kind: 'expired' }
  | {
      readonly kind: 'judged';
      readonly outcome: 'PASSED' | 'FAILED';
      /** 0 to 100. */
      readonly confidence: number | null;
      /** The one picture that the service chose from the video; null when there was none good enough. */
      readonly picture: Uint8Array | null;
    };
