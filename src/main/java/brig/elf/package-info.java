/** Bytes of an ELF file to records: pure, and never trusting a length. */
@NullMarked
package brig.elf;

import org.jspecify.annotations.NullMarked;
