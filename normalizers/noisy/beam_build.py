"""Builds ``normalizers.noisy._beam`` from ``beam.c`` and ``candidates.c``: by ``setup.py``, or in a checkout by hand with

python normalizers/noisy/beam_build.py
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from cffi import FFI

DECLARATIONS = """
typedef struct {
  const uint32_t *starts; const uint16_t *prints; const uint8_t *codes; const float *logps;
  const uint8_t *backoff_codes; const float *backoffs; int shift;
} Table;
typedef struct { int order; const float *unigram_logp; const float *unigram_backoff; Table tables[5]; } Model;
typedef struct {
  const int64_t *start; const int32_t *word; const int32_t *second; const float *score; const float *guess;
  const int64_t *first;
} Arcs;
typedef struct { int beam; double width, slack, won; } Reach;
int search_stretches(const Model *model, const Arcs *arcs, int64_t stretches, const int64_t *firsts, const int64_t *lasts,
                     const Reach *reach, const int64_t *offset, int64_t *length, int64_t *path, double *posteriors);
void score_windows(const Model *model, int64_t count, int width, const int64_t *windows, const double *floors,
                   double *scores);
typedef struct {
  int64_t onsets, rhymes; const float *onset_rows, *rhyme_rows; const float *priors; const int32_t *words;
} Grid;
int64_t best_syllables(const Grid *grid, int64_t count, int cuts, const int64_t *onset_rows, const int64_t *rhyme_rows,
                       int64_t most_rhymes, int64_t best, float share, int64_t *sizes, int32_t *words, float *logps);
"""
SOURCES = ("beam.c", "candidates.c")

builder = FFI()
builder.cdef(DECLARATIONS)
builder.set_source(
    "normalizers.noisy._beam",
    "\n".join(Path(__file__).with_name(name).read_text(encoding="utf-8") for name in SOURCES),
    extra_compile_args=["-O3"],
)


def build_here() -> Path:
    """Compile the module and put it beside this file, where a checkout finds it."""
    here = Path(__file__).resolve().parent
    with tempfile.TemporaryDirectory() as folder:
        before = Path.cwd()
        os.chdir(folder)  # away from the settings of the checkout, which older setuptools cannot read
        try:
            built = Path(builder.compile(tmpdir=folder))
        finally:
            os.chdir(before)
        return Path(shutil.copy(built, here / built.name))


if __name__ == "__main__":
    build_here()
