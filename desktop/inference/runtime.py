"""The only module that imports onnxruntime: offline, as late as possible, without its output."""

from __future__ import annotations

import ctypes
import io
import re
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from desktop.inference.cuda import card_trouble, load_driver
from desktop.inference.device import Device
from desktop.memory import give_back_memory
from desktop.memory_limit import is_want_of_memory
from desktop.messages import Message, message
from desktop.offline import stay_offline
from desktop.quoting import quoted
from desktop.time_limit import time_limit

if TYPE_CHECKING:
    from types import ModuleType

_FATAL_ONLY = 4
_WHERE = re.compile(r"/\S+:\d+ ")
_CUDA = "CUDAExecutionProvider"


class Session(Protocol):
    """An open graph: the part of onnxruntime's InferenceSession that is used."""

    def run(self, output_names: list[str], input_feed: dict[str, Any], run_options: Any = None) -> list[Any]:
        """The named outputs for these inputs."""

    def get_inputs(self) -> list[Any]:
        """The inputs of the graph, each with name, shape and type."""

    def get_outputs(self) -> list[Any]:
        """The outputs of the graph, each with name, shape and type."""

    def get_providers(self) -> list[str]:
        """The execution providers, the first choice first."""


class GraphRefused(Exception):
    """onnxruntime cannot open or run a graph; the text is the first line of its reason."""


def open_session(model: bytes, device: Device, threads: int = 0) -> Session:
    """Open a graph from its bytes.

    Args:
        threads: of this session on the CPU; 0 for as many as there are cores.

    Raises:
        GraphRefused: onnxruntime says that it cannot be opened.
        MemoryError: there is too little memory for it.
    """
    onnxruntime = _onnxruntime()
    # Most workstations have no CUDA, and the session shows it. onnxruntime would report it at length, on stderr by its
    # logger and on stdout, which is reserved for the result, by print.
    onnxruntime.set_default_logger_severity(_FATAL_ONLY)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = _FATAL_ONLY
    options.intra_op_num_threads = threads
    providers: list[object] = ["CPUExecutionProvider"]
    try:
        with redirect_stdout(io.StringIO()):
            if device is not Device.CPU and gpu_trouble() is None:
                onnxruntime.preload_dlls()
                # TF32 keeps 10 bits of mantissa, too few: logits would differ visibly from those of the CPU.
                providers.insert(0, (_CUDA, {"use_tf32": "0"}))
            session = onnxruntime.InferenceSession(model, options, providers=providers)
    except Exception as error:  # onnxruntime's exceptions share no public base
        if is_want_of_memory(error):
            raise MemoryError from None
        raise GraphRefused(_reason(error)) from None
    # Without a fallback: no silent second session on another device in the middle of a reading.
    session.disable_fallback()
    session._model_bytes = None  # kept for a fallback alone: 47 MB of the shipped model
    give_back_memory()
    opened: Session = session
    return opened


def gpu_trouble() -> Message | None:
    """Why no graphics card is tried; without a driver, loading CUDA's libraries (187 MiB) would be useless."""
    onnxruntime = _onnxruntime()
    if _CUDA not in onnxruntime.get_available_providers() or not _provider(onnxruntime).is_file():
        return message("This variant of Clivus is for the processor alone; there is one for graphics cards.")
    driver = load_driver()
    if driver is None:
        return message("No driver of NVIDIA is installed.")
    return card_trouble(driver, int(onnxruntime.cuda_version.partition(".")[0]))


def library_trouble() -> Message:
    """Why onnxruntime does not run on a card that is there: the library that cannot be loaded, if it is that."""
    onnxruntime = _onnxruntime()
    provider = _provider(onnxruntime)
    try:
        with redirect_stdout(io.StringIO()):
            onnxruntime.preload_dlls()
        ctypes.CDLL(str(provider.with_name(provider.name.replace("_cuda", "_shared"))), mode=ctypes.RTLD_GLOBAL)
        ctypes.CDLL(str(provider))
    except OSError as error:
        return message(
            "A library that CUDA needs cannot be loaded ({reason}): install the variant for graphics cards, or from "
            'source `pip install ".[gpu]"`.',
            reason=quoted(str(error), 160),
        )
    return message("The graphics card does not run the model.")


def _provider(onnxruntime: ModuleType) -> Path:
    """onnxruntime's library for CUDA, which the frozen application for the processor leaves out."""
    name = "onnxruntime_providers_cuda.dll" if sys.platform == "win32" else "libonnxruntime_providers_cuda.so"
    return Path(onnxruntime.__path__[0]) / "capi" / name


def run(session: Session, outputs: list[str], inputs: dict[str, Any], within_s: float) -> list[Any]:
    """Run a graph. It is stopped between two of its operators when the time is over.

    Raises:
        GraphRefused: onnxruntime reports a failure, or the graph was stopped.
        MemoryError: there is too little memory for it.
    """
    options = _onnxruntime().RunOptions()
    options.log_severity_level = _FATAL_ONLY
    try:
        with time_limit(within_s, lambda: setattr(options, "terminate", True)):
            return session.run(outputs, inputs, options)
    except Exception as error:
        if device_of(session) is Device.CPU and is_want_of_memory(error):  # cards have memory of their own
            raise MemoryError from None
        raise GraphRefused(f"no answer within {within_s:g} s" if options.terminate else _reason(error)) from None


def _reason(error: Exception) -> str:
    """onnxruntime's reason on one line; the original may quote names from the model and paths of its own source."""
    line = next(iter(str(error).splitlines()), "") or type(error).__name__
    for introduction in (" : ", "Status Message: "):
        line = line.rpartition(introduction)[2] or line
    return quoted(_WHERE.sub("", line), 160)


def device_of(session: Session) -> Device:
    """The device in use, read from the live session."""
    return Device.CUDA if _CUDA in session.get_providers() else Device.CPU


def version() -> str:
    """The version of onnxruntime."""
    return str(_onnxruntime().__version__)


def _onnxruntime() -> ModuleType:
    stay_offline()  # again, in case the environment has changed since the start
    import onnxruntime

    if not hasattr(onnxruntime, "InferenceSession"):  # an empty folder can be imported
        raise ImportError("onnxruntime has lost its files")
    module: ModuleType = onnxruntime
    return module
