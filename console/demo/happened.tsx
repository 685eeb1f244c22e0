// SPDX-License-Identifier: Apache-2.0

import { useEffect, useRef } from 'preact/hooks';

import { channels, LAMPS, lampsOf, type Story } from './story';

const MARKS = { good: '✓', bad: '✗', plain: '·' };

export function Happened({ story }: { story: Story }) {
  const log = useRef<HTMLOListElement>(null);
  useEffect(() => log.current?.scrollTo({ top: log.current.scrollHeight }), [story.steps.length]);
  const lamps = lampsOf(story);
  const chatting = channels(story).length > 0;
  return (
    <section class="pane" aria-labelledby="happened-title">
      <h2 id="happened-title">What happened</h2>
      <ul class="lamps" aria-label="How far it is">
        {LAMPS.map((lamp) => (
          <li class={lamps[lamp] ? 'on' : ''} data-lamp={lamp}>
            <span aria-hidden="true">{lamps[lamp] ? '●' : '○'}</span> {lamp}
            <span class="unseen">{lamps[lamp] ? ': yes' : ': not yet'}</span>
          </li>
        ))}
      </ul>
      <ol class="steps" ref={log} tabIndex={0} aria-label="Steps">
        {story.steps.map((step) => (
          <li class={step.mark}>
            <span class="ms">{Math.round(step.at)} ms</span>
            <span aria-hidden="true">{MARKS[step.mark]}</span>
            <span>{step.text}</span>
          </li>
        ))}
      </ol>
      {chatting && (
        <p class="note">
          {story.hub === 'up'
            ? 'The hub sees none of your words: they go from page to page. Stop it in your shell, and the chat goes on.'
            : 'The hub is away, and the chat goes on: it never went through the hub. Newcomers have to wait for it.'}
        </p>
      )}
    </section>
  );
}
