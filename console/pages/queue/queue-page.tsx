export function Page() {
  return <div className="page"><h1>Review queue</h1></div>;
}
