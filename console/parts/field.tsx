import { useId, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes } from 'react';

interface Labelled {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | undefined;
}

interface FieldIds {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
}

/** Label above, hint and error below, all of them tied to the control for screen readers. */
export function Field({ label, hint, error, children }: Labelled & { readonly children: (ids: FieldIds) => ReactNode }) {
  const id = useId();
  const described = [hint === undefined ? null : `${id}-hint`, error === undefined ? null : `${id}-error`].filter((each) => each !== null).join(' ');
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint === undefined ? null : <p className="hint" id={`${id}-hint`}>{hint}</p>}
      {children({ id, 'aria-describedby': described === '' ? undefined : described, 'aria-invalid': error === undefined ? undefined : true })}
      {error === undefined ? null : <p className="field-error" id={`${id}-error`}>{error}</p>}
    </div>
  );
}

export function TextField({ label, hint, error, ...rest }: Labelled & InputHTMLAttributes<HTMLInputElement>) {
  return <Field label={label} {...(hint === undefined ? {} : { hint })} error={error}>{(ids) => <input type="text" {...rest} {...ids} />}</Field>;
}

export function TextArea({ label, hint, error, ...rest }: Labelled & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return <Field label={label} {...(hint === undefined ? {} : { hint })} error={error}>{(ids) => <textarea rows={3} {...rest} {...ids} />}</Field>;
}

export interface Option {
  readonly value: string;
  readonly words: string;
}

export function SelectField({ label, hint, error, options, ...rest }: Labelled & SelectHTMLAttributes<HTMLSelectElement> & { readonly options: readonly Option[] }) {
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })} error={error}>
      {(ids) => <select {...rest} {...ids}>{options.map(({ value, words }) => <option key={value} value={value}>{words}</option>)}</select>}
    </Field>
  );
}

/** A choice of a few, all of them in view. */
export function Segments({ label, options, value, onChange }: { readonly label: string; readonly options: readonly Option[]; readonly value: string; readonly onChange: (value: string) => void }) {
  const name = useId();
  return (
    <fieldset className="segments">
      <legend className="visually-hidden">{label}</legend>
      {options.map((option) => (
        <label key={option.value} className={option.value === value ? 'chosen' : undefined}>
          <input type="radio" name={name} value={option.value} checked={option.value === value} onChange={() => onChange(option.value)} />
          <span>{option.words}</span>
        </label>
      ))}
    </fieldset>
  );
}
