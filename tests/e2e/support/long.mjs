// SPDX-License-Identifier: Apache-2.0

// The options of a test that takes longer than a suite should.
export const long = {
  skip: !process.env.PIGEONHUB_LONG_TESTS && 'takes long; PIGEONHUB_LONG_TESTS=1 runs it',
};
