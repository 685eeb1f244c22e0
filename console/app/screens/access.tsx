// SPDX-License-Identifier: Apache-2.0

import type { ScreenProps } from '../screens';

export function Access(_: ScreenProps) {
  return null;
}
