import { hairBehind, hairInFront } from './hair.ts';
import type { Colour, Traits } from './traits.ts';

/** How a face is photographed. Both renderings show the same person in another light, place and dress. */
export interface Rendering {
  /** Prefix of ids, so that two faces can stand in one picture. */
  readonly id: string;
  /** -1 light from the left ... 1 from the right. */
  readonly light: number;
  /** Colour cast of the light. */
  readonly cast: Colour;
  /** 0 serious ... 1 smiling. */
  readonly smile: number;
  readonly clothes: Colour;
  /** Degrees the head leans. */
  readonly lean: number;
}

export const shade = (colour: Colour, factor: number): string => rgb([colour[0] * factor, colour[1] * factor, colour[2] * factor]);

function rgb(colour: Colour): string {
  return `rgb(${colour.map((part) => Math.round(Math.max(0, Math.min(255, part)))).join(',')})`;
}

const n = (value: number): string => value.toFixed(1);

/**
 * Head and shoulders as an SVG fragment: the head spans y -100 (crown) to 100 (chin) around x = 0.
 * Shaded with gradients and blurs rather than lined, since a face model looks for light and shadow.
 */
export function faceFragment(traits: Traits, rendering: Rendering): string {
  const lit: Colour = [
    (traits.skin[0] * rendering.cast[0]) / 255,
    (traits.skin[1] * rendering.cast[1]) / 255,
    (traits.skin[2] * rendering.cast[2]) / 255,
  ];
  const { id } = rendering;
  const head = headPath(traits);
  return [
    definitions(traits, rendering, lit, head),
    `<g transform="rotate(${n(rendering.lean)} 0 120)">`,
    hairBehind(traits),
    '</g>',
    body(traits, rendering, lit),
    `<g transform="rotate(${n(rendering.lean)} 0 120)">`,
    ears(traits, lit),
    `<path d="${head}" fill="url(#${id}skin)"/>`,
    `<g clip-path="url(#${id}head)">`,
    `<rect x="-110" y="-130" width="220" height="260" fill="url(#${id}side)"/>`,
    `<rect x="-110" y="-130" width="220" height="260" fill="url(#${id}fall)"/>`,
    relief(traits, rendering, lit),
    beard(traits, id),
    '</g>',
    eye(traits, rendering, lit, -1),
    eye(traits, rendering, lit, 1),
    brow(traits, -1),
    brow(traits, 1),
    nose(traits, rendering, lit),
    mouth(traits, rendering, lit),
    hairInFront(traits, rendering),
    traits.glasses ? glasses(traits) : '',
    '</g>',
  ].join('');
}

function headPath(t: Traits): string {
  const crown = -104;
  return [
    `M 0 ${crown}`,
    `C ${n(t.forehead * 0.62)} ${crown} ${n(t.forehead)} -74 ${n(t.forehead * 1.01)} -36`,
    `C ${n(t.cheek * 1.01)} -8 ${n(t.cheek)} 14 ${n(t.cheek * 0.97)} 24`,
    `C ${n(t.cheek * 0.95)} 46 ${n(t.jaw * 1.02)} 58 ${n(t.jaw * 0.9)} 70`,
    `C ${n(t.jaw * 0.72)} 90 ${n(t.chin * 1.1)} 101 0 101`,
    `C ${n(-t.chin * 1.1)} 101 ${n(-t.jaw * 0.72)} 90 ${n(-t.jaw * 0.9)} 70`,
    `C ${n(-t.jaw * 1.02)} 58 ${n(-t.cheek * 0.95)} 46 ${n(-t.cheek * 0.97)} 24`,
    `C ${n(-t.cheek)} 14 ${n(-t.cheek * 1.01)} -8 ${n(-t.forehead * 1.01)} -36`,
    `C ${n(-t.forehead)} -74 ${n(-t.forehead * 0.62)} ${crown} 0 ${crown} Z`,
  ].join(' ');
}

