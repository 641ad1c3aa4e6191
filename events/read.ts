import { catalogue, type DomainEvent, type EventType } from './catalogue.ts';
import type { EventContent, EventDefinition } from './define.ts';
import type { EventMetadata, RecordedEvent } from './envelope.ts';

/** An event as the code works with it: metadata and opened content together. */
export type LedgerEvent<E extends DomainEvent = DomainEvent> = E & EventMetadata;

const definitions: ReadonlyMap<string, EventDefinition> = new Map(catalogue.map((each) => [each.type, each]));

export class UnknownEvent extends Error {
  override readonly name = 'UnknownEvent';
  readonly code = 'UNKNOWN_EVENT';
}

/** The definition of `type`. Throws UnknownEvent: a recorded type that the catalogue lacks means old code on a newer log. */
export function definitionOf(type: string): EventDefinition {
  const definition = definitions.get(type);
  if (definition === undefined) throw new UnknownEvent(`The catalogue has no event ${type}`);
  return definition;
}

export function isEventType(type: string): type is EventType {
  return definitions.has(type);
}

/**
 * The recorded event with its content lifted to the newest schema version and checked.
 * `personal` is what unsealing gave; null where there was nothing sealed or its key is destroyed.
 * Throws UnknownEvent, or a ZodError when what was recorded is not what the catalogue says.
 */
export function openEvent(recorded: RecordedEvent, personal: Record<string, unknown> | null): LedgerEvent {
  const { type, schemaVersion, data, sealed: _sealed, ...metadata } = recorded;
  return { ...metadata, type, ...openContent(definitionOf(type), schemaVersion, { data, personal }) } as LedgerEvent;
}

/**
 * Content that was recorded in `schemaVersion`, lifted to the definition's newest version and checked.
 * What was erased (`personal` null) stays null. Throws UnknownEvent for a version that this code does not know yet.
 */
export function openContent(definition: EventDefinition, schemaVersion: number, recorded: EventContent): EventContent {
  if (schemaVersion > definition.version) {
    throw new UnknownEvent(`${definition.type} was recorded in schema version ${schemaVersion}; this code knows ${definition.version}`);
  }
  const content = definition.upcasters.slice(schemaVersion - 1).reduce((lifted, upcast) => upcast(lifted), recorded);
  return checkContent(definition, recorded.personal === null ? { ...content, personal: null } : content);
}

/** Checks content against its definition before it is recorded; a new event must bring its personal fields. */
export function checkNewEvent(event: DomainEvent): DomainEvent {
  const definition = definitionOf(event.type);
  const content = checkContent(definition, { data: event.data, personal: event.personal });
  if (definition.personal !== null && content.personal === null) {
    throw new TypeError(`${event.type} needs its personal fields when it is recorded`);
  }
  return { type: event.type, ...content } as DomainEvent;
}

function checkContent(definition: EventDefinition, content: EventContent): EventContent {
  const data = definition.data.parse(content.data) as Record<string, unknown>;
  const personal =
    definition.personal === null || content.personal === null
      ? null
      : (definition.personal.parse(content.personal) as Record<string, unknown>);
  return { data, personal };
}
