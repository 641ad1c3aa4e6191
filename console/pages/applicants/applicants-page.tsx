import { useCallback, useEffect, useRef, useState } from 'react';
import { get, post, type GetAnswer } from '../../data/client.ts';
import { asApiError, type ApiError } from '../../data/problem.ts';
import { readable, registerNames, registerShort } from '../../data/vocabulary.ts';
import { Button } from '../../parts/button.tsx';
import { Chip, type Tone } from '../../parts/chip.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { SelectField, TextField } from '../../parts/field.tsx';
import { formatDateTime } from '../../parts/moment.tsx';
import { EmptyState, ErrorNote, ErrorState, Loading, Note } from '../../parts/states.tsx';
import { WindowedTable, type Column } from '../../parts/windowed-table.tsx';
import { Link, navigate, useSearch } from '../../router.tsx';
import { useMe } from '../../session.tsx';
import '../../styles/layout.css';
import './applicants.css';

type Row = GetAnswer<'/applicants'>['applicants'][number];
const pageSize = 200;
const statuses = ['NEW', 'PENDING', 'REVIEW', 'VERIFIED', 'REJECTED'] as const;
const registers = ['GMC', 'GDC', 'NMC', 'GPC'] as const;
const tones: Readonly<Record<string, Tone>> = { VERIFIED: 'good', REJECTED: 'bad', REVIEW: 'warn', PENDING: 'info' };
const statusWords: Readonly<Record<string, string>> = { NEW: 'Not complete yet', PENDING: 'Being checked', REVIEW: 'In review', VERIFIED: 'Verified', REJECTED: 'Rejected' };
const oneOf = <T extends string>(all: readonly T[], text: string | undefined): T | undefined => all.find((each) => each === text);

/** Everybody who applied, newest first, and the way to what is known of them. */
export function Page() {
  const me = useMe();
  const search = useSearch();
  const filter = { registerType: oneOf(registers, search.get('register')), status: oneOf(statuses, search.get('status')) };
  const { rows, more, error, loading, next, reload } = useApplicants(filter);
  const [inviting, setInviting] = useState(false);
  const [id, setId] = useState('');
  const open = (row: Row): string => (me.may('history.read') ? `/applicants/${row.id}` : `/retention?applicant=${row.id}`);
  const wanted = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id.trim()) ? id.trim() : null;
  const filtered = filter.registerType !== undefined || filter.status !== undefined;

  const columns: readonly Column<Row>[] = [
    { id: 'number', title: 'Number', width: '6rem', cell: (row) => <Link to={open(row)}>{row.number}</Link> },
    { id: 'register', title: 'Register', width: '7rem', cell: (row) => registerShort(row.registerType) },
    { id: 'status', title: 'Status', width: '11rem', cell: (row) => <Chip tone={tones[row.status] ?? 'neutral'}>{statusWords[row.status] ?? readable(row.status)}</Chip> },
    { id: 'registered', title: 'Registered', width: '13rem', cell: (row) => formatDateTime(row.registeredAt) },
    { id: 'id', title: 'Id', cell: (row) => <span className="hash">{row.id}</span> },
  ];

  return (
    <div className="page stack applicants-page">
      <header className="page-head">
        <div><h1>Applicants</h1><p>Newest first. {me.may('history.read') ? 'Open one to see its record at any moment of its past.' : 'Open one to see how long its record is kept.'}</p></div>
        {me.may('applicants.invite') ? <Button variant="primary" icon="link" onClick={() => setInviting(true)}>Invite an applicant</Button> : null}
      </header>
      <div className="filters">
        <SelectField label="Register" value={filter.registerType ?? ''} options={[{ value: '', words: 'All registers' }, ...registers.map((value) => ({ value, words: registerNames[value] }))]} onChange={(event) => search.set({ register: event.target.value })} />
        <SelectField label="Status" value={filter.status ?? ''} options={[{ value: '', words: 'Any status' }, ...statuses.map((value) => ({ value, words: statusWords[value] ?? value }))]} onChange={(event) => search.set({ status: event.target.value })} />
        <form className="applicants-go" onSubmit={(event) => {
          event.preventDefault();
          if (wanted !== null) navigate(me.may('history.read') ? `/applicants/${wanted}` : `/retention?applicant=${wanted}`);
        }}>
          <TextField label="Go to an id" value={id} onChange={(event) => setId(event.target.value)} autoComplete="off" spellCheck={false} placeholder="xxxxxxxx-xxxx-…" />
          <Button type="submit" icon="right" aria-label="Go" disabled={wanted === null} />
        </form>
      </div>
      {rows.length === 0 && error !== null ? <ErrorState error={error} onRetry={reload} />
        : rows.length === 0 && loading ? <Loading what="Fetching the applicants" />
          : rows.length === 0 ? <EmptyState icon="people" title={filtered ? 'Nobody fits these filters' : 'Nobody has applied yet'}>{filtered ? 'Take a filter away to see more.' : 'An operator invites applicants with a link.'}</EmptyState> : (
            <>
              <WindowedTable caption="Applicants" columns={columns} rows={rows} rowKey={(row) => row.id} onOpen={(row) => navigate(open(row))} onNearEnd={next} narrow={(row) => (
                <div className="applicants-narrow"><span><Link to={open(row)}>{row.number}</Link> · {registerShort(row.registerType)}</span><Chip tone={tones[row.status] ?? 'neutral'}>{statusWords[row.status] ?? row.status}</Chip><span className="soft">{formatDateTime(row.registeredAt)}</span></div>
              )} />
              <p className="soft applicants-count" role="status">{rows.length.toLocaleString('en-GB')} shown{more ? '; scroll for more' : ', that is all of them'}.{error === null ? '' : ` ${error.message}`}</p>
            </>
          )}
      <Invite open={inviting} onClose={() => setInviting(false)} />
    </div>
  );
}