function definitions(t: Traits, r: Rendering, lit: Colour, head: string): string {
  const from = r.light > 0 ? 'x1="1" x2="0"' : 'x1="0" x2="1"';
  const strength = Math.abs(r.light);
  const blur = (name: string, deviation: number): string =>
    `<filter id="${r.id}${name}" x="-60%" y="-60%" width="220%" height="220%"><feGaussianBlur stdDeviation="${deviation}"/></filter>`;
  return [
    '<defs>',
    `<radialGradient id="${r.id}skin" cx="${n(0.5 + r.light * 0.12)}" cy="0.42" r="0.68">`,
    `<stop offset="0" stop-color="${shade(lit, 1.08)}"/><stop offset="0.55" stop-color="${shade(lit, 0.99)}"/>`,
    `<stop offset="0.85" stop-color="${shade(lit, 0.82)}"/><stop offset="1" stop-color="${shade(lit, 0.62)}"/></radialGradient>`,
    `<linearGradient id="${r.id}side" ${from} y1="0" y2="0"><stop offset="0.25" stop-color="#fff" stop-opacity="${n(strength * 0.1)}"/>`,
    `<stop offset="0.55" stop-color="#201008" stop-opacity="0"/><stop offset="1" stop-color="#201008" stop-opacity="${(strength * 0.42).toFixed(2)}"/></linearGradient>`,
    `<linearGradient id="${r.id}fall" x1="0" x2="0" y1="0" y2="1"><stop offset="0.55" stop-color="#201008" stop-opacity="0"/><stop offset="1" stop-color="#201008" stop-opacity="0.25"/></linearGradient>`,
    `<radialGradient id="${r.id}iris"><stop offset="0" stop-color="${shade(t.iris, 0.5)}"/><stop offset="0.6" stop-color="${shade(t.iris, 1)}"/><stop offset="1" stop-color="${shade(t.iris, 0.45)}"/></radialGradient>`,
    `<clipPath id="${r.id}head"><path d="${head}"/></clipPath>`,
    blur('soft', 5), blur('softer', 9), blur('fine', 1.2), blur('faint', 0.6),
    '</defs>',
  ].join('');
}

function body(t: Traits, r: Rendering, lit: Colour): string {
  const neck = t.jaw * 0.72;
  return [
    `<path d="M ${n(-neck)} 50 L ${n(-neck - 3)} 125 Q 0 160 ${n(neck + 3)} 125 L ${n(neck)} 50 Z" fill="${shade(lit, 0.8)}"/>`,
    `<ellipse cx="${n(-r.light * 8)}" cy="96" rx="${n(neck + 6)}" ry="26" fill="#1c0d06" opacity="0.42" filter="url(#${r.id}softer)"/>`,
    `<path d="M ${n(-neck - 4)} 116 C -70 134 -128 138 -150 210 L -156 330 L 156 330 L 150 210 C 128 138 70 134 ${n(neck + 4)} 116 Q 0 168 ${n(-neck - 4)} 116 Z" fill="${shade(r.clothes, 1)}"/>`,
    `<path d="M ${n(-neck - 4)} 116 Q 0 168 ${n(neck + 4)} 116 L ${n(neck + 10)} 124 Q 0 184 ${n(-neck - 10)} 124 Z" fill="${shade(r.clothes, 0.72)}"/>`,
    `<ellipse cx="${n(r.light * 70)}" cy="175" rx="60" ry="26" fill="#fff" opacity="0.1" filter="url(#${r.id}softer)"/>`,
  ].join('');
}

function ears(t: Traits, lit: Colour): string {
  return [-1, 1].map((side) => {
    const x = side * (t.cheek + 1);
    return `<ellipse cx="${n(x)}" cy="6" rx="${n(t.earSize * 0.46)}" ry="${n(t.earSize)}" fill="${shade(lit, 0.84)}"/>`
      + `<ellipse cx="${n(x + side * 1.5)}" cy="5" rx="${n(t.earSize * 0.22)}" ry="${n(t.earSize * 0.66)}" fill="${shade(lit, 0.6)}"/>`;
  }).join('');
}

