import type { z } from 'zod';

/** Brings the content of an older schema version up by one version. Pure; sees what was recorded, returns a copy. */
export type Upcaster = (content: EventContent) => EventContent;

export interface EventContent {
  readonly data: Record<string, unknown>;
  readonly personal: Record<string, unknown> | null;
}

/**
 * One kind of event.
 * `data` is open: it reaches the bus, the tree and exports, so nothing in it may tell who the person is.
 * `personal` is sealed with the subject's key; after erasure it reads as `null`, and every reader must cope.
 * `upcasters[n]` lifts schema version n+1 to n+2; `version` is always `upcasters.length + 1`.
 */
export interface EventDefinition<
  Type extends string = string,
  Data extends z.ZodType = z.ZodType,
  Personal extends z.ZodType | null = z.ZodType | null,
> {
  readonly type: Type;
  readonly version: number;
  readonly summary: string;
  readonly data: Data;
  readonly personal: Personal;
  readonly upcasters: readonly Upcaster[];
}

/** Declares an event; see EventDefinition. `personal: null` where no field is personal. */
export function defineEvent<
  const Type extends string,
  Data extends z.ZodObject,
  Personal extends z.ZodObject | null,
>(definition: {
  type: Type;
  summary: string;
  data: Data;
  personal: Personal;
  upcasters?: readonly Upcaster[];
}): EventDefinition<Type, Data, Personal> {
  const upcasters = definition.upcasters ?? [];
  return { ...definition, upcasters, version: upcasters.length + 1 };
}

/** The content of an event of definition `D`, open and in the newest schema version. */
export type EventOf<D> =
  D extends EventDefinition<infer Type, infer Data, infer Personal>
    ? {
        readonly type: Type;
        readonly data: z.infer<Data>;
        readonly personal: Personal extends z.ZodType ? z.infer<Personal> | null : null;
      }
    : never;
