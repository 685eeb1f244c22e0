// SPDX-License-Identifier: Apache-2.0

import { Certainty, PairOutcome, type ExplainPairResponse, type Finding } from '#proto/pigeonhub/v1/peer_service_pb';

// The finding that says that another hub has to be asked.
const OTHER_HUB_NOT_ASKED = 'PH-E26';

export interface Verdict {
  mark: string;
  tone: 'good' | 'warn' | 'problem' | 'quiet';
  text: string;
  because?: Finding; // from which it follows
}

export function verdictOf({ outcome, because, certainty, findings }: ExplainPairResponse): Verdict {
  const cause = findings.find((finding) => finding.code === because && finding.certainty === certainty);
  const said = (mark: string, tone: Verdict['tone'], text: string): Verdict => ({ mark, tone, text, because: cause });
  switch (outcome) {
    case PairOutcome.CAUSE_FOUND:
      return said('×', 'problem', 'cause found');
    case PairOutcome.UNDER_WAY:
      return because === OTHER_HUB_NOT_ASKED
        ? said('?', 'warn', 'not known at this hub')
        : said('◌', 'warn', 'under way, too early to say');
    case PairOutcome.COMPLETE:
      return said('✓', 'good', 'signaling complete');
    case PairOutcome.CONNECTED:
      return said('✓', 'good', 'connected');
    case PairOutcome.NEVER_SEEN:
      return said('?', 'quiet', 'neither was ever seen');
    default:
      return said('?', 'quiet', `outcome ${outcome}`);
  }
}

const sure: Record<number, string> = {
  [Certainty.POSSIBLE]: 'possible',
  [Certainty.LIKELY]: 'likely',
  [Certainty.CERTAIN]: 'certain',
};

export function certaintyText(certainty: Certainty): string {
  return sure[certainty] ?? '–';
}
