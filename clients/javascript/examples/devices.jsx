// A panel of devices: each as it is now, with controls that say what the device made of them.
import { createClient } from '@tidings/client';
import { TidingsProvider, useConnection, useDevices, useTidings } from '@tidings/client/react';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { token } from './quick-start.js';

function Panel() {
  const { devices, ready, error } = useDevices();
  if (error) {
    return <p className="problem">{error.message}</p>;
  }
  return (
    <>
      <h1>Devices</h1>
      <Connection />
      {ready && devices.length === 0 && <p>There are none yet.</p>}
      <div className="cards">
        {devices.map(({ id, state }) => (
          <Device key={id} id={id} state={state} />
        ))}
      </div>
    </>
  );
}

/** While the connection is lost, what is shown may be out of date; when it is back nothing will have been missed. */
function Connection() {
  const { state, error } = useConnection();
  return (
    <p className="status" role="status">
      {state === 'connected' ? 'Live' : `Not connected: ${error?.message ?? state}`}
    </p>
  );
}

function Device({ id, state }) {
  const client = useTidings();
  const [problem, setProblem] = useState('');

  /** A command goes to the device's driver, which checks it; what comes of it is a change of its state, for everybody. */
  async function set(change) {
    try {
      const { status, error } = await client.command(`device:${id}`, 'set', change);
      setProblem(status === 'ok' ? '' : (error?.message ?? status));
    } catch (error) {
      setProblem(error.message);
    }
  }

  return (
    <section aria-label={id}>
      <h2>{id}</h2>
      <label>
        <input type="checkbox" checked={state.on === true} onChange={() => set({ on: !state.on })} /> on
      </label>
      <p>
        <label>
          speed <Speed key={state.speed} speed={state.speed} set={set} />
        </label>
      </p>
      <p className="status">turns at {Math.round(state.actual_speed ?? 0)} rpm</p>
      {problem && <p className="problem" role="alert">{problem}</p>}
    </section>
  );
}

/** Is sent when it has been typed; its key has it begin anew when somebody else changes the speed meanwhile. */
function Speed({ speed = 0, set }) {
  const changed = ({ target }) => target.valueAsNumber !== speed && set({ speed: target.valueAsNumber });
  return <input type="number" step="100" defaultValue={speed} onBlur={changed} />;
}

const client = createClient({ token });
createRoot(document.getElementById('root')).render(
  <TidingsProvider client={client}>
    <Panel />
  </TidingsProvider>,
);
