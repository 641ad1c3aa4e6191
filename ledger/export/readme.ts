import type { Statement } from './verifier/statement.ts';

/** README.txt of a bag, for whoever opens it without knowing anything of the house it comes from. */
export function readmeText(statement: Omit<Statement, 'files'>, key: string): string {
  const { selection, tree, previous, personal, evidence } = statement;
  const narrowed = Object.entries(selection).flatMap(([name, value]) => (value === null ? [] : [`  ${name.padEnd(13)} ${value}`]));
  return `EXPORT OF A KYC LEDGER

This folder is a bag (BagIt, RFC 8493). It holds ${statement.events} events in ${statement.streams.length} streams of the ledger
  ${statement.log}
as of its tree of ${tree.size} entries, made on ${statement.created} as export ${statement.export}.
${personal ? 'It holds personal data: keep it as such, and destroy it when its purpose is served.' : 'It holds no personal data: the keys of the personal fields, the evidence and the personal columns are left out.'}
${narrowed.length > 0 ? `It was narrowed down to\n${narrowed.join('\n')}` : 'Nothing was narrowed down.'}

HOW TO CHECK IT, WITHOUT TRUSTING ANYBODY'S WORD
  1. Open index.html by double-click. It shows the cases, and verifies the copy of this bag that it carries inside
     it. It needs no network. To check the files beside it too, choose this folder on that page.
  2. Or run   node verify.mjs   here, with Node 20 or newer and nothing else installed. It ends with 0 if
     everything holds and with 1 if not, with one line for each thing that is wrong.
     node verify.mjs --key '<verifier key>' checks against the key that you know.
  3. Or by hand: sha256sum -c manifest-sha256.txt, and what the formats below say.

The key under which all of it is signed (C2SP signed-note, Ed25519):
  ${key}
It is here for convenience and proves nothing by itself: whoever makes up a ledger can sign it with a key of his own.
Get the operator's key by another way than this bag came to you, and check against that one. A page or verify.mjs that
somebody altered can say anything, too: if it matters, check with a verifier that you have from elsewhere.

WHAT IS WHERE
  statement.txt            signed: what this export holds, the last version of each stream, the SHA-256 of the files
                           beside data/ and of the manifest, so that nothing can be left out, changed or added
  data/events.ndjson       the events, CloudEvents 1.0; "leaf" is base64 of the exact bytes in the log
  data/proofs/             for each event a C2SP tlog-proof from these bytes to the checkpoint
  data/checkpoint          the signed head of the log (C2SP tlog-checkpoint)
  data/log.vkey            the verifier key above
${previous === null ? '' : '  data/previous/           the checkpoint of the export before this one, and the proof that the log only adds to it\n'}${personal ? '  data/disclosed.ndjson    the sealed personal fields of each event, and the key of this one event\n' : ''}${evidence ? '  data/evidence.ndjson     the evidence, which event names it, and where its bytes are in data/evidence/\n' : ''}  data/tables/             the relational tables' rows that follow from these events (CSV, RFC 4180); text that a
                           spreadsheet would run as a formula has an apostrophe in front of it
  data/policies/           the decision policies that the decisions name, as source
  data/anchors/            what witnesses and time-stamping authorities said about the log, where there is any:
                           openssl ts -verify -in <x>.tsr -data <text of the checkpoint> -CAfile <root>

WHAT IT PROVES, AND WHAT IT DOES NOT
  That each event is in the append-only log of the checkpoint, byte for byte; that versions have no gaps; that the
  operator states, signed, how far each stream went at that checkpoint. If there ever turns up an entry of such a
  stream beyond that version with an index below ${tree.size}, the operator's own signature proves the statement false.
`;
}
