#include "form.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <stdexcept>

#include "json.h"

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

/** Where the characters of a text are that JavaScript counts in UTF-16 units. */
class Units {
 public:
  explicit Units(const TextBlock& block) : bytes_(block.bytes()), count_(block.units()) {
    if (block.ascii()) return;
    places_.reserve(block.units() + 1);
    for (size_t at = 0; at < bytes_.size(); at++) {
      const auto byte = static_cast<unsigned char>(bytes_[at]);
      if ((byte & 0xc0) == 0x80) continue;
      places_.push_back(static_cast<uint32_t>(at));
      if (byte >= 0xf0) places_.push_back(static_cast<uint32_t>(at));
    }
    places_.push_back(static_cast<uint32_t>(bytes_.size()));
  }

  /** False where no text stands: of a form that takes something else for one. */
  bool have(double from, double to) const { return from >= 0 && from <= to && to <= static_cast<double>(count_); }

  std::string_view between(double from, double to) const {
    const size_t start = place(from);
    return std::string_view(bytes_).substr(start, place(to) - start);
  }

 private:
  size_t place(double unit) const {
    const auto at = static_cast<size_t>(unit);
    return places_.empty() ? at : places_[at];
  }

  const std::string& bytes_;
  const size_t count_;
  std::vector<uint32_t> places_;
};

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
    for (const uint32_t row : by_key(rows_)) take(row);
    telling_.text = std::move(out_);
    return std::move(telling_);
  }

 private:
  using Step = Form::Step;
  using Op = Form::Op;

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
  bool write(size_t at, size_t end, const Rows& rows, const Units& units, uint32_t row) {
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

  bool write_value(const Step& step, const double* numbers, const Units& units) {
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
    for (uint32_t item = 0; item < items_->count(); item++) {
      if (!items_->is_whole(item)) {
        are_all_known_ &= items_->status(item) == ReadStatus::Gone;
        continue;
      }
      const double owner = *items_->place(item, 0, slot);
      if (!std::isnan(owner)) owned_.push_back({owner, item});
    }
    std::stable_sort(owned_.begin(), owned_.end(), [](const Owned& a, const Owned& b) { return a.owner < b.owner; });
  }

  /** That a row has none is known only where all items are, and of one that nothing can belong to, which has 0. */
  bool write_list(size_t at, const Step& step, double owner) {
    const auto is_before = [](const Owned& a, double of) { return a.owner < of; };
    auto next = std::lower_bound(owned_.begin(), owned_.end(), owner, is_before);
    const bool has_some = next != owned_.end() && next->owner == owner;
    if (std::isnan(owner)) return false;
    if (!has_some && !are_all_known_ && owner != 0) {
      out_ += "null";
      return true;
    }
    out_ += '[';
    for (bool is_first = true; next != owned_.end() && next->owner == owner; next++, is_first = false) {
      if (!is_first) out_ += ',';
      telling_.objects++;
      if (!write(at, at + step.count, *items_, *item_units_, next->item)) return false;
    }
    out_ += ']';
    return true;
  }

  struct Owned {
    double owner;
    uint32_t item;
  };

  const Form& form_;
  const Rows& rows_;
  const Units units_;
  const Rows* items_ = nullptr;
  std::optional<Units> item_units_;
  std::vector<Owned> owned_;
  bool are_all_known_ = true;
  std::string out_;
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
