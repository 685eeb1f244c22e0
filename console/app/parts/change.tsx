// SPDX-License-Identifier: Apache-2.0
//
// A button that changes something. It opens a dialog that first asks the hub what the change would
// do (validate_only); only when that is answered can it be made.

import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

import { problemText } from '../api/problem';
import { may, type Role, type Session } from '../api/session';
import { Command } from './command';
import { Problem } from './problem';

export interface ChangeRequest {
  validateOnly: boolean;
  requestId: string; // the same for each attempt, so that the hub makes the change once
}

export interface ChangeProps {
  session: Session;
  role?: Role; // who may; operator if not said. Others do not see the button.
  label: string; // of the button: "Drain"
  title: string; // of the dialog: "Drain hub 0a1b2c3d"
  words: string[]; // what pigeonctl takes for it
  danger?: boolean; // takes something from somebody
  offered?: boolean; // false: no button. An open dialog stays, so that what was done can be read.
  onClose?: () => void; // there is no button of its own: the dialog is open until this is called
  // Asks, or does it. Answers with a sentence on what it would do, or did.
  run: (request: ChangeRequest, signal: AbortSignal) => Promise<string>;
  onDone?: () => void;
  children?: ComponentChildren; // fields of the change
  inputs?: readonly unknown[]; // their values: the hub is asked anew when they differ
  ready?: boolean; // false: the fields do not say enough to ask
}

const TYPING = 250; // milliseconds without a key before the hub is asked

type Stage =
  | { is: 'asking' }
  | { is: 'would'; text: string }
  | { is: 'doing'; text: string }
  | { is: 'did'; text: string }
  | { is: 'refused'; problem: string };

export function Change(props: ChangeProps) {
  const [open, setOpen] = useState(false);
  if (!may(props.session, props.role ?? 'operator')) return null;
  if (props.onClose) return <ChangeDialog {...props} onClose={props.onClose} />;
  return (
    <>
      {(props.offered ?? true) && (
        <button class={props.danger ? 'danger' : undefined} aria-haspopup="dialog" onClick={() => setOpen(true)}>
          {props.label} …
        </button>
      )}
      {open && <ChangeDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}

function ChangeDialog(props: ChangeProps & { onClose: () => void }) {
  const { label, title, words, danger, run, onDone, onClose, children, inputs = [], ready = true } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [stage, setStage] = useState<Stage>({ is: 'asking' });
  const [requestId, setRequestId] = useState('');
  const [round, setRound] = useState(0); // of asking

  useEffect(() => {
    // The page behind it is out of reach meanwhile, and gets the focus back.
    dialog.current?.showModal();
  }, []);

  // Before the page is painted: an answer to other inputs is never beside these, with a button that would make the change.
  useLayoutEffect(() => setRequestId(randomId()), [ready, ...inputs]);

  useLayoutEffect(() => {
    setStage({ is: 'asking' });
    if (!ready) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      run({ validateOnly: true, requestId: '' }, abort.signal).then(
        (text) => abort.signal.aborted || setStage({ is: 'would', text }),
        (error) => abort.signal.aborted || setStage({ is: 'refused', problem: problemText(error) }),
      );
    }, inputs.length === 0 ? 0 : TYPING);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [ready, round, ...inputs]);

  const make = () => {
    if (stage.is !== 'would') return;
    setStage({ is: 'doing', text: stage.text });
    run({ validateOnly: false, requestId }, new AbortController().signal).then(
      (text) => {
        setStage({ is: 'did', text });
        onDone?.();
      },
      (error) => setStage({ is: 'refused', problem: problemText(error) }),
    );
  };

  const closed = () => {
    onClose();
    // The button that had the focus may not be offered any more.
    if (document.activeElement === document.body) document.getElementById('content')?.focus();
  };

  return (
    <dialog ref={dialog} class="change" aria-label={title} onClose={closed}>
      <h2>{title}</h2>
      {stage.is !== 'did' && children && (
        <fieldset disabled={stage.is === 'doing'}>{children}</fieldset>
      )}
      <div class="answer" aria-live="polite">
        {stage.is === 'asking' && (
          <p class="quiet">{ready ? 'asking the hub what this would do …' : 'fill in the fields above'}</p>
        )}
        {(stage.is === 'would' || stage.is === 'doing') && <p><b>If you go on:</b> {stage.text}</p>}
        {stage.is === 'did' && <p class="good"><i class="mark" aria-hidden="true">✓</i> {stage.text}</p>}
        {stage.is === 'refused' && <Problem text={stage.problem} />}
      </div>
      <Command words={words} />
      <div class="buttons">
        <button onClick={() => dialog.current?.close()}>{stage.is === 'did' ? 'Close' : 'Cancel'}</button>
        {stage.is === 'refused' && <button class="filled" onClick={() => setRound(round + 1)}>Ask again</button>}
        {stage.is !== 'did' && stage.is !== 'refused' && (
          <button class={danger ? 'danger filled' : 'filled'} disabled={stage.is !== 'would'} onClick={make}>
            {label}
          </button>
        )}
      </div>
    </dialog>
  );
}

function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
