// SPDX-License-Identifier: Apache-2.0
//
// What doctor finds from inside, by ServerService.Diagnose. Asked in JSON, so that a hub of an older version, which lacks the
// method, only says nothing.

export type Severity = 'ERROR' | 'WARNING' | 'OK';

export interface DoctorFinding {
  code: string; // its stable name; docs/findings.md has all of them
  severity: Severity;
  subject: string; // what was looked at
  text: string; // what was seen
  advice: string; // what to do; may be empty
}

// Null: the hub cannot say.
export async function diagnose(hubId: string, signal: AbortSignal): Promise<DoctorFinding[] | null> {
  const answer = await fetch('/pigeonhub.v1.ServerService/Diagnose', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Connect-Protocol-Version': '1' },
    body: JSON.stringify({ hubId }),
    signal,
  });
  if (answer.status === 404 || answer.status === 501) return null;
  const body: unknown = await answer.json();
  if (answer.ok) return findingsOf(body);
  if (textOf(body, 'code') === 'unimplemented') return null;
  throw new Error(textOf(body, 'message') || `the hub answered ${answer.status}`);
}

// The worst first.
export function findingsOf(body: unknown): DoctorFinding[] {
  const found = fieldOf(body, 'findings');
  if (!Array.isArray(found)) return [];
  const findings = found.map((one: unknown) => ({
    code: textOf(one, 'code'),
    severity: severityOf(textOf(one, 'severity')),
    subject: textOf(one, 'subject'),
    text: textOf(one, 'text'),
    advice: textOf(one, 'advice'),
  }));
  return findings.sort((a, b) => ranks[a.severity] - ranks[b.severity]);
}

const ranks: Record<Severity, number> = { ERROR: 0, WARNING: 1, OK: 2 };

// JSON has the whole name: FINDING_SEVERITY_WARNING.
function severityOf(name: string): Severity {
  if (name.endsWith('ERROR')) return 'ERROR';
  return name.endsWith('WARNING') ? 'WARNING' : 'OK';
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function textOf(value: unknown, name: string): string {
  const field = fieldOf(value, name);
  return typeof field === 'string' ? field : '';
}