/** Sockets, cheekbones, folds and the shadow under the lip. */
function relief(t: Traits, r: Rendering, lit: Colour): string {
  const dark = shade(lit, 0.52);
  const soft = `filter="url(#${r.id}soft)"`;
  const both = [-1, 1].map((side) => {
    const x = side * t.eyeGap;
    const fold = `M ${n(side * (t.noseWidth + 2))} ${n(t.eyeLine + t.noseLength - 2)} Q ${n(side * (t.mouthWidth + 8))} ${n(t.eyeLine + t.noseLength + 10)} ${n(side * (t.mouthWidth + 7))} ${n(t.eyeLine + t.noseLength + t.mouthLine + 6)}`;
    return [
      `<ellipse cx="${n(x)}" cy="${n(t.eyeLine - 5)}" rx="${n(t.eyeWidth * 1.35)}" ry="13" fill="${dark}" opacity="0.5" ${soft}/>`,
      `<ellipse cx="${n(x + side * 14)}" cy="${n(t.eyeLine + 28)}" rx="17" ry="11" fill="#fff" opacity="0.16" ${soft}/>`,
      `<ellipse cx="${n(side * t.cheek * 0.82)}" cy="48" rx="16" ry="28" fill="${dark}" opacity="0.34" filter="url(#${r.id}softer)"/>`,
      `<path d="${fold}" stroke="${dark}" stroke-width="3" fill="none" opacity="${(0.16 + 0.5 * t.age + 0.2 * r.smile).toFixed(2)}" filter="url(#${r.id}fine)"/>`,
      `<path d="M ${n(x - 14)} ${n(t.eyeLine + t.eyeHeight + 6)} Q ${n(x)} ${n(t.eyeLine + t.eyeHeight + 12)} ${n(x + 14)} ${n(t.eyeLine + t.eyeHeight + 6)}" stroke="${dark}" stroke-width="2" fill="none" opacity="${(0.12 + 0.5 * t.age).toFixed(2)}" filter="url(#${r.id}fine)"/>`,
    ].join('');
  }).join('');
  const lip = t.eyeLine + t.noseLength + t.mouthLine + t.lipFullness + 8;
  const lines = t.age < 0.45 ? '' : [-66, -58].map((y) =>
    `<path d="M -34 ${y} Q 0 ${y - 4} 34 ${y}" stroke="${dark}" stroke-width="1.6" fill="none" opacity="${(t.age * 0.5).toFixed(2)}" filter="url(#${r.id}fine)"/>`).join('');
  return [
    both, lines,
    `<ellipse cx="0" cy="${n(lip)}" rx="${n(t.mouthWidth * 0.62)}" ry="4.5" fill="${dark}" opacity="0.5" filter="url(#${r.id}fine)"/>`,
    `<ellipse cx="${n(r.light * 14)}" cy="-58" rx="36" ry="20" fill="#fff" opacity="0.13" filter="url(#${r.id}softer)"/>`,
    `<ellipse cx="0" cy="90" rx="${n(t.chin * 0.7)}" ry="8" fill="#fff" opacity="0.1" ${soft}/>`,
  ].join('');
}

function eye(t: Traits, r: Rendering, lit: Colour, side: -1 | 1): string {
  const x = side * t.eyeGap;
  const y = t.eyeLine;
  const w = t.eyeWidth;
  const h = t.eyeHeight * (1 - r.smile * 0.18);
  const inner = x - side * w;
  const outer = x + side * w;
  const outerY = y - t.eyeTilt * 0.5;
  const top = `Q ${n(x - side * w * 0.1)} ${n(y - h * 2.1)} ${n(outer)} ${n(outerY)}`;
  const almond = `M ${n(inner)} ${n(y + 1.5)} ${top} Q ${n(x)} ${n(y + h * 1.55)} ${n(inner)} ${n(y + 1.5)} Z`;
  const clip = `${r.id}eye${side > 0 ? 'r' : 'l'}`;
  const iris = Math.max(6.2, h * 1.08);
  return [
    `<defs><clipPath id="${clip}"><path d="${almond}"/></clipPath></defs>`,
    `<path d="${almond}" fill="#efe9e4"/>`,
    `<g clip-path="url(#${clip})">`,
    `<circle cx="${n(x)}" cy="${n(y - 0.6)}" r="${n(iris)}" fill="url(#${r.id}iris)"/>`,
    `<circle cx="${n(x)}" cy="${n(y - 0.6)}" r="${n(iris * 0.45)}" fill="#080605"/>`,
    `<circle cx="${n(x + r.light * 2.2 + 1)}" cy="${n(y - 3)}" r="1.7" fill="#fff" opacity="0.9"/>`,
    `<path d="M ${n(inner)} ${n(y + 1)} ${top}" stroke="#20120b" stroke-width="6" fill="none" opacity="0.35" filter="url(#${r.id}fine)"/>`,
    '</g>',
    `<path d="M ${n(inner)} ${n(y + 1.5)} ${top}" stroke="#1d120d" stroke-width="2.4" fill="none" stroke-linecap="round" filter="url(#${r.id}faint)"/>`,
    `<path d="M ${n(inner + side)} ${n(y - h * 0.9)} Q ${n(x)} ${n(y - h * 2 - 4)} ${n(outer + side * 2)} ${n(outerY - 4)}" stroke="${shade(lit, 0.48)}" stroke-width="1.6" fill="none" opacity="0.75" filter="url(#${r.id}faint)"/>`,
    `<path d="M ${n(inner)} ${n(y + 1.5)} Q ${n(x)} ${n(y + h * 1.55)} ${n(outer)} ${n(outerY)}" stroke="${shade(lit, 0.45)}" stroke-width="1.2" fill="none" opacity="0.8"/>`,
    `<circle cx="${n(inner + side * 1.4)}" cy="${n(y + 1.3)}" r="1.7" fill="${shade(lit, 0.75)}"/>`,
  ].join('');
}

