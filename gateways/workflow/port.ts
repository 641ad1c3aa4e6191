/** Starts and signals executions of the KYC state machine (infra/workflow/kyc.asl.json). */
export interface Workflow {
  /**
   * Starts the execution of this name. The same name again, running or closed, is a success and starts nothing.
   * `input` is small JSON: keys, never documents.
   */
  start(name: string, input: Readonly<Record<string, unknown>>): Promise<'started' | 'exists'>;
  /** Settles a task that waits for a callback. Unknown and already settled tokens answer 'gone'. */
  succeed(taskToken: string, output: Readonly<Record<string, unknown>>): Promise<'settled' | 'gone'>;
  fail(taskToken: string, error: string, cause: string): Promise<'settled' | 'gone'>;
}
