import { deflateSync, crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { prepareImage } from '../../gateways/images/prepare-image.ts';
import type { Declared } from '../../gateways/images/prepare-image.ts';

const limits = { maxBytes: 2_000_000, maxPixels: 20_000_000, maxSide: 10_000 };

const picture = (width = 120, height = 80) =>
  sharp({ create: { width, height, channels: 3, background: '#c84' } }).composite([{ input: Buffer.from(`<svg width="40" height="40"><rect width="40" height="40" fill="#14f"/></svg>`), left: 0, top: 0 }]);

const codeOf = async (bytes: Uint8Array, declared?: Declared): Promise<string> => {
  const prepared = await prepareImage(bytes, limits, declared);
  return prepared.kind === 'refused' ? prepared.code : prepared.kind;
};

function pngChunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}

/** A real PNG of this many pixels, all zero, so that a few kilobytes unpack to as much as one likes. */
function hugePng(width: number, height: number, rows = height): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const packed = deflateSync(Buffer.alloc(rows * (1 + Math.ceil(width / 8))), { level: 9 });
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), pngChunk('IHDR', header), pngChunk('IDAT', packed), pngChunk('IEND', Buffer.alloc(0))]);
}

describe('an uploaded image', () => {
  test.each(['jpeg', 'png'] as const)('is taken when it is a %s', async (format) => {
    const prepared = await prepareImage(await picture().toFormat(format).toBuffer(), limits);
    expect(prepared).toMatchObject({ kind: 'prepared', mediaType: `image/${format}`, width: 120, height: 80 });
  });

  test('loses every kind of metadata: EXIF with its place and name, XMP, ICC profile, comments, trailing bytes', async () => {
    const secret = 'Ann Example 51.5N 0.1W';
    const tagged = await picture().withExif({ IFD0: { Artist: secret, Copyright: secret }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } })
      .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${secret}</rdf:RDF></x:xmpmeta>`)
      .withIccProfile('p3').jpeg().toBuffer();
    const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, secret.length + 2]), Buffer.from(secret)]);
    const dirty = Buffer.concat([tagged.subarray(0, 2), comment, tagged.subarray(2), Buffer.from(secret)]);
    expect(dirty.toString('latin1').split(secret).length).toBeGreaterThan(4);

    const prepared = await prepareImage(dirty, limits);
    if (prepared.kind !== 'prepared') throw new Error(prepared.code);
    const after = await sharp(prepared.bytes).metadata();
    expect({ exif: after.exif, xmp: after.xmp, icc: after.icc, orientation: after.orientation }).toEqual({ exif: undefined, xmp: undefined, icc: undefined, orientation: undefined });
    expect(Buffer.from(prepared.bytes).toString('latin1')).not.toContain('Example');
  });

  test('loses text chunks of a PNG', async () => {
    const png = await picture().png().toBuffer();
    const dirty = Buffer.concat([png.subarray(0, 33), pngChunk('tEXt', Buffer.from('Author\0Ann Example')), png.subarray(33)]);
    const prepared = await prepareImage(dirty, limits);
    if (prepared.kind !== 'prepared') throw new Error(prepared.code);
    expect(Buffer.from(prepared.bytes).toString('latin1')).not.toContain('Ann Example');
  });

  test('is turned upright as its orientation tag says', async () => {
    const lying = await picture(120, 80).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const prepared = await prepareImage(lying, limits);
    expect(prepared).toMatchObject({ kind: 'prepared', width: 80, height: 120 });
  });

  test('that is transparent is laid on white, so that everybody sees the same', async () => {
    const glass = await sharp({ create: { width: 10, height: 10, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } }).png().toBuffer();
    const prepared = await prepareImage(glass, limits);
    if (prepared.kind !== 'prepared') throw new Error(prepared.code);
    const { data, info } = await sharp(prepared.bytes).raw().toBuffer({ resolveWithObject: true });
    expect([info.channels, data[0], data[1], data[2]]).toEqual([3, 255, 255, 255]);
  });

  test('keeps nothing of a second format hidden behind its end (a polyglot)', async () => {
    const zip = Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.from('payload.html'.repeat(20))]);
    const prepared = await prepareImage(Buffer.concat([await picture().jpeg().toBuffer(), zip]), limits);
    if (prepared.kind !== 'prepared') throw new Error(prepared.code);
    expect(Buffer.from(prepared.bytes).includes('payload.html')).toBe(false);
  });
});

describe('a file is refused', () => {
  test('when it is empty', async () => expect(await codeOf(new Uint8Array())).toBe('EMPTY_FILE'));

  test('when it has more bytes than allowed', async () => {
    expect(await codeOf(new Uint8Array(limits.maxBytes + 1))).toBe('TOO_LARGE');
  });

  test.each<[string, () => Promise<Uint8Array> | Uint8Array]>([
    ['a PDF', () => Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF')],
    ['a GIF', () => picture().gif().toBuffer()],
    ['a WebP', () => picture().webp().toBuffer()],
    ['a TIFF', () => picture().tiff().toBuffer()],
    ['an SVG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>')],
    ['a web page', () => Buffer.from('<!doctype html><title>no image</title>')],
    ['plain text', () => Buffer.from('this is not an image, whatever its name')],
    ['zeros', () => new Uint8Array(4096)],
  ])('when it is %s, whatever it is called', async (_what, make) => {
    expect(await codeOf(await make(), { fileName: 'passport.jpg', mediaType: 'image/jpeg' })).toBe('TYPE_NOT_SUPPORTED');
  });

  test.each<[Declared, string]>([
    [{ fileName: 'me.png' }, 'TYPE_DIFFERS'],
    [{ fileName: 'me.pdf' }, 'TYPE_DIFFERS'],
    [{ mediaType: 'image/png' }, 'TYPE_DIFFERS'],
    [{ fileName: 'me.JPG', mediaType: 'image/jpeg; charset=binary' }, 'prepared'],
    [{ fileName: 'me', mediaType: 'application/octet-stream' }, 'prepared'],
    [{ mediaType: 'image/jpg' }, 'prepared'],
  ])('or not, when a JPEG comes as %o: %s', async (declared, expected) => {
    expect(await codeOf(await picture().jpeg().toBuffer(), declared)).toBe(expected);
  });

  test.each(['jpeg', 'png'] as const)('when a %s is cut off', async (format) => {
    const noise = await sharp({ create: { width: 200, height: 200, channels: 3, background: '#000', noise: { type: 'gaussian', mean: 128, sigma: 40 } } }).toFormat(format).toBuffer();
    for (const share of [0.3, 0.6, 0.95]) expect(await codeOf(noise.subarray(0, Math.floor(noise.length * share)))).toBe('TRUNCATED');
  });

  test('when its pixels are damaged', async () => {
    const png = await picture().png({ compressionLevel: 0 }).toBuffer();
    png.fill(0x55, 60, 400);
    expect(await codeOf(png)).toBe('IMAGE_UNREADABLE');
  });

  test('when a few kilobytes would unpack to hundreds of megapixels, without unpacking them', async () => {
    const bomb = hugePng(30_000, 30_000, 4000);
    expect(bomb.length).toBeLessThan(100_000);
    const before = process.memoryUsage().rss;
    expect(await codeOf(bomb)).toBe('TOO_MANY_PIXELS');
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });

  test('when the header of a JPEG claims more pixels than allowed', async () => {
    const jpeg = await picture(64, 64).jpeg().toBuffer();
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    jpeg.writeUInt16BE(60_000, frame + 5);
    jpeg.writeUInt16BE(60_000, frame + 7);
    expect(await codeOf(jpeg)).toBe('TOO_MANY_PIXELS');
  });

  test('when a side is too long', async () => expect(await codeOf(hugePng(12_000, 8))).toBe('TOO_LONG_SIDE'));

  test('or prepared, but never answered with an exception, whatever the bytes', async () => {
    const jpeg = await picture(50, 40).jpeg().toBuffer();
    const png = await picture(50, 40).png().toBuffer();
    const spoiled = fc.tuple(fc.constantFrom(jpeg, png), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 30 })).map(([bytes, changes]) => {
      const copy = Uint8Array.from(bytes);
      for (const [at, value] of changes) copy[at % copy.length] = value;
      return copy;
    });
    await fc.assert(fc.asyncProperty(fc.oneof(spoiled, fc.uint8Array({ maxLength: 400 })), async (bytes) => {
      const prepared = await prepareImage(bytes, limits);
      const width = prepared.kind === 'prepared' ? (await sharp(prepared.bytes).metadata()).width : prepared.message.length;
      expect(width).toBeGreaterThan(0);
    }), { numRuns: 150 });
  });
});
