/** Short forms in common use in the United Kingdom, by the name they stand for. Only what is here counts as one. */
const shortForms: Readonly<Record<string, readonly string[]>> = {
  ABIGAIL: ['ABBY', 'ABI', 'GAIL'], ALBERT: ['AL', 'BERT', 'BERTIE'], ALEXANDER: ['ALEC', 'ALEX', 'SANDY', 'SASHA'],
  ALEXANDRA: ['ALEX', 'SANDRA', 'SASHA'], ALFRED: ['ALF', 'ALFIE', 'FRED'], AMANDA: ['MANDY'], ANDREW: ['ANDY', 'DREW'],
  ANTHONY: ['TONY'], ARTHUR: ['ART'], BARBARA: ['BARB', 'BABS'], BENJAMIN: ['BEN'], CATHERINE: ['CATH', 'CATHY', 'KATE', 'KATIE'],
  CHARLES: ['CHARLIE', 'CHAS'], CHARLOTTE: ['CHARLIE', 'LOTTIE'], CHRISTINA: ['CHRIS', 'TINA'], CHRISTINE: ['CHRIS', 'CHRISSY'],
  CHRISTOPHER: ['CHRIS', 'KIT'], DANIEL: ['DAN', 'DANNY'], DAVID: ['DAVE'], DEBORAH: ['DEB', 'DEBBIE'], DEREK: ['DEL'],
  DONALD: ['DON'], DOROTHY: ['DOT', 'DOTTIE'], DOUGLAS: ['DOUG'], EDWARD: ['ED', 'EDDIE', 'NED', 'TED'], EDWIN: ['ED'],
  ELEANOR: ['ELLIE', 'NELL'], ELIZABETH: ['BESS', 'BETH', 'BETTY', 'ELIZA', 'LIZ', 'LIZZIE'], EMILY: ['EM'],
  FRANCES: ['FRAN'], FRANCIS: ['FRANK'], FREDERICK: ['FRED', 'FREDDIE'], GABRIEL: ['GABE'], GEOFFREY: ['GEOFF'],
  GERALD: ['GERRY', 'JERRY'], GILLIAN: ['GILL'], GRAHAM: ['GRAY'], GREGORY: ['GREG'], HAROLD: ['HARRY'], HENRY: ['HARRY'],
  IMOGEN: ['IMMY'], ISABELLA: ['BELLA', 'IZZY'], JACQUELINE: ['JACKIE'], JAMES: ['JIM', 'JIMMY', 'JAMIE'], JANET: ['JAN'],
  JEFFREY: ['JEFF'], JENNIFER: ['JEN', 'JENNY'], JEREMY: ['JEM', 'JERRY'], JESSICA: ['JESS'], JOANNE: ['JO'], JOANNA: ['JO'],
  JOHN: ['JACK', 'JOHNNY'], JONATHAN: ['JON'], JOSEPH: ['JOE'], JOSEPHINE: ['JO', 'JOSIE'], JOSHUA: ['JOSH'], JUDITH: ['JUDY'],
  KATHERINE: ['KATE', 'KATH', 'KATHY', 'KATIE'], KATHLEEN: ['KATH', 'KATHY'], KENNETH: ['KEN', 'KENNY'], KIMBERLEY: ['KIM'],
  LAURENCE: ['LARRY'], LAWRENCE: ['LARRY'], LEONARD: ['LEN', 'LENNY'], LESLEY: ['LES'], LESLIE: ['LES'], LOUISE: ['LOU'],
  MARGARET: ['MAGGIE', 'MARGE', 'MEG', 'PEGGY'], MARTIN: ['MARTY'], MATTHEW: ['MATT'], MAUREEN: ['MO'], MAXIMILIAN: ['MAX'],
  MEGAN: ['MEG'], MICHAEL: ['MICK', 'MIKE', 'MICKY'], MOHAMMED: ['MOHD', 'MD', 'MO'], MUHAMMAD: ['MUHD', 'MD', 'MO'],
  NATHANIEL: ['NAT', 'NATE'], NICHOLAS: ['NICK', 'NICKY'], NICOLA: ['NICKY'], OLIVER: ['OLLIE'], OLIVIA: ['LIV', 'OLIVE'],
  PAMELA: ['PAM'], PATRICIA: ['PAT', 'PATTY', 'TRISH'], PATRICK: ['PADDY', 'PAT'], PENELOPE: ['PENNY'], PETER: ['PETE'],
  PHILIP: ['PHIL'], PHILIPPA: ['PIPPA'], PRISCILLA: ['CILLA'], RACHEL: ['RACH'], RAYMOND: ['RAY'], REBECCA: ['BECKY', 'BECCA'],
  REGINALD: ['REG'], RICHARD: ['DICK', 'RICH', 'RICK', 'RICKY'], ROBERT: ['BOB', 'BOBBY', 'ROB', 'ROBBIE'], RODERICK: ['ROD'],
  ROGER: ['ROG'], RONALD: ['RON', 'RONNIE'], ROSEMARY: ['ROSE', 'ROSIE'], SAMANTHA: ['SAM'], SAMUEL: ['SAM', 'SAMMY'],
  SARAH: ['SALLY'], SIMON: ['SI'], STANLEY: ['STAN'], STEPHANIE: ['STEPH'], STEPHEN: ['STEVE'], STEVEN: ['STEVE'],
  STUART: ['STU'], SUSAN: ['SUE', 'SUSIE'], SUZANNE: ['SUE', 'SUZIE'], TERENCE: ['TERRY'], THERESA: ['TESS'],
  THOMAS: ['TOM', 'TOMMY'], TIMOTHY: ['TIM'], VALERIE: ['VAL'], VERONICA: ['RONNIE'], VICTORIA: ['VICKY', 'TORI'],
  VINCENT: ['VIN', 'VINCE'], WALTER: ['WALLY', 'WALT'], WILLIAM: ['BILL', 'BILLY', 'WILL'], WINIFRED: ['WIN', 'WINNIE'],
  ZACHARY: ['ZAC', 'ZACK'],
};

const known: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(shortForms));

/** Is one of two names (in capitals) a short form of the other? Two short forms of one name are not compared. */
export function isShortForm(a: string, b: string): boolean {
  return (known.get(a)?.includes(b) ?? false) || (known.get(b)?.includes(a) ?? false);
}
