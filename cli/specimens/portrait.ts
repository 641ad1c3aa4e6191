import sharp from 'sharp';
import type { Sharp } from 'sharp';
import { faceFragment } from './face.ts';
import type { Rendering } from './face.ts';
import { text } from './lettering.ts';
import type { Sheet } from './page.ts';
import { randomFrom } from './random.ts';
import type { Colour, Traits } from './traits.ts';

const jackets: readonly [Colour, ...Colour[]] = [[44, 52, 70], [70, 40, 46], [38, 70, 62], [90, 92, 98], [58, 46, 74], [120, 110, 92]];
const rooms: readonly [string, string][] = [['#c9d6dd', '#8fa3ad'], ['#d8cdbb', '#a08e74'], ['#bfcbb9', '#7d8d78'], ['#d5c6cd', '#94808c']];

/** The photograph on a document as an SVG: even light, plain grey ground, serious, no lean; marked SPECIMEN at its foot. */
export function documentPhoto(traits: Traits, seed: string, width: number, height: number): string {
  const random = randomFrom(`document:${seed}`);
  const rendering: Rendering = { id: 'd', light: random.between(-0.25, 0.25), cast: [250, 248, 250], smile: 0, clothes: random.pick(jackets), lean: 0 };
  const size = width * 0.155;
  const mark = text('SPECIMEN', width * 0.05, height * 0.95, {
    face: 'bold', size, fill: '#b3202a', opacity: 0.4, transform: `rotate(-12 ${width * 0.05} ${height * 0.95})`,
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    '<defs><linearGradient id="bg" x1="0" x2="0" y1="0" y2="1"><stop offset="0" stop-color="#e6e7e6"/><stop offset="1" stop-color="#cfd1d1"/></linearGradient></defs>',
    `<rect width="${width}" height="${height}" fill="url(#bg)"/>`,
    `<g transform="translate(${width / 2} ${height * 0.48}) scale(${height / 330})">${faceFragment(traits, rendering)}</g>`,
    mark,
    '</svg>',
  ].join('');
}

export interface Sitter {
  readonly traits: Traits;
  readonly seed: string;
}

/**
 * A selfie as a JPEG of 600 x 750: side light, a room behind, a slight lean and smile, the grain of a camera.
 * Several sitters make one that must be refused; none makes an empty room.
 */
export async function selfie(sitters: readonly Sitter[], seed: string): Promise<Uint8Array> {
  const random = randomFrom(`selfie:${seed}`);
  const [width, height] = [600, 750];
  const [wall, shadow] = rooms[random.whole(0, rooms.length - 1)] ?? ['#ccc', '#888'];
  const room = [
    `<defs><linearGradient id="wall" x1="0" x2="1" y1="0" y2="0.6"><stop offset="0" stop-color="${wall}"/><stop offset="1" stop-color="${shadow}"/></linearGradient>`,
    '<filter id="far"><feGaussianBlur stdDeviation="6"/></filter></defs>',
    `<rect width="${width}" height="${height}" fill="url(#wall)"/>`,
    `<g filter="url(#far)" transform="scale(${width / 720})"><rect x="${random.whole(20, 90)}" y="90" width="150" height="210" fill="#f4f1e8" opacity="0.75"/><rect x="520" y="${random.whole(240, 330)}" width="260" height="18" fill="#5d4a3a" opacity="0.6"/>`,
    ['#7a3b32', '#345a6e', '#8a7a3a', '#40543f'].map((fill, index) => `<rect x="${548 + index * 32}" y="${180 + index * 6}" width="22" height="${90 - index * 6}" fill="${fill}" opacity="0.6"/>`).join(''),
    '</g>',
  ].join('');
  const scale = sitters.length > 1 ? 1.3 : 1.8;
  const people = sitters.map((sitter, index) => {
    const own = randomFrom(`selfie:${sitter.seed}`);
    const rendering: Rendering = {
      id: `s${index}`,
      light: (own.next() < 0.5 ? -1 : 1) * own.between(0.5, 0.85),
      cast: [own.whole(244, 255), own.whole(232, 246), own.whole(214, 240)],
      smile: own.between(0.25, 0.6),
      clothes: own.pick(jackets),
      lean: own.between(-4, 4),
    };
    const x = sitters.length > 1 ? width * (0.27 + index * 0.47) : width * own.between(0.47, 0.53);
    const y = height * (sitters.length > 1 ? 0.5 + index * 0.05 : own.between(0.42, 0.46));
    return `<g transform="translate(${x} ${y}) scale(${scale})">${faceFragment(sitter.traits, rendering)}</g>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${room}${people.join('')}</svg>`;
  return photographed(sharp(Buffer.from(svg)), random.whole(1, 1 << 30));
}

/** A drawn page with its photograph in place, as a JPEG such as a scanner makes. */
export async function scanned(sheet: Sheet, grainSeed: number): Promise<Uint8Array> {
  const photo = await sharp(Buffer.from(sheet.photo.svg)).png({ compressionLevel: 0 }).toBuffer();
  return photographed(sharp(Buffer.from(sheet.svg)).composite([{ input: photo, left: sheet.photo.left, top: sheet.photo.top }]), grainSeed);
}

/** Adds the grain of a camera. Deterministic in `grainSeed`. */
async function photographed(picture: Sharp, grainSeed: number): Promise<Uint8Array> {
  const { data, info } = await picture.flatten({ background: '#fff' }).raw().toBuffer({ resolveWithObject: true });
  let state = grainSeed | 1;
  for (let at = 0; at < data.length; at += info.channels) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const grain = ((state & 0xff) + ((state >>> 8) & 0xff) - 255) / 36;
    for (let channel = 0; channel < info.channels; channel += 1) data[at + channel] = Math.max(0, Math.min(255, (data[at + channel] ?? 0) + grain));
  }
  return sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } }).jpeg({ quality: 86 }).toBuffer();
}
