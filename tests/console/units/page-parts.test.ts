import { assert, asyncProperty, boolean, dictionary, stringMatching, uint8Array } from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { csvOf } from '../../../console/data/csv.ts';
import { readZip, ZipUnreadable } from '../../../console/log/zip.ts';
import { judgePixels, wrongType } from '../../../console/pages/apply/image-checks.ts';

async function pixels(image: Sharp): Promise<{ readonly rgba: Uint8ClampedArray; readonly width: number; readonly height: number }> {
  const { data, info } = await image.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { rgba: new Uint8ClampedArray(data), width: info.width, height: info.height };
}

const page = `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="560"><rect width="800" height="560" fill="#e8ece4"/>${Array.from({ length: 12 }, (_, line) =>
  `<text x="40" y="${60 + line * 40}" font-family="monospace" font-size="26">P&lt;GBRSPECIMEN&lt;&lt;ANGELA&lt;ZOE ${line} 9250764733</text>`).join('')}</svg>`;

describe('the checks before sending', () => {
  test('pass a sharp page, and find one that is blurred or dark', async () => {
    const judge = async (image: Sharp) => {
      const { rgba, width, height } = await pixels(image);
      return judgePixels(rgba, width, height);
    };
    expect(await judge(sharp(Buffer.from(page)))).toEqual([]);
    expect(await judge(sharp(Buffer.from(page)).blur(6))).toEqual(['BLURRED']);
    expect(await judge(sharp(Buffer.from(page)).linear(0.12, 0))).toContain('DARK');
  });

  test('tell a file by its content, not by its name', async () => {
    const image = sharp(Buffer.from(page));
    expect(wrongType(await image.jpeg().toBuffer())).toBe(null);
    expect(wrongType(await image.png().toBuffer())).toBe(null);
    expect(wrongType(await image.webp().toBuffer())).toBe('NOT_JPEG_OR_PNG');
    expect(wrongType(await image.heif({ compression: 'av1' }).toBuffer())).toBe('NOT_JPEG_OR_PNG');
    expect(wrongType(Buffer.from('\0\0\0\x18ftypheic\0\0\0\0'))).toBe('HEIC');
    expect(wrongType(Buffer.from('%PDF-1.7\n'))).toBe('PDF');
    expect(wrongType(Buffer.from('A text that is called photo.jpg'))).toBe('NOT_JPEG_OR_PNG');
    expect(wrongType(new Uint8Array())).toBe('NOT_JPEG_OR_PNG');
  });
});

describe('a CSV file', () => {
  test('quotes what needs it, and starts no formula in a spreadsheet', () => {
    expect(csvOf(['a', 'b'], [['x,y', 1], ['say "no"', null], ['=HYPERLINK("x")', -2]])).toBe('a,b\r\n"x,y",1\r\n"say ""no""",\r\n"\'=HYPERLINK(""x"")",-2\r\n');
  });
});

describe('a zip archive', () => {
  test('gives back every file, stored or deflated', async () => {
    await assert(asyncProperty(dictionary(stringMatching(/^[a-z]{1,8}$/), uint8Array({ maxLength: 3000 }), { minKeys: 1, maxKeys: 5 }), boolean(), async (files, compress) => {
      const zip = new ZipFile();
      for (const [name, bytes] of Object.entries(files)) zip.addBuffer(Buffer.from(bytes), `bag/${name}`, { compress });
      zip.end();
      const parts: Buffer[] = [];
      for await (const part of zip.outputStream) parts.push(Buffer.from(part as Uint8Array));
      const entries = readZip(new Uint8Array(Buffer.concat(parts)));
      const read = await Promise.all(entries.map(async (entry) => [entry.path.slice(4), await entry.bytes()] as const));
      expect(new Map(read)).toEqual(new Map(Object.entries(files).map(([name, bytes]) => [name, new Uint8Array(bytes)])));
    }), { numRuns: 20 });
  });

  test('that is none is refused', () => {
    expect(() => readZip(new Uint8Array([1, 2, 3]))).toThrow(ZipUnreadable);
  });
});
