"""Builds ``normalizers.noisy._beam`` from ``beam.c`` through cffi: by ``setup.py``, or in a checkout by hand with

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
int search_stretches(const Model *model, const Arcs *arcs, int64_t stretches, const int64_t *firsts, const int64_t *lasts,
                     int beam, double width, double slack, const int64_t *offset, int64_t *length, int64_t *path,
                     double *posteriors);
void score_windows(const Model *model, int64_t count, int width, const int64_t *windows, double *scores);
"""

builder = FFI()
builder.cdef(DECLARATIONS)
builder.set_source(
    "normalizers.noisy._beam", Path(__file__).with_name("beam.c").read_text(encoding="utf-8"), extra_compile_args=["-O2"]
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
