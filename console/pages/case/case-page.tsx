export function Page() {
  return <div className="page"><h1>Case</h1></div>;
}
