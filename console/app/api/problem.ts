// SPDX-License-Identifier: Apache-2.0

import { Code, ConnectError } from '@connectrpc/connect';

export const SILENT = 'the hub does not answer';

// What went wrong, in a line, as the hub says it.
export function problemText(error: unknown): string {
  const problem = ConnectError.from(error);
  // What fetch throws comes as it is, or inside.
  if (problem.code === Code.Unknown && problem.cause instanceof TypeError) {
    return SILENT;
  }
  return problem.rawMessage;
}

// The hub wants to know who asks.
export function needsSignIn(error: unknown): boolean {
  return ConnectError.from(error).code === Code.Unauthenticated;
}
