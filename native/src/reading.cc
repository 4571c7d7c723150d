#include "reading.h"

#include <algorithm>
#include <atomic>
#include <stdexcept>

namespace sysgraph {
namespace {

constexpr uint32_t table_count = sizeof(tables) / sizeof(Table);

/** Takes a table, a mask, which rows, and a number of keys with those behind it; false if that is not what is there. */
bool take_question(const int32_t*& at, const int32_t* end, Question& question) {
  constexpr ptrdiff_t head = 4;
  if (end - at < head || at[0] < 0 || static_cast<uint32_t>(at[0]) >= table_count) return false;
  if (at[2] < 0 || at[2] > static_cast<int32_t>(Which::WorthShowing) || at[3] < 0 || end - at - head < at[3])
    return false;
  question.table = &tables[at[0]];
  question.request = {static_cast<uint32_t>(at[1]), static_cast<Which>(at[2]), {at + head, at + head + at[3]}, 0};
  at += head + at[3];
  return true;
}

}  // namespace

Reading::Reading(std::shared_ptr<Host> host, std::vector<Question> questions, CancelFlag cancel)
    : host_(std::move(host)), questions_(std::move(questions)), cancel_(std::move(cancel)) {
  static std::atomic<uint64_t> calls{0};
  const uint64_t call = ++calls;
  for (Question& question : questions_) question.request.call = call;
}

bool Reading::takes_long() const {
  return std::any_of(questions_.begin(), questions_.end(), [](auto& question) { return question.table->apart; });
}

std::vector<Rows> Reading::take() const {
  std::vector<Rows> answers;
  answers.reserve(questions_.size());
  for (const auto& [table, request] : questions_) {
    table->read(*host_, request, answers.emplace_back(table->shape, request.mask, cancel_));
  }
  return answers;
}

Told told_of(const Reading& reading, const Form& form) {
  Told told{reading.take(), {}};
  for (const Rows& batch : told.batches) told.rows += batch.count();
  told.telling = form.tell(told.batches);
  told.batches[0].keep(told.telling.left);
  // Where there is nothing to judge nobody looks at the items.
  if (told.telling.left.empty() && told.batches.size() > 1) told.batches[1].keep({});
  return told;
}

std::vector<Question> questions_of(const int32_t* at, const int32_t* end) {
  std::vector<Question> questions;
  while (at < end) {
    questions.emplace_back();
    if (!take_question(at, end, questions.back())) throw std::out_of_range("no such table, or no such question");
  }
  return questions;
}

}  // namespace sysgraph