/** Pages of applicants, fetched as the list is scrolled. */
function useApplicants({ registerType, status }: { readonly registerType: (typeof registers)[number] | undefined; readonly status: (typeof statuses)[number] | undefined }) {
  const [state, setState] = useState<{ rows: readonly Row[]; cursor: string | null; error: ApiError | null; loading: boolean }>({ rows: [], cursor: null, error: null, loading: true });
  const [round, setRound] = useState(0);
  const under = useRef<AbortController | null>(null);

  const fetchPage = useCallback(async (cursor: string | undefined, before: readonly Row[]): Promise<void> => {
    const ended = new AbortController();
    under.current = ended;
    setState({ rows: before, cursor: cursor ?? null, error: null, loading: true });
    try {
      const page = await get('/applicants', { query: { registerType, status, limit: pageSize, cursor }, signal: ended.signal });
      if (!ended.signal.aborted) setState({ rows: [...before, ...page.applicants], cursor: page.cursor, error: null, loading: false });
    } catch (thrown) {
      if (!ended.signal.aborted) setState({ rows: before, cursor: cursor ?? null, error: asApiError(thrown), loading: false });
    }
  }, [registerType, status]);

  useEffect(() => {
    void fetchPage(undefined, []);
    return () => under.current?.abort();
  }, [fetchPage, round]);

  const { rows, cursor, error, loading } = state;
  const next = useCallback(() => {
    if (cursor !== null && !loading && error === null) void fetchPage(cursor, rows);
  }, [cursor, loading, error, rows, fetchPage]);
  return { rows, more: cursor !== null, error, loading, next, reload: () => setRound((count) => count + 1) };
}

/** A one-time link for somebody who registers themselves. It is shown here once. */
function Invite({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const [link, setLink] = useState<{ readonly url: string; readonly expiresAt: string } | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  useEffect(() => {
    if (!open) return;
    setLink(null);
    setError(null);
    post('/applicants/{id}/sign-in-links', { params: { id: crypto.randomUUID() } }).then(setLink, (thrown: unknown) => setError(asApiError(thrown)));
  }, [open]);
  return (
    <Dialog open={open} title="Invite an applicant" onClose={onClose} footer={<Button onClick={onClose}>Done</Button>}>
      {error !== null ? <ErrorNote error={error} /> : link === null ? <Loading what="Making a link" /> : (
        <>
          <Note icon="link">Send this link to one person. It works once, until {formatDateTime(link.expiresAt)}, and is shown only here.</Note>
          <TextField label="Sign-in link" readOnly value={link.url} onFocus={(event) => event.target.select()} />
        </>
      )}
    </Dialog>
  );
}
