import { createCognito } from '../gateways/sign-in/cognito.ts';
import type { IdentityProvider } from '../gateways/sign-in/port.ts';
import { SettingsInvalid } from './settings.ts';

type Cognito = 'KYC_COGNITO_ISSUER' | 'KYC_COGNITO_CLIENT_ID' | 'KYC_COGNITO_DOMAIN';
export type StaffSignInSettings = { readonly KYC_SIGN_IN: 'links' | 'cognito' } & Readonly<Partial<Record<Cognito, string | undefined>>>;

/** null where staff sign in by links alone. Throws SettingsInvalid when what the choice needs is missing. */
export function openStaffSignIn(values: StaffSignInSettings, clock: () => Date): IdentityProvider | null {
  if (values.KYC_SIGN_IN === 'links') return null;
  const needed = (name: Cognito): string => {
    const value = values[name];
    if (value === undefined) throw new SettingsInvalid(`${name}: is needed by KYC_SIGN_IN=cognito`);
    return value.replace(/\/$/, '');
  };
  return createCognito({ issuer: needed('KYC_COGNITO_ISSUER'), clientId: needed('KYC_COGNITO_CLIENT_ID'), domain: needed('KYC_COGNITO_DOMAIN'), clock });
}
