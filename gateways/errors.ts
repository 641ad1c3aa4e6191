/** The one error of the gateways: a stable code, whether a retry can help, and the cause. Never personal data. */
export class ServiceUnavailable extends Error {
  override readonly name = 'ServiceUnavailable';
  readonly code = 'SERVICE_UNAVAILABLE';
  readonly service: string;
  constructor(service: string, options?: ErrorOptions) {
    super(`${service} did not answer`, options);
    this.service = service;
  }
}
