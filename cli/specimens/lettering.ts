import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The little of opentype.js that is used here; the package brings no types and hides its exports from `import`. */
interface Font {
  getPath(content: string, x: number, y: number, size: number): { toPathData(decimals: number): string };
  getAdvanceWidth(content: string, size: number): number;
}
const { parse }: { parse(bytes: ArrayBuffer): Font } = createRequire(import.meta.url)('opentype.js');

export type Face = 'sans' | 'bold' | 'ocr-b';

const files: Readonly<Record<Face, string>> = {
  sans: 'LiberationSans-Regular.ttf',
  bold: 'LiberationSans-Bold.ttf',
  'ocr-b': 'OCRB.otf',
};

const loaded = new Map<Face, Font>();

function font(face: Face): Font {
  const known = loaded.get(face);
  if (known !== undefined) return known;
  const bytes = new Uint8Array(readFileSync(new URL(`./fonts/${files[face]}`, import.meta.url)));
  const parsed = parse(bytes.buffer);
  loaded.set(face, parsed);
  return parsed;
}

export interface TextStyle {
  readonly face?: Face;
  /** Em size in the picture's units. */
  readonly size: number;
  readonly fill?: string;
  readonly opacity?: number;
  readonly transform?: string;
}

/**
 * One line of text as an SVG path, `x`, `y` being the start of its baseline.
 * Drawn as outlines because a bare machine has no fonts and librsvg would print boxes.
 */
export function text(content: string, x: number, y: number, style: TextStyle): string {
  return outline(font(style.face ?? 'sans').getPath(content, x, y, style.size).toPathData(2), style);
}

/** Text whose characters stand `pitch` apart, as the machine-readable zone demands (ICAO 9303 part 3, 4.3). */
export function pitchedText(content: string, x: number, y: number, pitch: number, style: TextStyle): string {
  const drawn = font(style.face ?? 'ocr-b');
  const advance = drawn.getAdvanceWidth('<', style.size);
  return Array.from(content, (character, index) => {
    const left = x + index * pitch + (pitch - advance) / 2;
    return outline(drawn.getPath(character, left, y, style.size).toPathData(2), style);
  }).join('');
}

export function textWidth(content: string, style: Pick<TextStyle, 'face' | 'size'>): number {
  return font(style.face ?? 'sans').getAdvanceWidth(content, style.size);
}

function outline(data: string, style: TextStyle): string {
  const opacity = style.opacity === undefined ? '' : ` opacity="${style.opacity}"`;
  const transform = style.transform === undefined ? '' : ` transform="${style.transform}"`;
  return `<path d="${data}" fill="${style.fill ?? '#111'}"${opacity}${transform}/>`;
}
