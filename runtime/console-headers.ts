/** What every answer with a file of the console carries, whoever serves it: the platform itself, or CloudFront. */
export const consoleHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob: data:", "connect-src 'self'", "font-src 'self'",
    "worker-src 'self'", "media-src 'self' blob:", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // The camera takes the applicant's pictures; nothing else of the machine is needed.
  'permissions-policy': 'camera=(self), microphone=(), geolocation=(), payment=(), usb=()',
};

/** Files whose names change with their content are kept for ever, the page that names them never. */
export const cachingOf = (immutable: boolean): string => (immutable ? 'public, max-age=31536000, immutable' : 'no-store');
