// SPDX-License-Identifier: Apache-2.0

#pragma once

namespace pigeonhub {

// Shrinks a hash table that is far larger than what is in it: hash tables never do so by
// themselves, and a crowd that left would be remembered in memory for ever. Costs nothing else.
template <typename Table>
void GiveBack(Table& table) {
  if (table.capacity() / 4 > table.size() + 16) table.rehash(0);
}

}  // namespace pigeonhub
