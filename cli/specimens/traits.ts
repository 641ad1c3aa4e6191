import { type Random, randomFrom } from './random.ts';

/** What makes one drawn person look unlike another. Lengths in units of a head 200 high; colours as [r, g, b]. */
export interface Traits {
  readonly skin: Colour;
  readonly hair: Colour;
  readonly iris: Colour;
  readonly lips: Colour;
  readonly hairStyle: 'short' | 'parted' | 'long' | 'bob' | 'bun' | 'curly' | 'receding' | 'bald';
  readonly beard: 'none' | 'stubble' | 'full' | 'moustache';
  readonly glasses: boolean;
  /** Half widths. */
  readonly cheek: number;
  readonly jaw: number;
  readonly chin: number;
  readonly forehead: number;
  /** Half the distance between the pupils. */
  readonly eyeGap: number;
  readonly eyeWidth: number;
  readonly eyeHeight: number;
  readonly eyeTilt: number;
  readonly eyeLine: number;
  readonly browThickness: number;
  readonly browArch: number;
  readonly browLift: number;
  readonly noseLength: number;
  readonly noseWidth: number;
  readonly mouthWidth: number;
  readonly lipFullness: number;
  readonly mouthLine: number;
  readonly earSize: number;
  /** 0 (young) to 1 (old): how deep the lines are. */
  readonly age: number;
}

export type Colour = readonly [number, number, number];

const skins: readonly [Colour, ...Colour[]] = [
  [241, 205, 180], [232, 190, 160], [222, 176, 143], [204, 155, 120], [181, 130, 96], [150, 103, 73], [118, 79, 56], [92, 61, 45],
];
const darkHair: readonly [Colour, ...Colour[]] = [[28, 22, 20], [44, 30, 24], [20, 18, 20]];
const lightHair: readonly [Colour, ...Colour[]] = [[62, 42, 28], [98, 66, 38], [150, 108, 60], [196, 160, 104], [124, 58, 30], [36, 28, 24]];
const irises: readonly [Colour, ...Colour[]] = [[74, 48, 30], [96, 66, 36], [84, 100, 64], [86, 118, 146], [110, 128, 140]];

/** A person's looks from a seed; `female` sways hair, beard and jaw only. */
export function traitsFrom(seed: string, female: boolean): Traits {
  const random = randomFrom(`face:${seed}`);
  const tone = random.whole(0, skins.length - 1);
  const skin = skins[tone] ?? skins[0];
  const dark = tone >= 4;
  const age = random.between(0.05, 0.9);
  const hair = age > 0.72 && random.next() < 0.6 ? greying(random) : random.pick(dark ? darkHair : lightHair);
  const cheek = random.between(66, 80);
  return {
    skin,
    hair,
    iris: dark ? (irises[random.whole(0, 1)] ?? irises[0]) : random.pick(irises),
    lips: [skin[0] * 0.84, skin[1] * (dark ? 0.68 : 0.58), skin[2] * (dark ? 0.72 : 0.6)],
    hairStyle: female
      ? random.pick(['long', 'bob', 'bun', 'curly', 'long'])
      : random.pick(['short', 'parted', 'curly', 'receding', 'short', 'bald']),
    beard: female ? 'none' : random.pick(['none', 'stubble', 'full', 'moustache', 'none']),
    glasses: random.next() < 0.15,
    cheek,
    jaw: cheek * (female ? random.between(0.68, 0.8) : random.between(0.76, 0.92)),
    chin: random.between(18, 34) * (female ? 0.85 : 1.1),
    forehead: cheek * random.between(0.84, 0.97),
    eyeGap: random.between(29, 37),
    eyeWidth: random.between(13.5, 18),
    eyeHeight: random.between(4.6, 8),
    eyeTilt: random.between(-3, 7),
    eyeLine: random.between(-12, -2),
    browThickness: (female ? random.between(2.5, 4.5) : random.between(4, 8)),
    browArch: random.between(1, 8),
    browLift: random.between(13, 21),
    noseLength: random.between(36, 50),
    noseWidth: random.between(12, 21),
    mouthWidth: random.between(21, 33),
    lipFullness: random.between(4, 10),
    mouthLine: random.between(18, 27),
    earSize: random.between(15, 23),
    age,
  };
}

function greying(random: Random): Colour {
  const level = random.whole(120, 190);
  return [level, level, level + 4];
}
