import { Link } from '../../router.tsx';
import { isOpen, pages } from '../../pages.ts';
import { roleWords, useMe } from '../../session.tsx';
import { Icon } from '../../parts/icon.tsx';
import './welcome.css';

/** Where a role lands that has no page of its own: what it may see, or that there is nothing here for it yet. */
export function Page() {
  const me = useMe();
  const open = pages.filter((page) => page.nav !== null && isOpen(page, me));
  return (
    <div className="page welcome-page">
      <h1>Signed in as {roleWords[me.role].toLowerCase()}</h1>
      {open.length === 0 ? (
        <p>This role works through the command line and the HTTP API. <a href="/openapi.json">The API's description</a> says what it offers.</p>
      ) : (
        <ul>{open.map(({ path, title, nav }) => <li key={path}><Link to={path}>{nav === null ? null : <Icon name={nav.icon} size={22} />}{title}</Link></li>)}</ul>
      )}
    </div>
  );
}
