/** Why somebody was not let in; stable codes, nothing personal. */
export type IdentityRefusal =
  /** The provider does not take the code: unknown, used, expired, or another verifier. */
  | 'CODE_REFUSED'
  | 'TOKEN_MALFORMED' | 'ALGORITHM_REFUSED' | 'UNKNOWN_KEY' | 'SIGNATURE_INVALID'
  | 'WRONG_ISSUER' | 'WRONG_AUDIENCE' | 'TOKEN_EXPIRED' | 'WRONG_TOKEN_USE' | 'WRONG_NONCE';

export type Identified =
  /** `subject` is the provider's own id of a person, never a name; `groups` those that the provider has put them in. */
  | { readonly kind: 'identified'; readonly subject: string; readonly groups: readonly string[] }
  | { readonly kind: 'refused'; readonly code: IdentityRefusal };

/** Who staff are, by an identity provider: authorization code flow (RFC 6749, 4.1) with PKCE (RFC 7636) and OpenID Connect's ID token. */
export interface IdentityProvider {
  /** Where the browser is sent to. `codeChallenge` is S256 of the verifier that `redeem` is given later. */
  authorizationUrl(request: { readonly redirectUri: string; readonly state: string; readonly nonce: string; readonly codeChallenge: string }): string;
  /** Changes the code that came back into a checked identity. Throws ServiceUnavailable when the provider cannot be asked. */
  redeem(answer: { readonly redirectUri: string; readonly code: string; readonly codeVerifier: string; readonly nonce: string }): Promise<Identified>;
  /** Where the browser is sent to end the session at the provider too; it comes back to `returnTo`. */
  signOutUrl(returnTo: string): string;
}
