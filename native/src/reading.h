#pragma once
#include <memory>
#include <vector>

#include "cancel.h"
#include "form.h"
#include "platform.h"

namespace sysgraph {

/** A request and the table it is of. */
struct Question {
  const Table* table;
  Request request;
};

/** The questions of one call, which any thread may take the answers to. */
class Reading {
 public:
  Reading(std::shared_ptr<Host> host, std::vector<Question> questions, CancelFlag cancel);

  /** Whether somebody else has a say in how long it takes. */
  bool takes_long() const;
  std::vector<Rows> take() const;
  /** All of them at the same time, on threads of their own but for the first: whoever waits for one waits for all. */
  std::vector<Rows> take_at_once() const;

 private:
  std::vector<Rows> blanks() const;
  void answer(size_t index, Rows& rows) const;

  std::shared_ptr<Host> host_;
  std::vector<Question> questions_;
  CancelFlag cancel_;
};

/** What was told, and the batches with the rows that were not. */
struct Told {
  std::vector<Rows> batches;
  Telling telling;
  /** How many were read. */
  double rows = 0;
};

Told told_of(const Reading& reading, const Form& form);

/** The questions of a call, as questionOf in native/index.ts packs them. Throws std::out_of_range where they are none.
 */
std::vector<Question> questions_of(const int32_t* at, const int32_t* end);

}  // namespace sysgraph
