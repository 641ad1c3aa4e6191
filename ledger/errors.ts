/** Base of the ledger's errors: a stable code, never personal data. */
export class LedgerError extends Error {
  override readonly name: string = 'LedgerError';
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The store did not answer, after its own retries. Whether the write happened is unknown: append again with the same ids. */
export class StoreUnavailable extends LedgerError {
  override readonly name = 'StoreUnavailable';
  constructor(what: string, options?: ErrorOptions) {
    super('STORE_UNAVAILABLE', `The event store did not answer: ${what}`, options);
  }
}

/** The caller's versions, ids or streams do not fit together, or would leave a gap; nothing was written. */
export class InvalidAppend extends LedgerError {
  override readonly name = 'InvalidAppend';
  constructor(message: string, options?: ErrorOptions) {
    super('INVALID_APPEND', message, options);
  }
}

/** More than DynamoDB takes: 400 KB an item, 100 items or 4 MB a transaction. Keep big payloads as evidence. */
export class EventTooLarge extends LedgerError {
  override readonly name = 'EventTooLarge';
  constructor(message: string) {
    super('EVENT_TOO_LARGE', message);
  }
}

/** What lies in the table is not what this code writes. */
export class RecordCorrupt extends LedgerError {
  override readonly name = 'RecordCorrupt';
  constructor(where: string, options?: ErrorOptions) {
    super('RECORD_CORRUPT', `${where} does not read as a recorded event`, options);
  }
}

/** Sealed bytes that do not open: altered, moved to another place, or sealed under another key. */
export class SealBroken extends LedgerError {
  override readonly name = 'SealBroken';
  constructor(where: string, options?: ErrorOptions) {
    super('SEAL_BROKEN', `What is sealed at ${where} does not open`, options);
  }
}

/** The subject's key is destroyed: nothing can be sealed for this stream, nor its evidence be read. */
export class SubjectErased extends LedgerError {
  override readonly name = 'SubjectErased';
  constructor(stream: string) {
    super('SUBJECT_ERASED', `The key of ${stream} is destroyed`);
  }
}

export class EvidenceMissing extends LedgerError {
  override readonly name = 'EvidenceMissing';
  constructor(key: string) {
    super('EVIDENCE_MISSING', `There is no evidence under ${key}`);
  }
}

/** The stored bytes are not those that the reference names. */
export class EvidenceAltered extends LedgerError {
  override readonly name = 'EvidenceAltered';
  constructor(key: string, options?: ErrorOptions) {
    super('EVIDENCE_ALTERED', `The evidence under ${key} is not what was recorded`, options);
  }
}

/** The name is taken by other bytes; evidence is written once. */
export class EvidenceConflict extends LedgerError {
  override readonly name = 'EvidenceConflict';
  constructor(key: string) {
    super('EVIDENCE_CONFLICT', `Other bytes are kept under ${key}`);
  }
}
