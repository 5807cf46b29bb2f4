/* The parts of the ELF format (64-bit) that a running program reads of itself. */
#pragma once

#include <stdint.h>

struct elf_header {
  unsigned char identification[16];
  uint16_t type, machine;
  uint32_t version;
  uint64_t entry, program_headers, section_headers;
  uint32_t flags;
  uint16_t header_size, program_header_size, program_header_count;
  uint16_t section_header_size, section_header_count, section_names;
};

struct program_header {
  uint32_t type, flags;
  uint64_t offset, virtual_address, physical_address, file_size, memory_size, alignment;
};
#define PT_LOAD 1
#define PT_DYNAMIC 2
#define PT_TLS 7

struct dynamic_entry {
  int64_t tag;
  uint64_t value;
};
#define DT_HASH 4
#define DT_STRTAB 5
#define DT_SYMTAB 6

struct elf_symbol {
  uint32_t name;
  uint8_t information, other;
  uint16_t section;
  uint64_t value, size;
};
