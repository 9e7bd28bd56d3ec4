"""Ctrl-C at any moment: also while a module is loaded whose author catches everything."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

SWALLOWS = """
import os, signal, time
try:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.2)
except BaseException:
    pass
exec("done = True")
"""
PROGRAM = """
import sys, time
from pipeline.command.door import hold_interrupts_in_imports
hold_interrupts_in_imports()
try:
    import swallows
    print("loaded", swallows.done, flush=True)
    time.sleep(5)
except KeyboardInterrupt:
    sys.exit(130)
"""


def test_ctrl_c_waits_until_a_module_is_loaded_and_then_comes(tmp_path: Path) -> None:
    (tmp_path / "swallows.py").write_text(SWALLOWS, encoding="utf-8")
    environment = {"PYTHONPATH": f"{ROOT}:{tmp_path}"}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (130, "")


def test_a_job_in_the_background_goes_on_ignoring_it(tmp_path: Path) -> None:
    (tmp_path / "swallows.py").write_text(SWALLOWS, encoding="utf-8")
    program = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n" + PROGRAM.replace("time.sleep(5)", "pass")
    environment = {"PYTHONPATH": f"{ROOT}:{tmp_path}"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "loaded True\n")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
