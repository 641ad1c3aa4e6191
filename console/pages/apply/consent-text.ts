/** Recorded with the answer, so that it can be shown for ever what somebody agreed to. A new text is a new version. */
export const consentTextVersion = 'console-1';

export const consentText = [
  'We would like to compare the photo on your identity document with a photo of yourself. A computer measures both faces and says how alike they are. Under data protection law these measurements are biometric data, so we ask you first.',
  'The computer does not refuse anybody because of a face: where the photos do not match well enough, a person looks at them.',
  'You may say no. A person then compares the photos instead, which takes longer. You may also take your agreement back at any time on this page; what was compared before stays on record.',
  'We keep your photos encrypted for as long as the Money Laundering Regulations 2017 ask us to (five years after you leave us), and then destroy the key to them.',
] as const;
