// SPDX-License-Identifier: Apache-2.0
//
// Who looks at this page. The hub keeps the token in a cookie that no script can read.

export type Role = 'viewer' | 'operator' | 'admin';

export interface Session {
  name: string; // of the caller, as audit events name it
  role: Role;
  hubId: string; // the hub that served this page
  version: string;
  signedIn: boolean; // with a token; else this machine is let in without one
}

const ranks: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 };

export function may(session: Session, role: Role): boolean {
  return ranks[session.role] >= ranks[role];
}

const strangers = new Set<() => void>();

// Calls `then` when the hub has answered somebody whom it does not know, until the answer is called.
export function onStranger(then: () => void): () => void {
  strangers.add(then);
  return () => void strangers.delete(then);
}

export function tellStranger(): void {
  for (const tell of strangers) tell();
}

// Null: a token is needed.
export async function readSession(): Promise<Session | null> {
  const answer = await fetch('/session');
  if (answer.status === 401) return null;
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

// Throws what is wrong with the token, in a line.
export async function signIn(token: string): Promise<void> {
  const answer = await fetch('/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  if (!answer.ok) throw new Error((await answer.text()).trim());
}

export async function signOut(): Promise<void> {
  await fetch('/session', { method: 'DELETE' });
}
