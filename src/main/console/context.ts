import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Session } from './session.js';

export const SessionContext = createContext<Session>(undefined as unknown as Session);

export function useSession(): Session {
  return useContext(SessionContext);
}
