// SPDX-License-Identifier: Apache-2.0

import { useEffect, useState } from 'preact/hooks';

import { Problem } from '../../parts/problem';
import { setParams } from '../../route';
import { idProblem, trimmedId } from './ids';

// Which two. They go into the address.
export function PairForm({ one, other, namespace }: { one: string; other: string; namespace: string }) {
  const [problem, setProblem] = useState<string>();
  useEffect(() => setProblem(undefined), [one, other]);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const [a, b] = [trimmedId(String(form.get('a'))), trimmedId(String(form.get('b')))];
    const wrong = idProblem(a) ?? idProblem(b);
    setProblem(wrong);
    if (!wrong) setParams({ a, b, namespace: String(form.get('namespace')) });
  };
  return (
    <form class="pair-form" onSubmit={submit}>
      <label>Peer A <input name="a" class="mono" key={one} defaultValue={one} required spellcheck={false} autocomplete="off"
        placeholder="an id, or its beginning" /></label>
      <label>Peer B <input name="b" class="mono" key={other} defaultValue={other} required spellcheck={false} autocomplete="off"
        placeholder="an id, or its beginning" /></label>
      <label>Namespace <input name="namespace" key={namespace} defaultValue={namespace} autocomplete="off" placeholder="any" /></label>
      <button class="filled">Look</button>
      <Problem text={problem} />
    </form>
  );
}
