/** What the platform takes (`KYC_MAX_UPLOAD_BYTES` and the reader's limits); it checks again. */
export const limits = { bytes: 10 * 1024 * 1024, shortSide: 480, longSide: 10_000 } as const;

/** Longest side, in pixels, of the copy that sharpness is measured on, so that one threshold fits all cameras. */
export const measuredSide = 800;
/** Under this variance of the Laplacian (of 0 to 255 grey levels) print is hard to read. */
const blurredBelow = 45;
const darkBelow = 45;

export type Finding =
  | 'EMPTY' | 'TOO_LARGE' | 'HEIC' | 'PDF' | 'NOT_JPEG_OR_PNG' | 'UNREADABLE' | 'TOO_SMALL' | 'TOO_LONG'
  | 'BLURRED' | 'DARK';

interface Words {
  readonly stops: boolean;
  /** false: the browser has no picture to show. */
  readonly shows?: false;
  readonly words: string;
}

/** What to say about each finding; one that stops the sending would be refused anyway, the others leave the choice. */
export const findings: Readonly<Record<Finding, Words>> = {
  EMPTY: { stops: true, shows: false, words: 'The file is empty. Choose another one.' },
  TOO_LARGE: { stops: true, shows: false, words: 'The file is larger than 10 MB. Choose a smaller one, or take the photo here.' },
  HEIC: { stops: true, shows: false, words: 'This is a HEIC photo, as phones often keep them. Take the photo here with the camera, or save it as a JPEG and choose that.' },
  PDF: { stops: true, shows: false, words: 'This is a PDF. Take a photo of the document here with the camera, or choose a JPEG or PNG image of it.' },
  NOT_JPEG_OR_PNG: { stops: true, shows: false, words: 'This is neither a JPEG nor a PNG image. Choose another file, or take the photo here.' },
  UNREADABLE: { stops: true, shows: false, words: 'The image cannot be opened; it may be damaged. Choose another one.' },
  TOO_SMALL: { stops: true, words: 'The image is too small to be read: its short side needs at least 480 pixels.' },
  TOO_LONG: { stops: true, words: 'The image is more than 10,000 pixels wide or high. Choose a smaller one.' },
  BLURRED: { stops: false, words: 'The photo looks blurred. Hold still, move a little away and try again: a sharp photo spares you a second round.' },
  DARK: { stops: false, words: 'The photo looks dark. Try again with more light.' },
};

const heicBrands = ['heic', 'heix', 'hevc', 'heim', 'heis', 'mif1', 'msf1'];

/** What the first 12 bytes say against a file, whatever its name says; null for a JPEG or a PNG. */
export function wrongType(bytes: Uint8Array): 'HEIC' | 'PDF' | 'NOT_JPEG_OR_PNG' | null {
  const begins = (...start: number[]): boolean => start.every((byte, index) => bytes[index] === byte);
  const text = (from: number, to: number): string => String.fromCodePoint(...bytes.subarray(from, to));
  if (begins(0xff, 0xd8, 0xff) || begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return null;
  if (text(4, 8) === 'ftyp' && heicBrands.includes(text(8, 12))) return 'HEIC';
  return text(0, 5) === '%PDF-' ? 'PDF' : 'NOT_JPEG_OR_PNG';
}

/** Grey levels (0 to 255) of RGBA pixels, weighted as the eye sees them (ITU-R BT.601). */
export function greyOf(rgba: Uint8ClampedArray): Float32Array {
  const grey = new Float32Array(rgba.length / 4);
  for (let at = 0; at < grey.length; at += 1) {
    grey[at] = 0.299 * (rgba[at * 4] ?? 0) + 0.587 * (rgba[at * 4 + 1] ?? 0) + 0.114 * (rgba[at * 4 + 2] ?? 0);
  }
  return grey;
}

/**
 * Sharpness as the variance of the Laplacian: edges make it large, blur takes it away (Pech-Pacheco et al., 2000).
 * `grey` holds width x height levels, row by row. 0 for an image without an inside.
 */
export function laplacianVariance(grey: Float32Array, width: number, height: number): number {
  let [count, sum, squares] = [0, 0, 0];
  const level = (at: number): number => grey[at] ?? 0;
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const at = y * width + x;
      const value = level(at - 1) + level(at + 1) + level(at - width) + level(at + width) - 4 * level(at);
      count += 1;
      sum += value;
      squares += value * value;
    }
  }
  return count === 0 ? 0 : squares / count - (sum / count) ** 2;
}

/** What is wrong with the pixels, at the size that sharpness is measured on. */
export function judgePixels(rgba: Uint8ClampedArray, width: number, height: number): Finding[] {
  const grey = greyOf(rgba);
  const mean = grey.reduce((sum, value) => sum + value, 0) / Math.max(1, grey.length);
  return [...(mean < darkBelow ? ['DARK' as const] : []), ...(laplacianVariance(grey, width, height) < blurredBelow ? ['BLURRED' as const] : [])];
}
