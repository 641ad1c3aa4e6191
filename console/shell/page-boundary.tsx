import { Component, type ReactNode } from 'react';
import { Button } from '../parts/button.tsx';
import { EmptyState } from '../parts/states.tsx';

/** Catches what a page throws: its code could not be fetched (a new version is served), or it has a mistake. */
export class PageBoundary extends Component<{ readonly children: ReactNode }, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <EmptyState page icon="warning" title="This page could not be shown" action={<Button icon="reload" onClick={() => location.reload()}>Load it again</Button>}>
        The platform may have been updated or be out of reach. Nothing that you saved is lost.
      </EmptyState>
    );
  }
}
