// SPDX-License-Identifier: Apache-2.0

import type { ScreenProps } from '../screens';

export function Events(_: ScreenProps) {
  return null;
}
