import { render } from 'preact';
import { App } from './app.js';
import { Session } from './session.js';
import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import './styles/views.css';

const session = new Session();
render(<App session={session} />, document.getElementById('console')!);
void session.begin();

// A machine that was asleep, or offline, does not wait for the next attempt.
addEventListener('online', () => session.retry());
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && session.retry());
