import { z } from 'zod';
import type { RegisterType } from '../../../events/vocabulary.ts';
import type { RegisterAnswer } from '../port.ts';
import type { Registrant } from '../registrant.ts';

/** What one item of an actor's output says. */
export type Entry = Pick<RegisterAnswer, 'registeredName' | 'formerNames' | 'statusWording' | 'profession'> & {
  readonly registrationNumber: string;
};

type Item = Readonly<Record<string, unknown>>;

/** Knows one actor's input and output. A new register is one mapper and its line in `mappers/all.ts`. */
export interface RegisterMapper {
  readonly register: RegisterType;
  /** The actor's name as `owner/name`; null where the store has none and a deployment must name its own. */
  readonly actor: string | null;
  readonly input: (registrationNumber: string) => Item;
  /** The item this actor gives for a registrant: what the fictional directory answers with. */
  readonly item: (registrant: Registrant) => Item;
  /** null when the item is not of the shape this mapper knows. */
  readonly entry: (item: Item) => Entry | null;
}

const Items = z.array(z.record(z.string(), z.json()));

/** The actors report "the register says: nobody" as an item of its own; an empty output says nothing at all. */
export const NoResults = z.looseObject({ found: z.literal(false), searchedFor: z.string() });

/** What the register says when it has no such number. */
export function noResultsItem(registrationNumber: string): Item {
  return { found: false, searchedFor: registrationNumber, message: 'No results were found for your search' };
}

/**
 * Reads an actor's output (the dataset's items as JSON bytes). Anything but exactly one registrant or the register's
 * own "no results" is unreadable: a guess here could clear somebody who is struck off.
 */
export function readOutput(mapper: RegisterMapper, bytes: Uint8Array): RegisterAnswer {
  const items = parseItems(bytes);
  const [first, ...others] = items ?? [];
  const blank = {
    registrationNumber: null, registeredName: null, formerNames: [], statusWording: null, profession: null,
    response: first ?? { items: items ?? null },
    bytes,
  };
  if (first === undefined) return { kind: 'unreadable', ...blank };
  if (NoResults.safeParse(first).success) return others.length === 0 ? { kind: 'not_found', ...blank } : { kind: 'unreadable', ...blank };
  const entry = mapper.entry(first);
  const single = others.every((other) => mapper.entry(other)?.registrationNumber === entry?.registrationNumber);
  return entry === null || !single ? { kind: 'unreadable', ...blank } : { kind: 'entry', ...blank, ...entry };
}

function parseItems(bytes: Uint8Array): z.infer<typeof Items> | null {
  try {
    return Items.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    return null;
  }
}
