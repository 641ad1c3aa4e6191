/** An execution as the embedded workflow remembers it. `input` is small JSON: keys, never documents. */
export interface Execution {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** RFC 3339. */
  readonly startedAt: string;
}

export type ExecutionEnd =
  | { readonly status: 'succeeded' }
  /** `error` is the name of the error that ended it, for example `LeftToSweeper`. */
  | { readonly status: 'failed'; readonly error: string };

/** Where executions are remembered, so that those a crash cut off are taken up again. Names are kept for ever. */
export interface ExecutionStore {
  /** Remembers a new execution as open; 'exists' when its name was ever used. */
  add(execution: Execution): Promise<'added' | 'exists'>;
  close(name: string, end: ExecutionEnd, at: string): Promise<void>;
  /** All that are not closed, oldest first. */
  open(): Promise<readonly Execution[]>;
}
