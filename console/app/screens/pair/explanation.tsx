// SPDX-License-Identifier: Apache-2.0

import type { Finding } from '#proto/pigeonhub/v1/peer_service_pb';

import { Facts } from '../../parts/facts';
import { ShortId } from '../../parts/short_id';
import { clockText, DASH, shortId, toMillis } from '../../parts/units';
import { Wide } from '../../parts/wide';
import type { Explained } from './use_pair';
import { certaintyText, verdictOf } from './verdict';

// What was found out about the two, and what follows.
export function Explanation({ explained }: { explained: Explained }) {
  const { first, answer } = explained;
  const verdict = verdictOf(answer);
  const { because } = verdict;
  return (
    <>
      <section class={`card verdict ${verdict.tone}`} aria-label="Verdict">
        <p class="figure" role="status"><i class="mark" aria-hidden="true">{verdict.mark}</i> {verdict.text}</p>
        <Facts facts={[
          ['Because of', because && <><code>{because.code}</code> {because.title}, {certaintyText(because.certainty)}</>],
          ['Peer', because?.peerId && <>{sideOf(because, first)} <code>{shortId(because.peerId)}</code></>],
          ['Detail', because?.detail],
          ['When', because && momentsText(because)],
          ['Cause', because?.cause],
          ['To do', because && <Coded text={because.action} />],
          ['Not asked', answer.unreachable.map((hub) => `${shortId(hub.hubId)}: ${hub.reason}`).join('; ')],
        ]} />
      </section>
      <h2 id="findings">What the hubs know, in the order of a handshake</h2>
      <Wide label="Findings">
        <table aria-labelledby="findings">
          <thead>
            <tr>
              <th scope="col">Code</th>
              <th scope="col">Peer</th>
              <th scope="col">Finding</th>
              <th scope="col">Sure</th>
              <th scope="col">Detail</th>
              <th scope="col">When</th>
              <th scope="col">At hub</th>
            </tr>
          </thead>
          <tbody>
            {answer.findings.map((finding) => (
              <tr key={`${finding.code} ${finding.peerId} ${finding.hubId}`}>
                <td><code>{finding.code}</code></td>
                <td>{finding.peerId ? sideOf(finding, first) : DASH}</td>
                <td class={finding.isCause ? 'problem' : undefined} title={finding.cause}>
                  {finding.isCause && <i class="mark" aria-hidden="true">× </i>}{finding.title}
                </td>
                <td class="quiet">{certaintyText(finding.certainty)}</td>
                <td>{finding.detail || DASH}</td>
                <td class="quiet">{momentsText(finding) || DASH}</td>
                <td>{finding.hubId ? <ShortId id={finding.hubId} /> : DASH}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </>
  );
}

const sideOf = ({ peerId }: Finding, first: string): string => (peerId === first ? 'A' : 'B');

function momentsText({ moments }: Finding): string {
  return moments.map(({ what, time }) => (time ? `${what} ${clockText(toMillis(time))}` : what)).join(', ');
}

// Commands stand between backticks.
function Coded({ text }: { text: string }) {
  return <>{text.split('`').map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part))}</>;
}
