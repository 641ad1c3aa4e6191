import { text, textWidth } from './lettering.ts';
import type { TextStyle } from './lettering.ts';
import { randomFrom } from './random.ts';

/** A drawn page and the photograph to be put on it: apart, because blurs in a big picture take many times as long. */
export interface Sheet {
  readonly svg: string;
  readonly photo: { readonly svg: string; readonly left: number; readonly top: number };
}

export function page(width: number, height: number, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${parts.join('')}</svg>`;
}

/** Fine waves under the print, pale enough to be read through. */
export function guilloche(id: string, width: number, height: number, ground: readonly [string, string], line: string, seed: string): string {
  const random = randomFrom(`guilloche:${seed}`);
  const waves = Array.from({ length: Math.round(height / 13) }, (_, index) => {
    const y = index * 13;
    const sway = 16 + random.between(0, 14);
    const step = width / 6;
    const crests = Array.from({ length: 6 }, (_unused, crest) => `q ${step / 2} ${crest % 2 === 0 ? -sway : sway} ${step} 0`).join(' ');
    return `M 0 ${y} ${crests}`;
  });
  return [
    `<defs><linearGradient id="${id}ground" x1="0" x2="1" y1="0" y2="1"><stop offset="0" stop-color="${ground[0]}"/><stop offset="1" stop-color="${ground[1]}"/></linearGradient></defs>`,
    `<rect width="${width}" height="${height}" fill="url(#${id}ground)"/>`,
    `<path d="${waves.join(' ')}" stroke="${line}" stroke-width="1" fill="none" opacity="0.1"/>`,
  ].join('');
}

/** Nobody shall take it for a document: SPECIMEN across the photograph's corner and over the page, and a line that says so. */
export function specimenMark(x: number, y: number, size: number, angle: number): string {
  const style = { face: 'bold', size } as const;
  return text('SPECIMEN', x - textWidth('SPECIMEN', style) / 2, y, {
    ...style, fill: '#b3202a', opacity: 0.2, transform: `rotate(${angle} ${x} ${y})`,
  });
}

export interface Labelled {
  readonly label: string;
  readonly value: string;
  readonly x: number;
  readonly y: number;
}

/** A small label with its value beneath. */
export function labelled(entry: Labelled, label: TextStyle, value: TextStyle): string {
  return text(entry.label, entry.x, entry.y, label) + text(entry.value, entry.x, entry.y + value.size * 1.12, value);
}
