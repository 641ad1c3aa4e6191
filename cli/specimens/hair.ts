import type { Rendering } from './face.ts';
import type { Colour, Traits } from './traits.ts';

const n = (value: number): string => value.toFixed(1);

function rgb(colour: Colour, factor: number): string {
  return `rgb(${colour.map((part) => Math.round(Math.min(255, part * factor))).join(',')})`;
}

/** What falls behind head and shoulders. */
export function hairBehind(t: Traits): string {
  const colour = rgb(t.hair, 0.8);
  const w = t.forehead + 14;
  switch (t.hairStyle) {
    case 'long':
      return `<path d="M 0 -122 C ${n(w)} -122 ${n(w + 10)} -60 ${n(w + 8)} 0 C ${n(w + 8)} 70 ${n(w + 16)} 120 ${n(w + 4)} 168 L ${n(-w - 4)} 168 C ${n(-w - 16)} 120 ${n(-w - 8)} 70 ${n(-w - 8)} 0 C ${n(-w - 10)} -60 ${n(-w)} -122 0 -122 Z" fill="${colour}"/>`;
    case 'bob':
      return `<path d="M 0 -120 C ${n(w)} -120 ${n(w + 14)} -60 ${n(w + 12)} 10 C ${n(w + 14)} 50 ${n(w + 2)} 78 ${n(w - 16)} 78 L ${n(-w + 16)} 78 C ${n(-w - 2)} 78 ${n(-w - 14)} 50 ${n(-w - 12)} 10 C ${n(-w - 14)} -60 ${n(-w)} -120 0 -120 Z" fill="${colour}"/>`;
    case 'bun':
      return `<circle cx="0" cy="-122" r="26" fill="${colour}"/><ellipse cx="0" cy="-50" rx="${n(w - 4)}" ry="70" fill="${colour}"/>`;
    case 'curly':
      return curls(t, 1).map(([x, y, radius]) => `<circle cx="${n(x)}" cy="${n(y)}" r="${n(radius)}" fill="${colour}"/>`).join('');
    case 'short': case 'parted': case 'receding': case 'bald':
      return '';
  }
}

/** The hairline over the forehead, with a sheen where the light falls. */
export function hairInFront(t: Traits, r: Rendering): string {
  const colour = rgb(t.hair, 1);
  const w = t.forehead + 4;
  const sheen = `<ellipse cx="${n(r.light * 26)}" cy="-96" rx="30" ry="9" fill="#fff" opacity="0.16" filter="url(#${r.id}soft)"/>`;
  const cap = (line: string): string => `<path d="M ${n(-w)} -18 C ${n(-w - 8)} -90 ${n(-w * 0.7)} -124 0 -124 C ${n(w * 0.7)} -124 ${n(w + 8)} -90 ${n(w)} -18 ${line} Z" fill="${colour}"/>${sheen}`;
  switch (t.hairStyle) {
    case 'short':
      return cap(`L ${n(w - 8)} -44 C ${n(w - 12)} -70 40 -78 0 -78 C -40 -78 ${n(-w + 12)} -70 ${n(-w + 8)} -44`);
    case 'parted':
      return cap(`L ${n(w - 7)} -46 C ${n(w - 12)} -76 10 -66 -26 -86 C -44 -78 ${n(-w + 10)} -66 ${n(-w + 7)} -46`);
    case 'receding':
      return cap(`L ${n(w - 6)} -52 C ${n(w - 10)} -92 36 -98 20 -92 C 8 -84 -8 -84 -20 -92 C -36 -98 ${n(-w + 10)} -92 ${n(-w + 6)} -52`);
    case 'long':
      return cap(`C ${n(w - 2)} 20 ${n(w - 4)} 30 ${n(w - 2)} 40 C ${n(w - 16)} -20 30 -62 6 -86 C -24 -66 ${n(-w + 16)} -20 ${n(-w + 2)} 40 C ${n(-w + 4)} 30 ${n(-w + 2)} 20 ${n(-w)} -18`);
    case 'bob':
      return cap(`C ${n(w)} 20 ${n(w - 2)} 40 ${n(w + 2)} 60 C ${n(w - 14)} 10 ${n(w - 10)} -40 ${n(w - 16)} -60 Q 0 -70 ${n(-w + 16)} -58 C ${n(-w + 10)} -40 ${n(-w + 14)} 10 ${n(-w - 2)} 60 C ${n(-w + 2)} 40 ${n(-w)} 20 ${n(-w)} -18`);
    case 'bun':
      return cap(`L ${n(w - 6)} -40 C ${n(w - 16)} -80 30 -90 0 -90 C -30 -90 ${n(-w + 16)} -80 ${n(-w + 6)} -40`);
    case 'curly':
      return curls(t, 0).map(([x, y, radius]) => `<circle cx="${n(x)}" cy="${n(y)}" r="${n(radius)}" fill="${colour}"/>`).join('') + sheen;
    case 'bald':
      return `<ellipse cx="${n(r.light * 22)}" cy="-84" rx="26" ry="12" fill="#fff" opacity="0.22" filter="url(#${r.id}soft)"/>`;
  }
}

function curls(t: Traits, behind: 0 | 1): [number, number, number][] {
  const count = behind === 1 ? 17 : 11;
  return Array.from({ length: count }, (_, index) => {
    const angle = Math.PI * (behind === 1 ? -0.12 + (1.24 * index) / (count - 1) : 0.1 + (0.8 * index) / (count - 1));
    const reach = behind === 1 ? 1.12 : 0.98;
    return [Math.cos(angle) * t.forehead * reach, -20 - Math.sin(angle) * 92 * (behind === 1 ? 1.04 : 0.92), 17 + ((index * 7) % 5)];
  });
}
