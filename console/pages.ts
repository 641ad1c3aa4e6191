import type { ComponentType } from 'react';
import type { IconName } from './parts/icon.tsx';
import type { Permission, Role } from './session.tsx';

export interface PageProps {
  /** What the path's parameters are, for example `{ id }` for `/cases/:id`. */
  readonly params: Readonly<Record<string, string>>;
}

export interface PageEntry {
  /** Pattern of the path; `:name` is a parameter. */
  readonly path: string;
  readonly title: string;
  /** Who may see it: the API decides again with every request. 'session': whoever is signed in. */
  readonly permission: Permission | 'session';
  /** Its place in the navigation; null for a page that is reached from another. */
  readonly nav: { readonly label: string; readonly icon: IconName; readonly key: string } | null;
  /** Roles that land here after signing in; others land on the first page they may see. */
  readonly homeOf?: readonly Role[];
  /** Only these roles are shown it; others that have the permission use it in other ways. */
  readonly only?: readonly Role[];
  /** Loaded when it is first shown. */
  readonly load: () => Promise<{ readonly Page: ComponentType<PageProps> }>;
}

/** Every page of the console. A page is a folder in pages/ and its entry here. */
export const pages: readonly PageEntry[] = [
  {
    path: '/queue', title: 'Review queue', permission: 'reviews.read', nav: { label: 'Queue', icon: 'queue', key: 'q' },
    homeOf: ['reviewer', 'senior_reviewer'], load: () => import('./pages/queue/queue-page.tsx'),
  },
  {
    path: '/apply', title: 'Your verification', permission: 'applicants.submit', only: ['applicant'], homeOf: ['applicant'],
    nav: { label: 'Your verification', icon: 'person', key: 'v' }, load: () => import('./pages/apply/apply-page.tsx'),
  },
  {
    path: '/applicants', title: 'Applicants', permission: 'applicants.list', nav: { label: 'Applicants', icon: 'people', key: 'a' },
    homeOf: ['operator'], load: () => import('./pages/applicants/applicants-page.tsx'),
  },
  { path: '/applicants/:id', title: 'Time travel', permission: 'history.read', nav: null, load: () => import('./pages/time-travel/time-travel-page.tsx') },
  {
    path: '/search', title: 'Audit trail', permission: 'audit.search', nav: { label: 'Audit trail', icon: 'search', key: 's' },
    homeOf: ['auditor'], load: () => import('./pages/search/search-page.tsx'),
  },
  {
    path: '/numbers', title: 'Numbers', permission: 'numbers.read', nav: { label: 'Numbers', icon: 'chart', key: 'n' },
    homeOf: ['analyst'], load: () => import('./pages/numbers/numbers-page.tsx'),
  },
  {
    path: '/ledger', title: 'Ledger', permission: 'ledger.read', nav: { label: 'Ledger', icon: 'ledger', key: 'l' },
    load: () => import('./pages/ledger/ledger-page.tsx'),
  },
  {
    path: '/policy', title: 'Policy lab', permission: 'policy.try', nav: { label: 'Policy lab', icon: 'flask', key: 'p' },
    load: () => import('./pages/policy-lab/policy-lab-page.tsx'),
  },
  {
    path: '/exports', title: 'Exports', permission: 'exports.make', nav: { label: 'Exports', icon: 'box', key: 'x' },
    load: () => import('./pages/exports/exports-page.tsx'),
  },
  {
    path: '/retention', title: 'Retention', permission: 'retention.read', nav: { label: 'Retention', icon: 'clock', key: 'r' },
    load: () => import('./pages/retention/retention-page.tsx'),
  },
  { path: '/cases/:id', title: 'Case', permission: 'cases.read', nav: null, load: () => import('./pages/case/case-page.tsx') },
  {
    path: '/welcome', title: 'Welcome', permission: 'session', nav: null, load: () => import('./pages/welcome/welcome-page.tsx'),
  },
];

/** May this page be shown to whom? The API decides anew with every request. */
export function isOpen({ permission, only }: PageEntry, { role, permissions }: { readonly role: Role; readonly permissions: readonly Permission[] }): boolean {
  return (permission === 'session' || permissions.includes(permission)) && only?.includes(role) !== false;
}

/** Where somebody in this role starts. */
export function homeOf(role: Role, permissions: readonly Permission[]): string {
  const open = pages.filter((page) => page.nav !== null && page.permission !== 'session' && isOpen(page, { role, permissions }));
  return (open.find((page) => page.homeOf?.includes(role) === true) ?? open[0])?.path ?? '/welcome';
}
