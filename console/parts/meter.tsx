/** A share (0 to 1) as a bar with the threshold marked on it. The words beside it must say both. */
export function Meter({ value, threshold, label }: { readonly value: number; readonly threshold: number | null; readonly label: string }) {
  const tone = threshold === null ? 'neutral' : value >= threshold ? 'good' : 'warn';
  return (
    <div className={`meter ${tone}`} role="img" aria-label={label}>
      <span className="meter-bar" style={{ width: `${Math.min(1, Math.max(0, value)) * 100}%` }} />
      {threshold === null ? null : <span className="meter-mark" style={{ left: `${threshold * 100}%` }} />}
    </div>
  );
}
