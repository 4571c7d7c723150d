#pragma once
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rows.h"

namespace sysgraph {

/** What could be told of rows, and what takes judgment. */
struct Telling {
  /** The rows that were told, in order, with a comma before each. */
  std::string text;
  /** Those that were not, by their numbers, and at which byte of the text each would stand. */
  std::vector<uint32_t> left;
  std::vector<uint32_t> places;
  uint32_t told = 0;
  /** With the items that stand in them. */
  uint32_t objects = 0;
  /** How much of it is text that was read, in UTF-16 units. */
  double units = 0;
};

/**
 * What is written of each row, as JSON, where it was read: the list of an answer, without an object in JavaScript for
 * each row of it. Whatever is not as it mostly is (a source that failed, a number that JavaScript writes in another
 * way, a word that may be of a secret) is left to those who know what it means. native/form.ts writes its steps.
 */
class Form {
 public:
  /** The order is that of STEPS in native/form.ts. */
  enum class Op : int32_t {
    Literal,
    Int,
    Big,
    Float,
    Time,
    Flag,
    Choice,
    Text,
    Texts,
    Absent,
    Present,
    Unset,
    NoTitle,
    NoWords,
    List,
  };

  /** Throws std::invalid_argument where it is no form. */
  Form(const int32_t* words, size_t count, std::vector<std::string> texts);

  /** Tells the rows of the first batch by their keys; the items of lists are those of the second. */
  Telling tell(const std::vector<Rows>& batches) const;

 private:
  friend class Teller;

  struct Step {
    Op op;
    /** Of which source of the table, -1 for the key, and which of its numbers. */
    int32_t source;
    uint32_t slot;
    /** Which of the texts, and how many of them; or how many steps belong to this one. */
    uint32_t from;
    uint32_t count;
  };

  void check_texts(const Step& step);
  void check(const std::vector<Rows>& batches, size_t at, size_t end, size_t batch) const;
  /** Marks how a word may begin, in either case. */
  void index(const std::string& word);

  std::vector<Step> steps_;
  std::vector<std::string> texts_;
  /** By two bytes, whether one of the words begins with them: few texts have to be looked at twice. */
  std::bitset<65536> beginnings_;
  /** By which of their numbers items belong to rows, if there is a list. */
  std::optional<uint32_t> joined_by_;
};

}  // namespace sysgraph
