/* The operations in the order of src/services/files/interface.ts: their numbers are their places. */
#pragma once
#include "server.h"

#define OPERATIONS(each) \
  each(lookup) each(open) each(create_unnamed) each(hold) each(release) each(release_writer) \
  each(deny_writers) each(release_program) each(pin) each(recall) each(read) each(write) each(truncate) each(resize) \
  each(allocate) each(seek) each(attributes) each(change) each(access) each(list) each(make) \
  each(symbolic_link) each(link) each(remove) each(rename) each(read_link) each(path) each(page) each(word) \
  each(set_word) each(figures) each(synchronise) each(synchronise_tree) each(lock) each(test_lock) \
  each(unlock_all) each(mount) each(unmount) each(mounts) each(reclaim) each(shutdown)

#define DECLARE(name) operation name##_operation;
OPERATIONS(DECLARE)
#undef DECLARE
