#include "form.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <optional>
#include <stdexcept>

#include "json.h"
#include "numbering.h"
#include "spare.h"

namespace sysgraph {
namespace {

constexpr size_t step_words = 5;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c; }

size_t pair_of(char first, char second) {
  return static_cast<size_t>(static_cast<unsigned char>(first)) << 8 | static_cast<unsigned char>(second);
}

bool begins_with(std::string_view text, const std::string& word) {
  return text.size() >= word.size() &&
         std::equal(word.begin(), word.end(), text.begin(), [](char a, char b) { return a == lower(b); });
}

/** Rows by their keys, as they mostly come. */
std::vector<uint32_t> by_key(const Rows& rows) {
  std::vector<uint32_t> order(rows.count());
  std::iota(order.begin(), order.end(), 0u);
  const auto is_before = [&](uint32_t a, uint32_t b) { return rows.key(a) < rows.key(b); };
  if (!std::is_sorted(order.begin(), order.end(), is_before)) std::stable_sort(order.begin(), order.end(), is_before);
  return order;
}

}  // namespace

/** Tells one batch. */
class Teller {
 public:
  Teller(const Form& form, const std::vector<Rows>& batches) : form_(form), rows_(batches[0]), units_(rows_.block()) {
    if (batches.size() < 2) return;
    items_ = &batches[1];
    item_units_.emplace(items_->block());
  }

  Telling tell() {
    if (form_.joined_by_) group(*form_.joined_by_);
    const std::vector<uint32_t> order = by_key(rows_);
    for (size_t at = 0; at < order.size(); at++) {
      if (at == sample) reserve(order.size());
      take(order[at]);
    }
    telling_.text = std::move(out_);
    return std::move(telling_);
  }

 private:
  using Step = Form::Step;
  using Op = Form::Op;
  static constexpr size_t sample = 64;
  static constexpr size_t most_reserved = size_t{4} << 20;

  /** Room for all, if they are as long as those before: text that grows is copied again and again. */
  void reserve(size_t count) { out_.reserve(std::min(out_.size() / sample * (count + count / 8), most_reserved)); }

  void take(uint32_t row) {
    const size_t start = out_.size();
    const auto [units, objects] = std::pair(telling_.units, telling_.objects);
    out_ += ',';
    if (rows_.is_whole(row) && write(0, form_.steps_.size(), rows_, units_, row)) {
      telling_.told++;
      telling_.objects++;
      return;
    }
    out_.resize(start);
    telling_.units = units;
    telling_.objects = objects;
    telling_.left.push_back(row);
    telling_.places.push_back(static_cast<uint32_t>(start));
  }

  /** False where the row takes judgment. */
  bool write(size_t at, size_t end, const Rows& rows, const TextUnits& units, uint32_t row) {
    while (at < end) {
      const Step& step = form_.steps_[at++];
      if (step.op == Op::Literal) {
        out_ += form_.texts_[step.from];
        continue;
      }
      const double* const numbers = rows.place(row, step.source, step.slot);
      const double value = *numbers;
      switch (step.op) {
        case Op::Absent:
          if (!std::isnan(value)) break;
          out_ += "null";
          at += step.count;
          break;
        case Op::List:
          if (!write_list(at, step, value)) return false;
          at += step.count;
          break;
        case Op::Present:
          if (std::isnan(value)) return false;
          break;
        case Op::Unset:
          if (value != 0 && !std::isnan(value)) return false;
          break;
        default:
          if (std::isnan(value) ? !write_null(step.op) : !write_value(step, numbers, units)) return false;
      }
    }
    return true;
  }

  bool write_null(Op op) {
    if (op != Op::NoTitle && op != Op::NoWords) out_ += "null";
    return true;
  }

  bool write_value(const Step& step, const double* numbers, const TextUnits& units) {
    const double value = *numbers;
    switch (step.op) {
      case Op::Int:
        return value == static_cast<double>(static_cast<int32_t>(std::clamp(value, -2147483648.0, 2147483647.0))) &&
               write_number(out_, value);
      case Op::Big:
        return write_number(out_, std::trunc(value));
      case Op::Float:
        return write_number(out_, value);
      case Op::Time:
        return write_time(out_, value);
      case Op::Flag:
        out_ += value != 0 ? "true" : "false";
        return true;
      case Op::Choice:
        if (!(value >= 0 && value < step.count)) return false;
        out_ += form_.texts_[step.from + static_cast<size_t>(value)];
        return true;
      default:
        return units.have(value, numbers[1]) && write_words(step, units.between(value, numbers[1]), numbers[1] - value);
    }
  }

  bool write_words(const Step& step, std::string_view text, double units) {
    switch (step.op) {
      case Op::NoTitle:
        // Of one item, with a blank in it, it is to be found out whether it is one.
        return text.find('\0') + 1 != text.size() || text.find(' ') == std::string_view::npos;
      case Op::NoWords:
        return !has_words(step, text);
      default:
        telling_.units += units;
        step.op == Op::Text ? write_text(out_, text) : write_texts(out_, text);
        return true;
    }
  }

  bool has_words(const Step& step, std::string_view text) const {
    for (size_t at = 0; at + 1 < text.size(); at++) {
      if (!form_.beginnings_[pair_of(text[at], text[at + 1])]) continue;
      for (uint32_t word = step.from; word < step.from + step.count; word++) {
        if (begins_with(text.substr(at), form_.texts_[word])) return true;
      }
    }
    return false;
  }

