import { CHECKS, type Check, type Report } from './report.ts';

/** The report in words, a line a finding. Ends with a newline. */
export function describeReport(report: Report): string {
  const { statement, findings, checked, notes, key } = report;
  const lines: string[] = [];
  if (statement !== null) {
    lines.push(
      `Export ${statement.export} of ${statement.log}, made ${statement.created}`,
      `${statement.events} events, ${statement.streams.length} streams, tree of ${statement.tree.size}, ${statement.personal ? 'with' : 'without'} personal data`,
    );
  }
  if (key !== null) lines.push(`Key ${key}`);
  for (const check of checkNames) {
    const wrong = findings.filter((finding) => finding.check === check);
    if (wrong.length === 0 && checked[check] === undefined) continue;
    const open = check === 'signature' && report.verdict === 'unsigned';
    lines.push(`${wrong.length > 0 ? 'WRONG' : open ? 'open ' : 'ok   '}  ${CHECKS[check]}${checked[check] === undefined ? '' : ` (${checked[check]})`}`);
    for (const finding of wrong) lines.push(`       ${finding.where}: ${finding.what}`);
  }
  for (const note of notes) lines.push(`note   ${note}`);
  lines.push(verdictLine(report));
  return `${lines.map(printable).join('\n')}\n`;
}

/** What a bag says about itself must not move the cursor of whoever reads about it. */
export const printable = (line: string): string => line.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (each) => `\\u{${(each.codePointAt(0) ?? 0).toString(16)}}`);

export const checkNames: readonly Check[] = ['signature', 'files', 'entries', 'history', 'completeness', 'personal', 'evidence', 'tables', 'anchors'];

export function verdictLine({ verdict, findings, keyFrom }: Report): string {
  switch (verdict) {
    case 'verified':
      return keyFrom === 'reader' ? 'Verified: everything holds.' : 'Everything holds under the key inside the bag. Whose key that is, the bag cannot tell.';
    case 'refuted':
      return `NOT verified: ${findings.length === 1 ? 'one thing is' : `${findings.length} things are`} wrong.`;
    case 'unsigned':
      return 'NOT verified: proofs and hashes hold, but Ed25519 signatures cannot be checked here.';
  }
}
