#include "reading.h"

#include <algorithm>
#include <atomic>
#include <future>
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

std::vector<Rows> Reading::blanks() const {
  std::vector<Rows> blanks;
  blanks.reserve(questions_.size());
  for (const auto& [table, request] : questions_) blanks.emplace_back(table->shape, request.mask, cancel_);
  return blanks;
}

void Reading::answer(size_t index, Rows& rows) const {
  questions_[index].table->read(*host_, questions_[index].request, rows);
}

std::vector<Rows> Reading::take() const {
  std::vector<Rows> answers = blanks();
  for (size_t index = 0; index < answers.size(); index++) answer(index, answers[index]);
  return answers;
}

std::vector<Rows> Reading::take_at_once() const {
  std::vector<Rows> answers = blanks();
  // What is thrown here waits for the others, which write to what it would take away. Where no thread can be had, they
  // are answered as they are waited for.
  std::vector<std::future<void>> others;
  for (size_t index = 1; index < answers.size(); index++) {
    others.push_back(std::async([this, index, &answers] { answer(index, answers[index]); }));
  }
  if (!answers.empty()) answer(0, answers[0]);
  for (std::future<void>& other : others) other.get();
  return answers;
}

Told told_of(const Reading& reading, const Form& form) {
  Told told{reading.take_at_once(), {}};
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
