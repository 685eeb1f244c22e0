// SPDX-License-Identifier: Apache-2.0
//
// Why two peers meet or do not, and their handshakes step by step.

import { Command } from '../parts/command';
import { Problem } from '../parts/problem';
import type { ScreenProps } from '../screens';
import { Explanation } from './pair/explanation';
import { LiveTrace } from './pair/live_trace';
import { PairForm } from './pair/pair_form';
import { useExplanation } from './pair/use_pair';

export function Pair({ params }: ScreenProps) {
  const one = params.get('a') ?? '';
  const other = params.get('b') ?? '';
  const namespace = params.get('namespace') ?? '';
  const { answer, problem, wake } = useExplanation(one, other, namespace);
  const isGiven = one !== '' && other !== '';
  const inNamespace = namespace === '' ? [] : ['--namespace', namespace];
  return (
    <>
      <PairForm one={one} other={other} namespace={namespace} />
      <Problem text={problem} />
      {isGiven && answer && (
        <>
          <Explanation explained={answer} />
          <LiveTrace first={answer.first} second={answer.second} onStep={wake} />
        </>
      )}
      {!isGiven && <p class="quiet">Give two peers that should meet: whole ids, or beginnings that no other peer has.</p>}
      <Command words={['explain', one || 'A', other || 'B', ...inNamespace, '--hub', '*']} />
      <Command words={['trace', one || 'A', other || 'B', '--draw']} />
    </>
  );
}
