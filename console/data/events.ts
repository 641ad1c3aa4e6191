import type { EventBodies, HistoryEvent } from './generated.ts';

export type EventType = keyof EventBodies;
type Meta = Omit<HistoryEvent, 'type' | 'data' | 'personal'>;

/** An event with the content that its type promises; `personal` is null when it was not asked for, is erased or there is none. */
export type TypedEvent<T extends EventType> = Meta & { readonly type: T; readonly data: EventBodies[T]['data']; readonly personal: EventBodies[T]['personal'] | null };

/** Is this event of type `type`? The API answers events in the newest version of their schema, so the content follows. */
export function isEvent<T extends EventType>(event: HistoryEvent | undefined, type: T): event is HistoryEvent & Omit<TypedEvent<T>, 'personal'> & { readonly personal?: EventBodies[T]['personal'] | null } {
  return event?.type === type;
}

/** What was not asked for is as unknown as what is erased. */
function withPersonal<T extends EventType>(event: Omit<TypedEvent<T>, 'personal'> & { readonly personal?: EventBodies[T]['personal'] | null }): TypedEvent<T> {
  return { ...event, personal: event.personal ?? null } as TypedEvent<T>;
}

/** The newest event of `type` for which `fits` holds. */
export function lastOf<T extends EventType>(events: readonly HistoryEvent[], type: T, fits: (event: TypedEvent<T>) => boolean = () => true): TypedEvent<T> | null {
  for (const event of events.toReversed()) if (isEvent(event, type) && fits(withPersonal(event))) return withPersonal(event);
  return null;
}

/** The event at `version`, if it is of `type`. */
export function eventAt<T extends EventType>(events: readonly HistoryEvent[], version: number | null | undefined, type: T): TypedEvent<T> | null {
  const event = events.find((each) => each.version === version);
  return isEvent(event, type) ? withPersonal(event) : null;
}
