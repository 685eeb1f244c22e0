// SPDX-License-Identifier: Apache-2.0

#include "cli/output/answer.h"

#include "cli/output/json_path.h"
#include "cli/output/message_text.h"
#include "cli/text/name.h"
#include "server/base/characters.h"

namespace pigeonhub::cli {

std::string Render(const Answer& answer, const Style& style) {
  std::string out;
  switch (style.format) {
    case Format::kTable:
    case Format::kWide:
      for (const Table& table : answer.tables) {
        if (!out.empty()) out += '\n';
        out += Render(table, style);
      }
      if (!answer.sentence.empty()) out.append(Displayable(answer.sentence)).append(1, '\n');
      break;
    case Format::kJson:
      return ToJson(*answer.message);
    case Format::kJsonl:
      for (const auto* item : answer.items) out.append(ToJsonLine(*item)).append(1, '\n');
      break;
    case Format::kYaml:
      return ToYaml(*answer.message);
    case Format::kName:
      for (size_t i = 0; i < answer.names.size(); ++i) {
        const std::string& name = answer.names[i];
        if (name.empty() || (i > 0 && name == answer.names[i - 1])) continue;
        out.append(PrintedName(name)).append(1, '\n');
      }
      break;
    case Format::kPath:
      for (const auto& value : JsonPath::Parse(style.path)->Of(ToValue(*answer.message))) {
        out.append(TextOf(value)).append(1, '\n');
      }
      break;
  }
  return out;
}

}  // namespace pigeonhub::cli
