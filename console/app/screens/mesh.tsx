// SPDX-License-Identifier: Apache-2.0

import type { ScreenProps } from '../screens';

export function MeshMap(_: ScreenProps) {
  return null;
}
