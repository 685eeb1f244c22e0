// SPDX-License-Identifier: Apache-2.0
//
// How a hub is doing, at a glance: what it holds, what happens a second, what is wrong.

import { useMemo } from 'preact/hooks';

import { useStats } from '../api/stats';
import { columnsOf, refusalsOf } from '../api/stats_history';
import { Command } from '../parts/command';
import { HubChoice } from '../parts/hub_choice';
import { Problem } from '../parts/problem';
import type { ScreenProps } from '../screens';
import { Curves } from './overview/curves';
import { Diagnosis } from './overview/diagnosis';
import { Figures } from './overview/figures';
import { Refusals } from './overview/refusals';
import { Standing } from './overview/standing';

export function Overview({ params }: ScreenProps) {
  const hubId = params.get('hub') ?? '';
  const { samples, latest, problem } = useStats(hubId);
  const columns = useMemo(() => columnsOf(samples), [samples]);
  const refusals = useMemo(() => refusalsOf(samples), [samples]);
  return (
    <>
      <div class="row">
        {latest && <Standing stats={latest} />}
        <HubChoice hubId={hubId} />
      </div>
      <Problem text={problem} />
      {latest && <Figures stats={latest} columns={columns} hubId={hubId} />}
      <Diagnosis key={hubId} hubId={hubId} />
      {latest && <Curves columns={columns} />}
      {latest && <Refusals refusals={refusals} />}
      <Command words={['stats', ...(hubId === '' ? [] : ['--hub', hubId])]} />
    </>
  );
}
