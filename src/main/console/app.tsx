import { Component, type ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { SessionContext, useSession } from './context.js';
import { clock, duration } from './format.js';
import { useTick } from './frame.js';
import { Empty } from './parts/ui.js';
import { link, route } from './route.js';
import type { Session, Standing } from './session.js';
import { SignIn } from './sign-in.js';
import { ThemeSwitch } from './theme.js';
import { useValue } from './value.js';
import { VIEWS, type View } from './views/index.js';

/** The console as a whole: who is signed in, how the connection is, and the view that the address names. */
export function App({ session }: { readonly session: Session }) {
  return (
    <SessionContext.Provider value={session}>
      <Frame />
    </SessionContext.Provider>
  );
}

function Frame() {
  const session = useSession();
  const standing = useValue(session.standing);
  const caller = useValue(session.caller);
  const { view: id } = useValue(route);
  const view = VIEWS.find((each) => each.id === id) ?? VIEWS[0]!;
  useEffect(() => {
    document.title = caller ? `${view.title} · Tidings` : 'Tidings';
  }, [view, caller]);
  if (standing.phase === 'starting') {
    return null;
  }
  return (
    <div class="app">
      <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), document.getElementById('main')?.focus())}>
        Skip to content
      </a>
      <Header view={view} signedIn={caller !== undefined} />
      {standing.phase === 'signed-out' ? (
        <main id="main" tabIndex={-1}>
          <SignIn {...(standing.why === undefined ? {} : { why: standing.why })} />
        </main>
      ) : (
        <>
          <Connection standing={standing} />
          {caller ? (
            <Content key={`${caller.subject}@${caller.tenant}`} view={view} />
          ) : (
            <main id="main" tabIndex={-1}>
              {standing.phase === 'connecting' && <p class="quiet pad">Connecting …</p>}
            </main>
          )}
        </>
      )}
    </div>
  );
}

function Header({ view, signedIn }: { readonly view: View; readonly signedIn: boolean }) {
  const session = useSession();
  const { phase } = useValue(session.standing);
  const caller = useValue(session.caller);
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [view]);
  return (
    <>
      <header class="bar">
        {signedIn && (
          <button
            type="button"
            class="menu icon"
            aria-expanded={open}
            aria-controls="views"
            aria-label="Views"
            onClick={() => setOpen(!open)}
          >
            ☰
          </button>
        )}
        <a class="brand" href={link('overview')}>
          <img src="favicon.svg" width="24" height="24" alt="" />
          Tidings
        </a>
        {caller && (
          <>
            <span class={`pulse ${phase}`} role="status">
              {phase === 'connected' ? 'Live' : phase === 'connecting' ? 'Connecting' : 'Not connected'}
            </span>
            <span class="who">
              <b>{caller.subject}</b>
              <span>{caller.tenant}</span>
            </span>
          </>
        )}
        <ThemeSwitch />
        {caller && (
          <button type="button" class="small" onClick={() => session.signOut()}>
            Sign out
          </button>
        )}
      </header>
      {signedIn && <Views view={view} open={open} />}
    </>
  );
}

function Views({ view, open }: { readonly view: View; readonly open: boolean }) {
  const groups = [...new Set(VIEWS.map(({ group }) => group))];
  return (
    <nav id="views" class={open ? 'open' : ''} aria-label="Views">
      {groups.map((group) => (
        <div key={group}>
          <h2>{group}</h2>
          <ul>
            {VIEWS.filter((each) => each.group === group).map(({ id, title }) => (
              <li key={id}>
                <a href={link(id)} aria-current={id === view.id ? 'page' : undefined}>
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

/** Says when the connection is lost, since when, and what happens next. */
function Connection({ standing }: { readonly standing: Standing }) {
  const session = useSession();
  useTick(1000);
  const { phase, since, why, retryAt } = standing;
  const [late, setLate] = useState(false);
  const trying = phase === 'connecting' || phase === 'lost';
  // What is over within a moment is not worth a word.
  useEffect(() => {
    setLate(false);
    const timer = setTimeout(() => setLate(true), 700);
    return () => clearTimeout(timer);
  }, [trying]);
  if (phase === 'connected' || (trying && !late)) {
    return null;
  }
  const wait = retryAt === undefined ? 0 : retryAt - Date.now();
  return (
    <div class={`banner ${phase}`}>
      <p role="status">
        <b>{phase === 'ended' ? 'The connection ended' : 'The connection is lost'}</b> {phase === 'ended' ? 'at' : 'since'}{' '}
        {clock(since)}. {why} {phase === 'ended' ? 'It is not tried again by itself.' : 'What you see may be out of date.'}
      </p>
      <span class="elapsed" aria-hidden="true">
        for {duration(Math.max(1000, Date.now() - since))}
        {wait > 900 && `, next try in ${duration(wait)}`}
      </span>
      {phase === 'ended' ? (
        <button type="button" class="small" onClick={() => session.signOut()}>
          Sign in again
        </button>
      ) : (
        <button type="button" class="small" onClick={() => session.retry()}>
          Try now
        </button>
      )}
    </div>
  );
}

function Content({ view }: { readonly view: View }) {
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  // Whoever chose a view by keyboard goes on reading there.
  useEffect(() => {
    if (!first.current) {
      main.current?.focus({ preventScroll: true });
      main.current?.scrollTo(0, 0);
    }
    first.current = false;
  }, [view]);
  const Chosen = view.component;
  return (
    <main id="main" tabIndex={-1} ref={main} class={`view-${view.id}`}>
      <h1>{view.title}</h1>
      <Boundary key={view.id} title={view.title}>
        <Chosen />
      </Boundary>
    </main>
  );
}

/** A fault in one view leaves the others alone. */
class Boundary extends Component<{ readonly title: string; readonly children: ComponentChildren }, { fault?: string }> {
  override componentDidCatch(error: unknown): void {
    console.error(error);
    this.setState({ fault: error instanceof Error ? error.message : String(error) });
  }

  render() {
    return this.state.fault === undefined ? (
      this.props.children
    ) : (
      <Empty title={`“${this.props.title}” cannot be shown`}>
        <p>
          This is a fault of the console: {this.state.fault}. Reload the page; if that does not help, report it with what you
          were doing.
        </p>
        <button type="button" onClick={() => location.reload()}>
          Reload
        </button>
      </Empty>
    );
  }
}
