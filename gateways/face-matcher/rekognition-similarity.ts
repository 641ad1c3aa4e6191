/**
 * Rekognition's similarity (0 to 100) as the port's similarity (0 to 1, 0.5 where same and different persons are as
 * likely). The service publishes no error rates; its own default threshold, 80, is taken as even odds and the way from
 * there to 100 as even. So the policy's 0.8 asks for 92 per cent, and 0.975 for the 99 that Amazon advises where much
 * depends on it. The percentage itself is recorded beside it, so another calibration can be tried on the past.
 */
export function similarityOfPercent(percent: number): number {
  const within = Math.min(100, Math.max(0, percent));
  return within <= EVEN_ODDS ? (within / EVEN_ODDS) * 0.5 : 0.5 + ((within - EVEN_ODDS) / (100 - EVEN_ODDS)) * 0.5;
}

const EVEN_ODDS = 80;
