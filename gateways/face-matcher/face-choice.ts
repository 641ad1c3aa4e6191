/** A face that was found, its box in pixels of the image as uploaded. */
export interface FoundFace {
  readonly width: number;
  readonly height: number;
}

/** The same least size as Rekognition's CompareFaces, so that both runtimes refuse the same pictures. */
const LEAST_SIDE = 40;

/**
 * A face less than half as wide as the largest belongs to somebody in the background, or to a picture on the
 * wall; a second person before the camera is nearly as large as the first.
 */
const BACKGROUND = 0.5;

export type FaceChoice<F> = { readonly kind: 'face'; readonly face: F } | { readonly kind: 'failed'; readonly reason: string };

/** The largest face: documents show a small second portrait too. */
export function documentFace<F extends FoundFace>(faces: readonly F[]): FaceChoice<F> {
  return largeEnough(bySize(faces)[0], 'NO_FACE_IN_DOCUMENT');
}

/** The one face in the foreground. */
export function selfieFace<F extends FoundFace>(faces: readonly F[]): FaceChoice<F> {
  const [first, second] = bySize(faces);
  if (first !== undefined && second !== undefined && second.width >= LEAST_SIDE && second.width >= first.width * BACKGROUND) {
    return { kind: 'failed', reason: 'SEVERAL_FACES_IN_SELFIE' };
  }
  return largeEnough(first, 'NO_FACE_IN_SELFIE');
}

function bySize<F extends FoundFace>(faces: readonly F[]): F[] {
  return faces.toSorted((one, other) => other.width * other.height - one.width * one.height);
}

function largeEnough<F extends FoundFace>(face: F | undefined, missing: string): FaceChoice<F> {
  if (face === undefined) return { kind: 'failed', reason: missing };
  return Math.min(face.width, face.height) < LEAST_SIDE ? { kind: 'failed', reason: 'FACE_TOO_SMALL' } : { kind: 'face', face };
}
