import { render } from 'preact';
import { lazy, Suspense } from 'preact/compat';
import { type Address, followLinks, useAddress } from './address.ts';
import { isLocked } from './api.ts';
import { keepLine } from './live.ts';
import { useValue } from './observable.ts';
import { Shell } from './parts/shell.tsx';
import { SignIn } from './parts/sign-in.tsx';
import { Empty } from './parts/states.tsx';
import { applyTheme } from './theme.ts';
import { NowView } from './views/now.tsx';
import { RunView } from './views/run.tsx';
import { RunsView } from './views/runs.tsx';
import './style/base.css';
import './style/parts.css';
import './style/views.css';

// What is not looked at first is loaded when it is.
const SubscriptionsView = lazy(async () => ({
  default: (await import('./views/subscriptions.tsx')).SubscriptionsView,
}));
const RulesView = lazy(async () => ({ default: (await import('./views/rules.tsx')).RulesView }));
const DriftView = lazy(async () => ({ default: (await import('./views/drift.tsx')).DriftView }));
const WorkbenchView = lazy(async () => ({ default: (await import('./views/workbench.tsx')).WorkbenchView }));

function Page() {
  const address = useAddress();
  const locked = useValue(isLocked);
  return (
    <Shell address={address}>
      {locked ? (
        <SignIn />
      ) : (
        <Suspense fallback={<div class="loading">Loading …</div>}>
          <View address={address} />
        </Suspense>
      )}
    </Shell>
  );
}

function View({ address }: { address: Address }) {
  switch (address.view) {
    case 'now':
      return <NowView />;
    case 'runs':
      return <RunsView query={address.query} />;
    case 'run':
      return <RunView run={address.about ?? ''} key={address.about} />;
    case 'subscriptions':
      return <SubscriptionsView query={address.query} />;
    case 'rules':
      return <RulesView query={address.query} />;
    case 'drift':
      return <DriftView />;
    case 'workbench':
      return <WorkbenchView query={address.query} />;
    case 'nowhere':
      return <Empty title="There is nothing at this address." />;
  }
}

applyTheme();
followLinks();
void keepLine();
render(<Page />, document.getElementById('page') as HTMLElement);