  // ---- items

  /** Gathers items by what they belong to. */
  void group(uint32_t slot) {
    next_.assign(items_->count(), Numbering::unknown);
    for (uint32_t item = 0; item < items_->count(); item++) {
      if (!items_->is_whole(item)) {
        are_all_known_ &= items_->status(item) == ReadStatus::Gone;
        continue;
      }
      const double owner = *items_->place(item, 0, slot);
      if (!std::isnan(owner)) chain(key_of(owner), item);
    }
  }

  /** Behind the others of the same owner. */
  void chain(uint64_t owner, uint32_t item) {
    const auto [number, is_new] = owners_.add(owner);
    if (is_new) {
      chains_.push_back({item, item});
      return;
    }
    next_[chains_[number].last] = item;
    chains_[number].last = item;
  }

  static uint64_t key_of(double owner) {
    // That 0 may have a sign is no difference.
    const double value = owner + 0.0;
    uint64_t key = 0;
    std::memcpy(&key, &value, sizeof key);
    return key;
  }

  /** That a row has none is known only where all items are, and of one that nothing can belong to, which has 0. */
  bool write_list(size_t at, const Step& step, double owner) {
    if (std::isnan(owner)) return false;
    const uint32_t number = owners_.find(key_of(owner));
    uint32_t item = number == Numbering::unknown ? Numbering::unknown : chains_[number].first;
    if (item == Numbering::unknown && !are_all_known_ && owner != 0) {
      out_ += "null";
      return true;
    }
    out_ += '[';
    for (bool is_first = true; item != Numbering::unknown; item = next_[item], is_first = false) {
      if (!is_first) out_ += ',';
      telling_.objects++;
      if (!write(at, at + step.count, *items_, *item_units_, item)) return false;
    }
    out_ += ']';
    return true;
  }

  /** Items of one owner, in their order. */
  struct Chain {
    uint32_t first;
    uint32_t last;
  };

  const Form& form_;
  const Rows& rows_;
  const TextUnits units_;
  const Rows* items_ = nullptr;
  std::optional<TextUnits> item_units_;
  Numbering owners_;
  std::vector<Chain> chains_;
  /** Of each item the next one of the same owner. */
  std::vector<uint32_t> next_;
  bool are_all_known_ = true;
  std::string out_ = spare_telling().take();
  Telling telling_;
};

Form::Form(const int32_t* words, size_t count, std::vector<std::string> texts) : texts_(std::move(texts)) {
  if (count % step_words != 0) throw std::invalid_argument("a form has steps of five words");
  const size_t steps = count / step_words;
  for (size_t at = 0; at < steps; at++, words += step_words) {
    if (words[0] < 0 || words[0] > static_cast<int32_t>(Op::List)) throw std::invalid_argument("no such step");
    if (*std::min_element(words + 2, words + step_words) < 0) throw std::invalid_argument("a step counts from 0");
    const Step step{static_cast<Op>(words[0]), words[1], static_cast<uint32_t>(words[2]),
                    static_cast<uint32_t>(words[3]), static_cast<uint32_t>(words[4])};
    if (step.op == Op::List && joined_by_.value_or(step.from) != step.from)
      throw std::invalid_argument("the items of two lists belong to rows by one number");
    if (step.op == Op::List) joined_by_ = step.from;
    check_texts(step);
    steps_.push_back(step);
  }
}

void Form::check_texts(const Step& step) {
  const bool has_texts = step.op == Op::Literal || step.op == Op::Choice || step.op == Op::NoWords;
  if (!has_texts) return;
  const bool has_none = step.op == Op::Literal && step.count == 0;
  if (has_none || step.from > texts_.size() || step.count > texts_.size() - step.from)
    throw std::invalid_argument("a step has more texts than there are");
  if (step.op != Op::NoWords) return;
  for (uint32_t at = step.from; at < step.from + step.count; at++) index(texts_[at]);
}

void Form::index(const std::string& word) {
  if (word.size() < 2) throw std::invalid_argument("a word has two letters");
  for (const char first : {word[0], upper(word[0])}) {
    for (const char second : {word[1], upper(word[1])}) beginnings_.set(pair_of(first, second));
  }
}

Telling Form::tell(const std::vector<Rows>& batches) const {
  if (batches.empty()) throw std::invalid_argument("nothing was asked");
  check(batches, 0, steps_.size(), 0);
  return Teller(*this, batches).tell();
}

/** What a step looks at must be there, since nothing is looked up again for each row. */
void Form::check(const std::vector<Rows>& batches, size_t at, size_t end, size_t batch) const {
  for (; at < end; at++) {
    const Step& step = steps_[at];
    const bool is_text =
        step.op == Op::Text || step.op == Op::Texts || step.op == Op::NoTitle || step.op == Op::NoWords;
    if (step.op != Op::Literal && !batches[batch].has(step.source, step.slot, is_text ? 2 : 1))
      throw std::invalid_argument("a step looks at what was not read");
    if (step.op != Op::List && step.op != Op::Absent) continue;
    if (step.op == Op::List && (batch != 0 || batches.size() < 2 || !batches[1].has(0, step.from, 1)))
      throw std::invalid_argument("a list has no items");
    if (step.count > end - at - 1) throw std::invalid_argument("a step has more steps than there are");
    check(batches, at + 1, at + 1 + step.count, step.op == Op::List ? 1 : batch);
    at += step.count;
  }
}

}  // namespace sysgraph
