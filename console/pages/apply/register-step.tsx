import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { post } from '../../data/client.ts';
import type { NewApplicant } from '../../data/generated.ts';
import { asApiError, type ApiError } from '../../data/problem.ts';
import { Button } from '../../parts/button.tsx';
import { SelectField, TextField } from '../../parts/field.tsx';
import { ErrorNote } from '../../parts/states.tsx';

type RegisterType = NewApplicant['registerType'];

const registers: Readonly<Record<RegisterType, { readonly words: string; readonly hint: string; readonly fits: RegExp }>> = {
  GMC: { words: 'General Medical Council (doctors)', hint: '7 digits, for example 7012345', fits: /^\d{7}$/ },
  GDC: { words: 'General Dental Council (dental team)', hint: '3 to 6 digits, for example 74821', fits: /^0*[1-9]\d{2,5}$/ },
  NMC: { words: 'Nursing and Midwifery Council (nurses, midwives)', hint: '2 digits, letter, 4 digits, letter, for example 98A1234C', fits: /^\d{2}[A-Z]\d{4}[A-Z]$/ },
  GPC: { words: 'General Pharmaceutical Council (pharmacists, technicians)', hint: '7 digits beginning with 2 or 5, for example 2071234', fits: /^[25]\d{6}$/ },
};

const isRegister = (text: string): text is RegisterType => Object.hasOwn(registers, text);

/** Who applies, and under which registration. Asked once. */
export function RegisterStep({ onDone }: { readonly onDone: () => void }) {
  const [registerType, setRegister] = useState<RegisterType>('GMC');
  const [number, setNumber] = useState('');
  const [surname, setSurname] = useState('');
  const [givenNames, setGivenNames] = useState('');
  const [email, setEmail] = useState('');
  const form = useRef<HTMLFormElement>(null);
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);

  const { hint, fits } = registers[registerType];
  const mistakes = {
    number: fits.test(number.toUpperCase().replaceAll(/[\s.\-/]/g, '')) ? undefined : `A ${registerType === 'GPC' ? 'GPhC' : registerType} number has ${hint}.`,
    surname: surname.trim() === '' ? 'Give your surname as it stands on your identity document.' : undefined,
    email: /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim()) ? undefined : 'Give an e-mail address like name@example.org; we send the result there.',
  };
  const wrong = Object.values(mistakes).some((each) => each !== undefined);

  const send = async (): Promise<void> => {
    flushSync(() => setAsked(true));
    if (wrong) {
      form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
      return;
    }
    setBusy(true);
    setError(null);
    try {
      await post('/applicants', { body: { registerType, registrationNumber: number.trim(), email: email.trim(), name: { surname: surname.trim(), givenNames: givenNames.trim() } } });
      onDone();
    } catch (thrown) {
      setError(asApiError(thrown));
      setBusy(false);
    }
  };

  return (
    <form ref={form} className="register-step" noValidate onSubmit={(event) => {
      event.preventDefault();
      void send();
    }}>
      {error === null ? null : <ErrorNote error={error} />}
      <SelectField label="Register" value={registerType} options={Object.entries(registers).map(([value, { words }]) => ({ value, words }))} onChange={(event) => {
        if (isRegister(event.target.value)) setRegister(event.target.value);
      }} />
      <TextField label="Registration number" hint={hint} value={number} onChange={(event) => setNumber(event.target.value)} autoComplete="off" spellCheck={false} required error={asked ? mistakes.number : undefined} />
      <div className="pair">
        <TextField label="Given names" hint="All of them, as on your document" value={givenNames} onChange={(event) => setGivenNames(event.target.value)} autoComplete="given-name" maxLength={100} />
        <TextField label="Surname" hint="As on your document" value={surname} onChange={(event) => setSurname(event.target.value)} autoComplete="family-name" maxLength={100} required error={asked ? mistakes.surname : undefined} />
      </div>
      <TextField label="E-mail" type="email" value={email} onChange={(event) => setEmail(event.target.value)} autoComplete="email" maxLength={254} required error={asked ? mistakes.email : undefined} />
      <div className="cluster"><Button variant="primary" type="submit" busy={busy}>Go on</Button></div>
    </form>
  );
}
