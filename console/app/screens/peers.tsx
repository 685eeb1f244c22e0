// SPDX-License-Identifier: Apache-2.0

import type { ScreenProps } from '../screens';

export function Peers(_: ScreenProps) {
  return null;
}
