// A dashboard of projects: queries fetch them once, events keep them up to date.
import { createClient } from '@tidings/client';
import { bindQueries } from '@tidings/client/tanstack';
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { token } from './quick-start.js';

const client = createClient({ token });
// Nothing grows stale by itself: events say what has changed.
const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });

bindQueries(client, queries, 'project:*', {
  keys: ({ channel, event }) => {
    const project = ['project', channel.slice('project:'.length)];
    return event === 'project.created' || event === 'project.deleted' ? [project, ['projects']] : project;
  },
  // What an event tells is put in at once. For all others the query is fetched again.
  patch: (project, { event, payload }) => {
    switch (event) {
      case 'project.phase.changed':
        return { ...project, phase: payload.phase };
      case 'story.status.changed':
        return { ...project, stories: { ...project.stories, [payload.story]: payload.status } };
    }
  },
});

/** The API of your application; here the states that Tidings keeps stand in for it. */
async function get(path) {
  const answer = await fetch(`/api/v1/${path}`, { headers: { Authorization: `Bearer ${await token()}` } });
  if (!answer.ok) {
    throw new Error(`${answer.status} for ${path}`);
  }
  return answer.json();
}

function Projects() {
  const { data, error } = useQuery({ queryKey: ['projects'], queryFn: () => get('channels?prefix=project:') });
  if (error) {
    return <p className="problem">{error.message}</p>;
  }
  return (
    <>
      <h1>Projects</h1>
      <table>
        <thead>
          <tr><th>project</th><th>phase</th><th>stories done</th></tr>
        </thead>
        <tbody>
          {data?.items.map(({ channel }) => <Project key={channel} id={channel.slice('project:'.length)} />)}
        </tbody>
      </table>
    </>
  );
}

function Project({ id }) {
  const { data } = useQuery({ queryKey: ['project', id], queryFn: () => get(`channels/project:${id}/state`) });
  const stories = Object.values(data?.stories ?? {});
  return (
    <tr id={id}>
      <td>{data?.name ?? id}</td>
      <td>{data?.phase}</td>
      <td>{stories.filter((status) => status === 'done').length} of {stories.length}</td>
    </tr>
  );
}

createRoot(document.getElementById('root')).render(
  <QueryClientProvider client={queries}>
    <Projects />
  </QueryClientProvider>,
);
