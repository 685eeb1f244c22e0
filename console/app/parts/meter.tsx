// SPDX-License-Identifier: Apache-2.0

// A bar beside a figure that says the same. `share` is of 1.
export function Meter({ share }: { share: number }) {
  const width = Math.round(100 * Math.min(1, Math.max(0, share)));
  return (
    <svg class="meter" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect width={width} height="8" />
    </svg>
  );
}
