"""Trigpoint: an open observatory of the Internet, in which every figure leads back to its evidence."""

import os

__version__ = "0.1.0"

# Polars has its allocator (jemalloc) give pages back to the system half a second after they were freed, and puts what a
# person sets behind that. Who makes table after table asks for the same pages again: kept for ten seconds, which is
# jemalloc's own default, they spare `observe` half of its page faults (docs/decisions/0040).
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:10000")
