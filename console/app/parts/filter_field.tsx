// SPDX-License-Identifier: Apache-2.0
//
// Fields that narrow what a screen shows. What they say stands in the address.

import './filter_field.css';

import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';

import { setParams } from '../route';

const TYPING = 200; // milliseconds without a key until the filter is in force

export interface FilterProps {
  label: string;
  name: string; // of the parameter in the address
  params: URLSearchParams;
}

export interface FilterFieldProps extends FilterProps {
  hint?: string; // an example, in the empty field
  known?: readonly string[]; // what may be meant
}

// A text.
export function FilterField({ label, name, params, hint, known }: FilterFieldProps) {
  const there = params.get(name) ?? '';
  const [text, setText] = useState(there);
  const said = useRef(there); // what we wrote into the address last
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const list = useId();
  useEffect(() => {
    if (there === said.current) return;
    clearTimeout(timer.current);
    said.current = there;
    setText(there);
  }, [there]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const say = (value: string) => {
    clearTimeout(timer.current);
    said.current = value.trim();
    if (said.current !== there) setParams({ [name]: said.current });
  };
  const type = (value: string) => {
    setText(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => say(value), TYPING);
  };
  return (
    <label class="field">
      <span>{label}</span>
      <input type="search" value={text} placeholder={hint} list={known && list} autocomplete="off" spellcheck={false}
        onInput={(event) => type(event.currentTarget.value)}
        onChange={(event) => say(event.currentTarget.value)} />
      {known && <datalist id={list}>{known.map((value) => <option key={value} value={value} />)}</datalist>}
    </label>
  );
}

// One of some values. The first one is not written into the address.
export function FilterChoice({ label, name, params, children }: FilterProps & { children: ComponentChildren }) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={params.get(name) ?? ''} onChange={(event) => setParams({ [name]: event.currentTarget.value })}>
        {children}
      </select>
    </label>
  );
}

// Yes or no.
export function FilterSwitch({ label, name, params }: FilterProps) {
  return (
    <label class="field switch">
      <input type="checkbox" checked={params.get(name) === 'yes'}
        onChange={(event) => setParams({ [name]: event.currentTarget.checked ? 'yes' : '' })} />
      <span>{label}</span>
    </label>
  );
}
