import { z } from 'zod';

/** Who can be signed in. An applicant's session is bound to one applicant; the others are staff or programs of the house. */
export const Role = z.enum(['applicant', 'reviewer', 'senior_reviewer', 'auditor', 'analyst', 'operator']);
export type Role = z.infer<typeof Role>;

/** What can be done. Every route names the one permission it needs. */
export const Permission = z.enum([
  'applicants.register',
  'applicants.submit',
  'applicants.capture',
  'applicants.read',
  'applicants.list',
  'applicants.find',
  'applicants.invite',
  'history.read',
  'personal.read',
  'cases.read',
  'evidence.read',
  'accesses.read',
  'exports.make',
  'reviews.read',
  'reviews.work',
  'reviews.second',
  'appeals.lodge',
  'audit.search',
  'live.listen',
  'numbers.read',
  'operations.run',
  'retention.read',
  'retention.manage',
  'tables.read',
  'ledger.read',
  'policy.try',
]);
export type Permission = z.infer<typeof Permission>;

/**
 * The whole access policy: what each role may. What is not in here may nobody.
 * The applicant's permissions reach their own record only (`ownRecordOnly`).
 */
export const accessPolicy: Readonly<Record<Role, readonly Permission[]>> = {
  applicant: ['applicants.register', 'applicants.submit', 'applicants.capture', 'applicants.read', 'appeals.lodge', 'live.listen'],
  reviewer: [
    'applicants.read', 'applicants.list', 'history.read', 'personal.read', 'cases.read', 'evidence.read',
    'reviews.read', 'reviews.work', 'live.listen', 'numbers.read', 'ledger.read',
  ],
  senior_reviewer: [
    'applicants.read', 'applicants.list', 'applicants.find', 'history.read', 'personal.read', 'cases.read', 'evidence.read', 'accesses.read',
    'reviews.read', 'reviews.work', 'reviews.second', 'audit.search', 'live.listen', 'numbers.read', 'ledger.read',
    'policy.try',
  ],
  auditor: [
    'applicants.read', 'applicants.list', 'applicants.find', 'history.read', 'personal.read', 'cases.read', 'evidence.read', 'accesses.read',
    'exports.make',
    'reviews.read', 'audit.search', 'live.listen', 'numbers.read', 'retention.read', 'tables.read', 'ledger.read',
    'policy.try',
  ],
  analyst: ['numbers.read', 'tables.read', 'ledger.read'],
  operator: [
    'applicants.register', 'applicants.submit', 'applicants.read', 'applicants.list', 'applicants.invite',
    'appeals.lodge', 'live.listen', 'numbers.read', 'operations.run',
    'retention.read', 'retention.manage', 'ledger.read',
  ],
};

export function may(role: Role, permission: Permission): boolean {
  return accessPolicy[role].includes(permission);
}

/** May this role reach no record but its own? */
export function ownRecordOnly(role: Role): boolean {
  return role === 'applicant';
}

export function rolesThatMay(permission: Permission): readonly Role[] {
  return Role.options.filter((role) => may(role, permission));
}

/**
 * What a route asks of its caller: nothing, any session, a permission, or the one-time token of a register callback
 * (which the handler checks). A route that declares none of these is denied.
 */
export type Access = 'public' | 'session' | 'callback-token' | { readonly permission: Permission };
