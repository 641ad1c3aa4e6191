import { fileTypeFromBuffer } from 'file-type';
import sharp from 'sharp';

export interface ImageLimits {
  readonly maxBytes: number;
  /** Width times height. */
  readonly maxPixels: number;
  readonly maxSide: number;
}

/** What came along with the bytes. Only ever held against them, never believed. */
export interface Declared {
  readonly fileName?: string;
  readonly mediaType?: string;
}

export type RefusalCode =
  | 'EMPTY_FILE'
  | 'TYPE_NOT_SUPPORTED'
  | 'TYPE_DIFFERS'
  | 'TRUNCATED'
  | 'TOO_MANY_PIXELS'
  | 'TOO_LARGE'
  | 'TOO_LONG_SIDE'
  | 'IMAGE_UNREADABLE';

export type PreparedImage =
  | {
      readonly kind: 'prepared';
      readonly bytes: Uint8Array;
      readonly mediaType: 'image/jpeg' | 'image/png';
      readonly width: number;
      readonly height: number;
    }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly message: string };

/**
 * Makes an uploaded image safe to keep and to read: JPEG or PNG by its bytes, within limits that are checked against
 * the header before a pixel is decoded, drawn anew upright in sRGB on white, so that nothing but the picture is left
 * (no EXIF, XMP, ICC profile, comment, thumbnail or trailing bytes). Messages name no file and quote no content.
 */
export async function prepareImage(bytes: Uint8Array, limits: ImageLimits, declared: Declared = {}): Promise<PreparedImage> {
  if (bytes.length === 0) return refuse('EMPTY_FILE', 'The file is empty.');
  if (bytes.length > limits.maxBytes) return refuse('TOO_LARGE', `The file is larger than ${megabytes(limits.maxBytes)}.`);
  const mediaType = await trueType(bytes);
  if (mediaType === null) return refuse('TYPE_NOT_SUPPORTED', 'The file is neither a JPEG nor a PNG image.');
  if (differs(mediaType, declared)) return refuse('TYPE_DIFFERS', `The content is ${names[mediaType]}, but the file says otherwise.`);

  const header = await readHeader(bytes);
  if (header === null) return unreadable(bytes, mediaType);
  if (header.width * header.height > limits.maxPixels) {
    return refuse('TOO_MANY_PIXELS', `The image has more than ${Math.floor(limits.maxPixels / 1_000_000)} million pixels.`);
  }
  if (Math.max(header.width, header.height) > limits.maxSide) {
    return refuse('TOO_LONG_SIDE', `The image is more than ${limits.maxSide} pixels wide or high.`);
  }
  try {
    const upright = sharp(bytes, { failOn: 'error', limitInputPixels: limits.maxPixels })
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .timeout({ seconds: DECODING_SECONDS });
    const drawn = mediaType === 'image/jpeg' ? upright.jpeg({ quality: 94, chromaSubsampling: '4:4:4' }) : upright.png({ compressionLevel: 6 });
    const { data, info } = await drawn.toBuffer({ resolveWithObject: true });
    return { kind: 'prepared', bytes: new Uint8Array(data), mediaType, width: info.width, height: info.height };
  } catch {
    return unreadable(bytes, mediaType);
  }
}

type MediaType = 'image/jpeg' | 'image/png';

/** A progressive image can be small in pixels and yet take minutes. */
const DECODING_SECONDS = 20;

const names: Readonly<Record<MediaType, string>> = { 'image/jpeg': 'a JPEG image', 'image/png': 'a PNG image' };

async function trueType(bytes: Uint8Array): Promise<MediaType | null> {
  const found = await fileTypeFromBuffer(bytes).catch(() => undefined);
  return found?.mime === 'image/jpeg' || found?.mime === 'image/png' ? found.mime : null;
}

const byExtension: ReadonlyMap<string, string> = new Map([
  ['jpg', 'image/jpeg'], ['jpeg', 'image/jpeg'], ['jpe', 'image/jpeg'], ['jfif', 'image/jpeg'], ['png', 'image/png'],
]);

/** Only what was said counts: no extension and `application/octet-stream` claim nothing. */
function differs(mediaType: MediaType, declared: Declared): boolean {
  const claims = [];
  const extension = /\.([^./\\]+)$/.exec(declared.fileName ?? '')?.[1]?.toLowerCase();
  if (extension !== undefined) claims.push(byExtension.get(extension) ?? extension);
  const said = declared.mediaType?.split(';')[0]?.trim().toLowerCase();
  if (said !== undefined && said !== '' && said !== 'application/octet-stream') claims.push(said === 'image/jpg' ? 'image/jpeg' : said);
  return claims.some((claim) => claim !== mediaType);
}

async function readHeader(bytes: Uint8Array): Promise<{ width: number; height: number } | null> {
  try {
    // The pixel limit is ours to check, so that it can be told apart from a broken file.
    const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
    return { width, height };
  } catch {
    return null;
  }
}

function unreadable(bytes: Uint8Array, mediaType: MediaType): PreparedImage {
  const end = mediaType === 'image/jpeg' ? Buffer.from([0xff, 0xd9]) : Buffer.from('IEND', 'latin1');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(end)
    ? refuse('IMAGE_UNREADABLE', 'The image cannot be decoded.')
    : refuse('TRUNCATED', 'The image is cut off: its end is missing.');
}

function refuse(code: RefusalCode, message: string): PreparedImage {
  return { kind: 'refused', code, message };
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / 1_000_000)} MB`;
}
