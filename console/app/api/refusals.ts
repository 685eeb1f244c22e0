// SPDX-License-Identifier: Apache-2.0

import { Reason } from '#proto/pigeonhub/v1/common_pb';

// How connections end when nothing is wrong. What is counted beside them was refused or dropped; pigeonctl top has the same.
const quiet = new Set([
  Reason.PEER_CLOSED,
  Reason.TRANSPORT_LOST,
  Reason.GOODBYE,
  Reason.REPLACED,
  Reason.OPERATOR,
  Reason.SERVER_SHUTDOWN,
  Reason.DRAINING,
]);

export function isRefusal(reason: Reason): boolean {
  return !quiet.has(reason);
}
