import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineEvent } from '../../events/define.ts';
import { checkNewEvent, definitionOf, isEventType, openContent, openEvent, UnknownEvent } from '../../events/read.ts';
import { recorded } from '../support/events.ts';

/** Version 1 had `height` in inches; version 2 centimetres; version 3 keeps the name in two parts. */
const Measured = defineEvent({
  type: 'Measured',
  summary: 'Somebody was measured.',
  data: z.strictObject({ centimetres: z.number() }),
  personal: z.strictObject({ surname: z.string(), givenNames: z.string() }),
  upcasters: [
    ({ data: { height, ...rest }, personal }) => ({ data: { ...rest, centimetres: Number(height) * 2.54 }, personal }),
    ({ data, personal }) => {
      const [givenNames = '', surname = ''] = String(personal?.['name']).split(' ');
      return { data, personal: { surname, givenNames } };
    },
  ],
});

describe('upcasting', () => {
  const doe = { surname: 'Doe', givenNames: 'Jane' };

  it('counts a version for each step', () => {
    expect(Measured.version).toBe(3);
  });

  it.each([
    [1, { height: 10 }, { name: 'Jane Doe' }],
    [2, { centimetres: 25.4 }, { name: 'Jane Doe' }],
    [3, { centimetres: 25.4 }, doe],
  ])('lifts version %i to the newest', (version, data, personal) => {
    expect(openContent(Measured, version, { data, personal })).toEqual({ data: { centimetres: 25.4 }, personal: doe });
  });

  it('leaves what was recorded as it was', () => {
    const content = Object.freeze({ data: Object.freeze({ height: 10 }), personal: Object.freeze({ name: 'Jane Doe' }) });
    openContent(Measured, 1, content);
    expect(content).toEqual({ data: { height: 10 }, personal: { name: 'Jane Doe' } });
  });

  it('brings nothing back that was erased', () => {
    expect(openContent(Measured, 1, { data: { height: 10 }, personal: null })).toEqual({ data: { centimetres: 25.4 }, personal: null });
  });

  it('checks what comes out', () => {
    expect(() => openContent(Measured, 3, { data: { height: 10 }, personal: doe })).toThrow(z.ZodError);
  });

  it('knows no version from the future', () => {
    expect(() => openContent(Measured, 4, { data: { centimetres: 1 }, personal: doe })).toThrow(UnknownEvent);
  });
});

describe('reading', () => {
  it('refuses a type that the catalogue lacks', () => {
    expect(() => openEvent(recorded('applicant-1', 1, { type: 'ApplicantPromoted' }), null)).toThrow(UnknownEvent);
    expect(() => definitionOf('constructor')).toThrow(UnknownEvent);
    expect(isEventType('ApplicantPromoted')).toBe(false);
  });

  it('refuses a schema version that this code does not know', () => {
    expect(() => openEvent(recorded('applicant-1', 1, { type: 'ReviewClaimed', schemaVersion: 2, data: { decisionVersion: 1 } }), null)).toThrow(UnknownEvent);
  });

  it('refuses open fields that the definition does not have, so that nothing slips into the open', () => {
    expect(() => openEvent(recorded('applicant-1', 1, { type: 'ReviewClaimed', data: { decisionVersion: 1, surname: 'Doe' } }), null)).toThrow(z.ZodError);
  });
});

describe('checking a new event', () => {
  it('asks for its personal fields', () => {
    expect(() => checkNewEvent({ type: 'ReviewNoted', data: { decisionVersion: null }, personal: null })).toThrow(TypeError);
  });

  it('gives it back as it is', () => {
    const event = { type: 'ReviewNoted', data: { decisionVersion: null }, personal: { note: 'x' } } as const;
    expect(checkNewEvent(event)).toEqual(event);
  });
});