function brow(t: Traits, side: -1 | 1): string {
  const inner = side * (t.eyeGap - t.eyeWidth * 1.15);
  const outer = side * (t.eyeGap + t.eyeWidth * 1.3);
  const y = t.eyeLine - t.browLift;
  const peak = side * (t.eyeGap + t.eyeWidth * 0.3);
  const thick = t.browThickness;
  return `<path d="M ${n(inner)} ${n(y + thick * 0.6)} Q ${n(peak)} ${n(y - t.browArch - thick * 0.6)} ${n(outer)} ${n(y + 2)} Q ${n(peak)} ${n(y - t.browArch + thick * 0.9)} ${n(inner)} ${n(y + thick * 1.3)} Z" fill="${shade(t.hair, 0.75)}" opacity="0.9"/>`;
}

function nose(t: Traits, r: Rendering, lit: Colour): string {
  const tip = t.eyeLine + t.noseLength;
  const w = t.noseWidth;
  const dark = shade(lit, 0.5);
  const away = r.light > 0 ? -1 : 1;
  return [
    `<path d="M ${n(away * 7)} ${n(t.eyeLine - 8)} Q ${n(away * 6)} ${n(tip - 22)} ${n(away * w * 0.9)} ${n(tip - 3)} L ${n(away * 4)} ${n(tip - 6)} Z" fill="${dark}" opacity="0.45" filter="url(#${r.id}fine)"/>`,
    `<path d="M ${n(-away * 7)} ${n(t.eyeLine - 8)} Q ${n(-away * 6)} ${n(tip - 22)} ${n(-away * w * 0.9)} ${n(tip - 3)} L ${n(-away * 5)} ${n(tip - 8)} Z" fill="${dark}" opacity="0.18" filter="url(#${r.id}fine)"/>`,
    `<rect x="-3" y="${n(t.eyeLine - 6)}" width="6" height="${n(t.noseLength - 8)}" rx="3" fill="#fff" opacity="0.2" filter="url(#${r.id}fine)"/>`,
    `<ellipse cx="${n(r.light * 2)}" cy="${n(tip - 6)}" rx="${n(w * 0.45)}" ry="6" fill="#fff" opacity="0.17" filter="url(#${r.id}fine)"/>`,
    ...[-1, 1].map((side) =>
      `<path d="M ${n(side * w * 0.72)} ${n(tip - 10)} Q ${n(side * w * 1.12)} ${n(tip - 7)} ${n(side * w)} ${n(tip + 1)} Q ${n(side * w * 0.8)} ${n(tip + 5)} ${n(side * w * 0.55)} ${n(tip + 2)}" stroke="${dark}" stroke-width="1.8" fill="none" opacity="0.75" filter="url(#${r.id}faint)"/>`
      + `<ellipse cx="${n(side * w * 0.5)}" cy="${n(tip + 1.5)}" rx="${n(w * 0.24)}" ry="2.4" fill="#24100a" opacity="0.8" filter="url(#${r.id}faint)"/>`),
    `<path d="M ${n(-w * 0.5)} ${n(tip + 4)} Q 0 ${n(tip + 8)} ${n(w * 0.5)} ${n(tip + 4)}" stroke="${dark}" stroke-width="2" fill="none" opacity="0.6" filter="url(#${r.id}fine)"/>`,
  ].join('');
}

