// SPDX-License-Identifier: Apache-2.0

import { useEffect, useRef, useState } from 'preact/hooks';

import { shortId } from './story';

export interface Said {
  from: string;
  text: string;
}

interface Props {
  me: string;
  said: readonly Said[];
  others: readonly string[];
  alone: preact.ComponentChildren; // what is shown while there is nothing else
  say(text: string): void;
}

export function Chat({ me, said, others, alone, say }: Props) {
  const [text, setText] = useState('');
  const log = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (said.length > 0) log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [said.length]);
  const connected = others.length > 0;
  return (
    <section class="pane" aria-labelledby="chat-title">
      <h2 id="chat-title">Chat</h2>
      <p class="who">
        you are <code>{shortId(me) || '…'}</code>
        {connected && (
          <>
            {' '}
            · with <code>{others.map(shortId).join(', ')}</code>
          </>
        )}
      </p>
      <div class={said.length > 0 ? 'said' : 'said empty'} ref={log} role="log" aria-label="Messages" tabIndex={0}>
        {!connected && said.length === 0 && <div class="alone">{alone}</div>}
        <ol>
          {said.map((one) => (
            <li class={one.from === me ? 'mine' : ''}>
              <code>{one.from === me ? 'you' : shortId(one.from)}</code>
              <span>{one.text}</span>
            </li>
          ))}
        </ol>
      </div>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          if (!text.trim() || !connected) return;
          say(text.trim());
          setText('');
        }}
      >
        <input
          aria-label="Message"
          autocomplete="off"
          maxLength={500}
          placeholder={connected ? 'Say something' : 'Nobody is there to hear you yet'}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button disabled={!connected}>Send</button>
      </form>
    </section>
  );
}
