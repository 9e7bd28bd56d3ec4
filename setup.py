"""What pyproject.toml cannot say: the beam search is compiled where there is a compiler, and done without it elsewhere."""

import runpy
from pathlib import Path

from setuptools import setup

builder = runpy.run_path(str(Path(__file__).parent / "normalizers" / "noisy" / "beam_build.py"))["builder"]
Path("build").mkdir(exist_ok=True)
extension = builder.distutils_extension(tmpdir="build")
extension.optional = True  # normalizers.noisy.decoder searches in numpy then

setup(ext_modules=[extension])
