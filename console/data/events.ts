import type { EventBodies, HistoryEvent } from './generated.ts';

export type EventType = keyof EventBodies;
type Meta = Omit<HistoryEvent, 'type' | 'data' | 'personal'>;

/** An event with the content that its type promises; `personal` is null when it is hidden, erased or there is none. */
export type TypedEvent<T extends EventType> = Meta & { readonly type: T; readonly data: EventBodies[T]['data']; readonly personal: EventBodies[T]['personal'] | null };

/** Is this event of type `type`? The API answers events in the newest version of their schema, so the content follows. */
export function isEvent<T extends EventType>(event: HistoryEvent | undefined, type: T): event is HistoryEvent & TypedEvent<T> {
  return event?.type === type;
}

/** The newest event of `type` for which `fits` holds. */
export function lastOf<T extends EventType>(events: readonly HistoryEvent[], type: T, fits: (event: TypedEvent<T>) => boolean = () => true): TypedEvent<T> | null {
  for (const event of events.toReversed()) if (isEvent(event, type) && fits(event)) return event;
  return null;
}

/** The event at `version`, if it is of `type`. */
export function eventAt<T extends EventType>(events: readonly HistoryEvent[], version: number | null | undefined, type: T): TypedEvent<T> | null {
  const event = events.find((each) => each.version === version);
  return isEvent(event, type) ? event : null;
}