function mouth(t: Traits, r: Rendering, lit: Colour): string {
  const y = t.eyeLine + t.noseLength + t.mouthLine;
  const w = t.mouthWidth * (1 + r.smile * 0.12);
  const lift = r.smile * 4;
  const full = t.lipFullness * (1 - r.smile * 0.15);
  const lips: Colour = [(t.lips[0] * r.cast[0]) / 255, (t.lips[1] * r.cast[1]) / 255, (t.lips[2] * r.cast[2]) / 255];
  return [
    `<path d="M ${n(-w)} ${n(y - lift)} Q ${n(-w * 0.4)} ${n(y - full * 1.05)} ${n(-w * 0.16)} ${n(y - full)} Q 0 ${n(y - full * 0.7)} ${n(w * 0.16)} ${n(y - full)} Q ${n(w * 0.4)} ${n(y - full * 1.05)} ${n(w)} ${n(y - lift)} Q 0 ${n(y + 2 + lift * 0.6)} ${n(-w)} ${n(y - lift)} Z" fill="${shade(lips, 0.82)}" filter="url(#${r.id}faint)"/>`,
    `<path d="M ${n(-w)} ${n(y - lift)} Q 0 ${n(y + 2 + lift * 0.6)} ${n(w)} ${n(y - lift)} Q ${n(w * 0.5)} ${n(y + full * 1.5)} 0 ${n(y + full * 1.5)} Q ${n(-w * 0.5)} ${n(y + full * 1.5)} ${n(-w)} ${n(y - lift)} Z" fill="${shade(lips, 1)}" filter="url(#${r.id}faint)"/>`,
    `<path d="M ${n(-w)} ${n(y - lift)} Q 0 ${n(y + 2 + lift * 0.6)} ${n(w)} ${n(y - lift)}" stroke="#3a1410" stroke-width="1.8" fill="none" opacity="0.85" stroke-linecap="round"/>`,
    `<ellipse cx="${n(r.light * 4)}" cy="${n(y + full * 0.8)}" rx="${n(w * 0.35)}" ry="${n(full * 0.28)}" fill="#fff" opacity="0.22" filter="url(#${r.id}fine)"/>`,
    `<path d="M -3 ${n(y - full - 8)} Q 0 ${n(y - full - 2)} 3 ${n(y - full - 8)}" stroke="${shade(lit, 0.6)}" stroke-width="2" fill="none" opacity="0.4" filter="url(#${r.id}fine)"/>`,
  ].join('');
}

function beard(t: Traits, id: string): string {
  const y = t.eyeLine + t.noseLength + t.mouthLine;
  const colour = shade(t.hair, 0.9);
  const moustache = `<path d="M ${n(-t.mouthWidth - 3)} ${n(y - 1)} Q 0 ${n(y - 22)} ${n(t.mouthWidth + 3)} ${n(y - 1)} Q 0 ${n(y - 7)} ${n(-t.mouthWidth - 3)} ${n(y - 1)} Z" fill="${colour}" filter="url(#${id}fine)"/>`;
  const lower = `<path d="M ${n(-t.cheek)} 10 Q ${n(-t.cheek * 0.72)} ${n(y - 4)} ${n(-t.mouthWidth - 4)} ${n(y - 6)} L ${n(-t.mouthWidth - 2)} ${n(y + 9)} Q 0 ${n(y + t.lipFullness + 12)} ${n(t.mouthWidth + 2)} ${n(y + 9)} L ${n(t.mouthWidth + 4)} ${n(y - 6)} Q ${n(t.cheek * 0.72)} ${n(y - 4)} ${n(t.cheek)} 10 L ${n(t.cheek)} 120 L ${n(-t.cheek)} 120 Z" fill="${colour}" filter="url(#${id}fine)"/>`;
  if (t.beard === 'full') return lower + moustache;
  if (t.beard === 'moustache') return moustache;
  if (t.beard === 'stubble') return `<g opacity="0.3">${lower}${moustache}</g>`;
  return '';
}

function glasses(t: Traits): string {
  const frame = 'stroke="#1b1b1f" stroke-width="3" fill="#ffffff" fill-opacity="0.06"';
  const w = t.eyeWidth + 8;
  return [-1, 1].map((side) => `<rect x="${n(side * t.eyeGap - w)}" y="${n(t.eyeLine - 14)}" width="${n(w * 2)}" height="30" rx="9" ${frame}/>`
    + `<path d="M ${n(side * (t.eyeGap + w))} ${n(t.eyeLine - 5)} L ${n(side * (t.cheek + 2))} ${n(t.eyeLine - 2)}" stroke="#1b1b1f" stroke-width="3"/>`).join('')
    + `<path d="M ${n(-t.eyeGap + w)} ${n(t.eyeLine - 4)} Q 0 ${n(t.eyeLine - 9)} ${n(t.eyeGap - w)} ${n(t.eyeLine - 4)}" stroke="#1b1b1f" stroke-width="3" fill="none"/>`;
}
