/** What a specimen document says of its holder. Dates as `YYYY-MM-DD`. */
export interface Holder {
  readonly surname: string;
  readonly givenNames: string;
  readonly sex: 'F' | 'M';
  readonly dateOfBirth: string;
  readonly placeOfBirth: string;
  /** ICAO 9303 part 3 code. */
  readonly nationality: string;
  readonly documentNumber: string;
  readonly issueDate: string;
  readonly expiryDate: string;
  /** Which face is drawn. */
  readonly faceSeed: string;
}
