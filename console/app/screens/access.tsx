// SPDX-License-Identifier: Apache-2.0

import { HubChoice } from '../parts/hub_choice';
import { hubOf } from '../parts/hub_words';
import type { ScreenProps } from '../screens';
import { Addresses } from './access/addresses';
import { Bans } from './access/bans';
import { Keys } from './access/keys';
import { Limits } from './access/limits';

// Who may come in, and who is kept out.
export function Access({ session, params }: ScreenProps) {
  return (
    <>
      <p class="row"><span>Limits, bans and keys</span><HubChoice hubId={hubOf(params)} /></p>
      <Limits params={params} />
      <Addresses session={session} params={params} />
      <Bans session={session} params={params} />
      <Keys session={session} params={params} />
    </>
  );
}
